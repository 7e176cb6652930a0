/** A web address as it stands in a text. */
const ADDRESS = /\bhttps?:\/\/\S+/gi;

/**
 * A text as far as networks leave it alone, to know our own again: without addresses, which they shorten,
 * composed (NFC), its spaces made one.
 */
export const plain = (text: string): string =>
  text.normalize('NFC').replace(ADDRESS, ' ').replace(/\s+/gu, ' ').trim();
