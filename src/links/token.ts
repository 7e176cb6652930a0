import type { Keys } from '../keys.ts';

const PURPOSE = 'recipient-token';
const MAC_BYTES = 10;

/** Which delivery a token stands for. */
export interface RecipientRef {
  run: bigint;
  seq: number;
}

/**
 * One token per mail, for its links, its unsubscribe address and its return path. Opaque to strangers,
 * always 28 characters of base64url: six bytes run, four bytes sequence, key id, ten bytes of HMAC.
 */
export function recipientToken(keys: Keys, { run, seq }: RecipientRef): string {
  const data = pack(run, seq);
  return Buffer.concat([data, keys.sign(PURPOSE, data, MAC_BYTES)]).toString('base64url');
}

/** @returns null for anything that is not a token of ours; a forged one is not told from a broken one */
export function readRecipientToken(keys: Keys, text: string): RecipientRef | null {
  if (!/^[A-Za-z0-9_-]{28}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  if (!keys.verify(PURPOSE, bytes.subarray(0, 10), bytes.subarray(10))) return null;
  return { run: BigInt(bytes.readUIntBE(0, 6)), seq: bytes.readUInt32BE(6) };
}

/** What an SMS has room for: 20 characters, three bytes each for run and sequence. */
const SHORT = { bytes: 3, most: 2 ** 24 - 1, mac: 8 };

/**
 * The same in 20 characters, for a place of a registered text, which holds 30.
 * @returns null for a run or sequence beyond its room; its link then names nobody
 */
export function shortToken(keys: Keys, { run, seq }: RecipientRef): string | null {
  if (run > BigInt(SHORT.most) || seq > SHORT.most) return null;
  const data = Buffer.alloc(2 * SHORT.bytes);
  data.writeUIntBE(Number(run), 0, SHORT.bytes);
  data.writeUIntBE(seq, SHORT.bytes, SHORT.bytes);
  return Buffer.concat([data, keys.sign(PURPOSE, data, SHORT.mac)]).toString('base64url');
}

/** Either token of a link. @returns null for what is neither of ours */
export function readLinkToken(keys: Keys, text: string): RecipientRef | null {
  if (!/^[A-Za-z0-9_-]{20}$/.test(text)) return readRecipientToken(keys, text);
  const bytes = Buffer.from(text, 'base64url');
  if (!keys.verify(PURPOSE, bytes.subarray(0, 6), bytes.subarray(6))) return null;
  return { run: BigInt(bytes.readUIntBE(0, SHORT.bytes)), seq: bytes.readUIntBE(SHORT.bytes, SHORT.bytes) };
}

function pack(run: bigint, seq: number): Buffer {
  const data = Buffer.alloc(10);
  data.writeUIntBE(Number(run), 0, 6);
  data.writeUInt32BE(seq, 6);
  return data;
}
