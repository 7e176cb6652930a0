import { parse, stringify } from 'uuid';
import type { Keys } from '../../keys.ts';
import { readSignedId, signId } from '../../signed-ids.ts';

/** What the address of a page that is being made ends with: whoever has it goes on with it. */
export const draftToken = (keys: Keys, occasionId: string): string =>
  signId(keys, 'occasion-draft', occasionId);

/** @returns the occasion's id; null for anything that we did not sign */
export const readDraftToken = (keys: Keys, text: string): string | null =>
  readSignedId(keys, 'occasion-draft', text);

const MAC_BYTES = 12;
/** A keeper, two bytes of epoch, six of milliseconds when it was made. */
const DATA_BYTES = 24;

/** What the family's own address ends with. A newer epoch ends every older link of the keeper. */
export function familyToken(
  keys: Keys,
  { keeperId, epoch, at }: { keeperId: string; epoch: number; at: Date },
) {
  const data = Buffer.alloc(DATA_BYTES);
  data.set(parse(keeperId));
  data.writeUInt16BE(epoch & 0xffff, 16);
  data.writeUIntBE(at.getTime(), 18, 6);
  return Buffer.concat([data, keys.sign('occasion-family', data, MAC_BYTES)]).toString('base64url');
}

/** @returns null for anything that we did not sign */
export function readFamilyToken(keys: Keys, text: string) {
  if (!/^[A-Za-z0-9_-]{50}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return null;
  const data = bytes.subarray(0, DATA_BYTES);
  if (!keys.verify('occasion-family', data, bytes.subarray(DATA_BYTES))) return null;
  const madeAt = new Date(data.readUIntBE(18, 6));
  return { keeperId: stringify(data.subarray(0, 16)), epoch: data.readUInt16BE(16), madeAt };
}
