import type { Network } from './social.ts';

/** A text as a network counts it, in its own unit. */
export interface Measure {
  length: number;
  limit: number;
  /** Whether a post of this text is taken; a picture it may want besides is another matter. */
  valid: boolean;
}

const OF_THE_TEXT = new Set(['empty', 'too-long', 'too-many-hashtags', 'character-refused']);

/** @param text of a post without media, in any language */
export function measure({ length, limits, validate }: Network, text: string): Measure {
  const problems = validate({ text, language: 'en', media: [] });
  const valid = text.trim() !== '' && !problems.some(({ code, hard }) => hard && OF_THE_TEXT.has(code));
  return { length: length(text), limit: limits.text, valid };
}
