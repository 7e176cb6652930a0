import { LAYOUTS, type Layout } from './legacy-glyphs.ts';

/** Two glyphs that stand for one letter. */
const INDEPENDENT: [string, string][] = [
  ...[['\u0d46എ', 'ഐ'] as [string, string], ['ഇ\u0d57', 'ഈ'] as [string, string]],
  ...[['ഉ\u0d57', 'ഊ'] as [string, string], ['ഒ\u0d3e', 'ഓ'] as [string, string]],
  ['ഒ\u0d57', 'ഔ'],
];

const CLUSTER = '[ക-ഹ](?:്[ക-ഹ])*';
/** A sign written before the letters that it is spoken after, the letters, and what may follow them. */
const PRE_BASE = new RegExp(
  String.raw`(\u0d46\u0d46|\u0d46|\u0d47)?(\u0d4d\u0d30)?(${CLUSTER})((?:\u0d4d[യവരല])*)([\u0d3e\u0d57])?`,
  'gu',
);

/**
 * Converts text of the fonts of ISM to Unicode: glyphs to letters, signs that stand before their letters
 * behind them, two-part signs to one, chillus to the atomic ones. Digits and blanks stay; so does what
 * the fonts have no glyph for.
 * @param layout whose glyphs they are; unless said, those of which the text has most words
 */
export function convertLegacyMalayalam(text: string, layout: Layout = likeliest([text]).layout): string {
  let letters = [...text].map((glyph) => layout.glyphs.get(glyph) ?? glyph).join('');
  for (const [pair, letter] of INDEPENDENT) letters = letters.replaceAll(pair, letter);
  return letters.replace(PRE_BASE, reorder).normalize('NFC');
}

const TWO_PART = new Map([
  ['\u0d46\u0d46', '\u0d48'],
  ['\u0d46\u0d3e', '\u0d4a'],
  ['\u0d47\u0d3e', '\u0d4b'],
  ['\u0d46\u0d57', '\u0d4c'],
]);

function reorder(_: string, ...parts: (string | undefined)[]): string {
  const [before = '', ra = '', cluster = '', joined = '', after = ''] = parts;
  const both = before + after;
  const sign = TWO_PART.get(both) ?? both;
  return cluster + ra + joined + sign;
}

const MIN_LETTERS = 24;
const MIN_LEGACY = 0.6;

/**
 * Whether the cells of a column are Malayalam in a font of ISM rather than words. Such text mixes the
 * cases inside words, has brackets and backslashes between letters and letters beyond ASCII everywhere.
 * @param leastLetters how many letters there must be: fewer prove nothing, unless somebody says what they are
 */
export const isLegacyMalayalam = (cells: string[], leastLetters = MIN_LETTERS): boolean =>
  likeliest(cells).letters >= leastLetters && likeliest(cells).share >= MIN_LEGACY;

interface Likely {
  layout: Layout;
  /** How much of the text, in letters, is words that only this layout explains. */
  share: number;
  letters: number;
}

/** The layout that explains most of the words; the commonest where several do. */
function likeliest(cells: string[]): Likely {
  const words = cells.flatMap(wordsOf).filter((word) => word.length > 1);
  const letters = lengthOf(words);
  const all = LAYOUTS.map((layout) => {
    const legacy = lengthOf(words.filter((word) => isLegacyWord(word, layout)));
    return { layout, letters, share: legacy / Math.max(1, letters) };
  });
  return all.reduce((best, one) => (one.share > best.share ? one : best));
}

const wordsOf = (text: string): string[] => text.split(/[\s.,;:/()0-9-]+/u).filter(Boolean);
const lengthOf = (words: string[]): number => words.reduce((sum, word) => sum + word.length, 0);

/** Of a short text; a word that is all small letters proves nothing by itself. */
const MIN_SHARE = 0.4;

/**
 * What a short text says, such as a name, when it looks typed in a font of ISM; null otherwise. A guess
 * from a few letters, to be asked about and not to be acted upon.
 */
export function legacyReading(text: string): string | null {
  const words = wordsOf(text);
  const { layout } = likeliest([text]);
  const legacy = words.filter((word) => word.length > 2 && isLegacyWord(word, layout));
  const share = lengthOf(legacy) / Math.max(1, lengthOf(words));
  return share >= MIN_SHARE ? convertLegacyMalayalam(text, layout) : null;
}

/** A word of glyphs alone that no spelling of a language of Latin letters has. */
const isLegacyWord = (word: string, layout: Layout): boolean =>
  [...word].every((glyph) => layout.glyphs.has(glyph)) &&
  layout.isOdd(word) &&
  isWellFormed(convertLegacyMalayalam(word, layout));

/** Letters with their signs, nothing else, no sign without a letter. */
const isWellFormed = (text: string): boolean =>
  /^(?:[അ-ഔ][ംഃ]?|[ക-ഹ](?:്[ക-ഹ])*(?:[ാ-ൌൗ])?[്ംഃ]?|[ൺ-ൿ])+$/u.test(text);

/** A column that looks legacy, in which layout, with a cell that shows it. */
export interface LegacyColumn {
  column: number;
  example: string;
  layout: Layout;
}

/**
 * Which columns of these records hold such text.
 * @param told somebody says that there is such text, so that a few letters are enough
 */
export function legacyColumns(records: string[][], told = false): LegacyColumn[] {
  const width = records.reduce((most, cells) => Math.max(most, cells.length), 0);
  return Array.from({ length: width }, (_, column) => column).flatMap((column) => {
    const cells = records.map((record) => record[column] ?? '');
    if (!isLegacyMalayalam(cells, told ? 1 : MIN_LETTERS)) return [];
    const { layout } = likeliest(cells);
    const example = cells.find((cell) => cell.split(/\s+/).some((word) => isLegacyWord(word, layout))) ?? '';
    return [{ column, example, layout }];
  });
}
