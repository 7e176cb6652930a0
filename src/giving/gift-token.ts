import { parse, stringify } from 'uuid';
import type { Keys } from '../keys.ts';

/** Of a gift: its holder may pay it and read it. Of a receipt: its holder may know that it is genuine. */
type Kind = 'gift-token' | 'receipt-token';
const MAC_BYTES = 12;

const make = (keys: Keys, kind: Kind, id: string): string => {
  const data = parse(id);
  return Buffer.concat([data, keys.sign(kind, data, MAC_BYTES)]).toString('base64url');
};

function read(keys: Keys, kind: Kind, text: string): string | null {
  if (!/^[A-Za-z0-9_-]{39}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  // One spelling only: the last letter of base64 has bits that mean nothing.
  if (bytes.toString('base64url') !== text) return null;
  if (!keys.verify(kind, bytes.subarray(0, 16), bytes.subarray(16))) return null;
  return stringify(bytes.subarray(0, 16));
}

/** What the address of a gift's page ends with: its order, signed. Opaque to strangers, 39 characters. */
export const giftToken = (keys: Keys, order: string): string => make(keys, 'gift-token', order);
/** @returns the order's id, or null for anything that we did not sign */
export const readGiftToken = (keys: Keys, text: string): string | null => read(keys, 'gift-token', text);

/** What the code on a receipt leads to. */
export const receiptToken = (keys: Keys, receipt: string): string => make(keys, 'receipt-token', receipt);
/** @returns the receipt's id, or null for anything that we did not sign */
export const readReceiptToken = (keys: Keys, text: string): string | null =>
  read(keys, 'receipt-token', text);
