const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What a reader takes for one letter, by the newest rules of Unicode (UAX 29). */
export const graphemes = (text: string): number => {
  let n = 0;
  for (const _ of segmenter.segment(text)) n += 1;
  return n;
};

/** A consonant that a conjunct joins to the one before it. */
const JOINED = /(?<=[\p{M}\u200c\u200d])\p{Lo}/gu;

/** By the rules before Unicode 15.1, which took the consonants of a conjunct for letters of their own. */
export function olderGraphemes(text: string): number {
  let n = 0;
  for (const { segment } of segmenter.segment(text)) n += 1 + (segment.match(JOINED)?.length ?? 0);
  return n;
}
