import { parse, stringify } from 'uuid';
import type { Keys, Purpose } from './keys.ts';

const MAC_BYTES = 12;

/** An id that we signed for one purpose: opaque to strangers, 39 characters. */
export function signId(keys: Keys, purpose: Purpose, id: string): string {
  const data = parse(id);
  return Buffer.concat([data, keys.sign(purpose, data, MAC_BYTES)]).toString('base64url');
}

/** @returns the id, or null for anything that we did not sign for this purpose */
export function readSignedId(keys: Keys, purpose: Purpose, text: string): string | null {
  if (!/^[A-Za-z0-9_-]{39}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  // One spelling only: the last letter of base64 has bits that mean nothing.
  if (bytes.toString('base64url') !== text) return null;
  if (!keys.verify(purpose, bytes.subarray(0, 16), bytes.subarray(16))) return null;
  return stringify(bytes.subarray(0, 16));
}
