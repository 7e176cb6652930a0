/** How long a text is allowed to be, by whatever a network counts. */
export type Fits = (text: string) => boolean;

/**
 * Splits a text into parts that fit, in order: at an empty line where that does, else at the end of a
 * sentence, else between words, and within a word between graphemes, never inside one. Nothing but the
 * white space at the seams is lost.
 *
 * @returns one part when the whole fits; null when there would be more than `most`
 */
export function splitThread(
  text: string,
  language: string,
  { fits, most }: { fits: Fits; most: number },
): string[] | null {
  const parts: string[] = [];
  let left = text.trim();
  while (left !== '' && parts.length < most) {
    const part = fits(left) ? left : headOf(left, language, fits);
    if (part === '') return null;
    parts.push(part.trimEnd());
    left = left.slice(part.length).trimStart();
  }
  return left === '' ? parts : null;
}

/** The longest beginning that fits and ends where a reader would pause. */
function headOf(text: string, language: string, fits: Fits): string {
  for (const ends of [paragraphs, sentences, words, graphemes]) {
    const head = longest(text, ends(text, language), fits);
    // A seam that leaves a part nearly empty is none.
    if (head.trim() !== '') return head;
  }
  return '';
}

/** Ends are in order, and what fits at one fits at every earlier one: found by halving. */
function longest(text: string, ends: number[], fits: Fits): string {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(text.slice(0, ends[middle]).trimEnd())) low = middle + 1;
    else high = middle;
  }
  return low ? text.slice(0, ends[low - 1]) : '';
}

const paragraphs = (text: string): number[] =>
  [...text.matchAll(/\n[^\S\n]*\n\s*/g)].map(({ index, 0: gap }) => index + gap.length);

const sentences = (text: string, language: string): number[] => boundaries(text, language, 'sentence');
const graphemes = (text: string, language: string): number[] => boundaries(text, language, 'grapheme');
const words = (text: string): number[] =>
  [...text.matchAll(/\s+/g)].map(({ index, 0: gap }) => index + gap.length);

const boundaries = (text: string, language: string, granularity: 'sentence' | 'grapheme'): number[] =>
  [...new Intl.Segmenter(language, { granularity }).segment(text)].map(
    ({ index, segment }) => index + segment.length,
  );
