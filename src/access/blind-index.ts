import type { Keys } from '../keys.ts';

const MAC_BYTES = 16;
/** With the number of the key that made it. */
export const INDEX_BYTES = MAC_BYTES + 1;

/**
 * Tells whether two numbers of papers are the same without telling the number: a keyed hash of its letters,
 * by the newest key. `wecare keys reseal` makes those of older keys anew, from what is sealed beside them.
 */
export const blindIndex = (keys: Keys, number: string): Buffer =>
  textIndex(keys, number.replace(/[^A-Za-z0-9]/g, '').toUpperCase());

/** The same for a text, letter by letter. */
export const textIndex = (keys: Keys, text: string): Buffer =>
  keys.sign('identity-index', Buffer.from(text), MAC_BYTES);

/** A name without case, blanks and dots, as people write it in several ways. */
export const payeeName = (name: string): string =>
  `payee\n${name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')}`;
