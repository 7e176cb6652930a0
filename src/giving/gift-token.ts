import type { Keys } from '../keys.ts';
import { readSignedId, signId } from '../signed-ids.ts';

/** What the address of a gift's page ends with: its holder may pay it and read it. */
export const giftToken = (keys: Keys, order: string): string => signId(keys, 'gift-token', order);
/** @returns the order's id, or null for anything that we did not sign */
export const readGiftToken = (keys: Keys, text: string): string | null =>
  readSignedId(keys, 'gift-token', text);

/** What the code on a receipt leads to: its holder may know that it is genuine. */
export const receiptToken = (keys: Keys, receipt: string): string => signId(keys, 'receipt-token', receipt);
/** @returns the receipt's id, or null for anything that we did not sign */
export const readReceiptToken = (keys: Keys, text: string): string | null =>
  readSignedId(keys, 'receipt-token', text);
