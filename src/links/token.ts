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

function pack(run: bigint, seq: number): Buffer {
  const data = Buffer.alloc(10);
  data.writeUIntBE(Number(run), 0, 6);
  data.writeUInt32BE(seq, 6);
  return data;
}
