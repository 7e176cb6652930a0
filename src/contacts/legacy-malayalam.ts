/**
 * Glyphs of the ML-TT fonts (ML-TTKarthika, ML-TTRevathi and those that share their layout; ISM writes
 * them), as text shows that was taken for Latin-1 or Windows-1252. The layout is that of the Payyans
 * converter of Swathanthra Malayalam Computing. ISM itself has further layouts (ML-, MLB-), not read here.
 */
const GLYPHS = new Map<string, string>();
const add = (glyphs: string, letters: string) => {
  const parts = letters.split(' ');
  [...glyphs].forEach((glyph, i) => void GLYPHS.set(glyph, parts[i] as string));
};
add('wxABCDEFGH', 'ം ഃ അ ആ ഇ ഉ ഋ എ ഏ ഒ');
add('IJKLMNOPQR', 'ക ഖ ഗ ഘ ങ ച ഛ ജ ഝ ഞ');
add('STUVWXYZ[\\', 'ട ഠ ഡ ഢ ണ ത ഥ ദ ധ ന');
add(']^_`abcdefghijkl', 'പ ഫ ബ ഭ മ യ ര റ ല ള ഴ വ ശ ഷ സ ഹ');
add('mnopqrstuv', 'ാ ി ീ ു ൂ ൃ െ േ ൗ ്');
add('yz{', '്യ ്വ ്ര');
add('¡¢£¤€¥¦Š§¨š©ª«', 'ക്ക ക്ല ക്ഷ ഗ്ഗ ഗ്ഗ ഗ്ല ങ്ക ങ്ക ങ്ങ ച്ച ച്ച ഞ്ച ഞ്ഞ ട്ട');
add('¬\u00ad®¯°±²³åµ´¶·', 'ൺ ണ്ട ണ്ണ ത്ത ത്ഥ ദ്ദ ദ്ധ ൻ ൻ ന്ദ ന്ത ന്ന ന്മ');
add('¸¹º»¼Œ½œŸ¿ÀÁäÂÃÄÅ', 'പ്പ പ്ല ബ്ബ ബ്ല മ്പ മ്പ മ്മ മ്മ മ്ല യ്യ ർ റ്റ റ്റ ൽ ല്ല ൾ ള്ള');
add('ÆÇÈÉÊËÌÍÎÏÐÑÒÓ', 'വ്വ ശ്ല ശ്ശ സ്ല സ്സ ഹ്ല സ്റ്റ ഡ്ഡ ക്ട ബ്ധ ബ്ദ ച്ഛ ഹ്മ ഹ്ന');
add('ÔÕÖ×ØÙÚÛÜÝÞßàáâã', 'ന്ധ ത്സ ജ്ജ ണ്മ സ്ഥ ന്ഥ ജ്ഞ ത്ഭ ഗ്മ ശ്ച ണ്ഡ ത്മ ക്ത ഗ്ന ന്റ ഷ്ട');

/** Glyphs of several marks that stand for one letter. */
const INDEPENDENT: [string, string][] = [
  ...[['sF', 'ഐ'] as [string, string], ['Cu', 'ഈ'] as [string, string], ['Du', 'ഊ'] as [string, string]],
  ...[['Hm', 'ഓ'] as [string, string], ['Hu', 'ഔ'] as [string, string]],
];

const CLUSTER = '[ക-ഹ](?:്[ക-ഹ])*';
/** A sign written before the letters that it is spoken after, the letters, and what may follow them. */
const PRE_BASE = new RegExp(
  String.raw`(\u0d46\u0d46|\u0d46|\u0d47)?(\u0d4d\u0d30)?(${CLUSTER})((?:\u0d4d[യവരല])*)([\u0d3e\u0d57])?`,
  'gu',
);

/**
 * Converts text of the ML-TT fonts to Unicode: glyphs to letters, signs that stand before their letters
 * behind them, two-part signs to one, chillus to the atomic ones. Digits and blanks stay; so does what
 * the fonts have no glyph for.
 */
export function convertLegacyMalayalam(text: string): string {
  let glyphs = text;
  for (const [pair, letter] of INDEPENDENT) glyphs = glyphs.replaceAll(pair, letter);
  const letters = [...glyphs].map((glyph) => GLYPHS.get(glyph) ?? glyph).join('');
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
 * Whether the cells of a column are Malayalam in an ML-TT font rather than words. Such text mixes the
 * cases inside words, has brackets and backslashes between letters and letters beyond ASCII everywhere.
 * @param leastLetters how many letters there must be: fewer prove nothing, unless somebody says what they are
 */
export function isLegacyMalayalam(cells: string[], leastLetters = MIN_LETTERS): boolean {
  const words = cells.flatMap((cell) => cell.split(/[\s.,;:/()0-9-]+/u)).filter((word) => word.length > 1);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  if (letters < leastLetters) return false;
  const legacy = words.filter(isLegacyWord).reduce((sum, word) => sum + word.length, 0);
  return legacy / letters >= MIN_LEGACY;
}

/** Of a short text; a word that is all small letters proves nothing by itself. */
const MIN_SHARE = 0.4;

/**
 * What a short text says, such as a name, when it looks typed in an ML-TT font; null otherwise. A guess
 * from a few letters, to be asked about and not to be acted upon.
 */
export function legacyReading(text: string): string | null {
  const words = text.split(/[\s.,;:/()0-9-]+/u).filter(Boolean);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const legacy = words.filter((word) => word.length > 2 && isLegacyWord(word));
  const share = legacy.reduce((sum, word) => sum + word.length, 0) / Math.max(1, letters);
  return share >= MIN_SHARE ? convertLegacyMalayalam(text) : null;
}

/**
 * A word of glyphs alone that no spelling of a language of Latin letters has: capitals behind small
 * letters and a vowel sign glyph at a place where Malayalam has one, or signs between letters.
 */
function isLegacyWord(word: string): boolean {
  if (![...word].every((glyph) => GLYPHS.has(glyph))) return false;
  if (!/[m-v]/.test(word) && !/[¡-ÿ]/.test(word)) return false;
  const odd = word.match(/[a-z][A-Z]|[A-Z¡-ÿ][m-v]|[\\[\]^_`{¡-¿×]/g)?.length ?? 0;
  const shape = /^[\p{Lu}]?[\p{Ll}'’]+$/u.test(word) || /^[\p{Lu}]+$/u.test(word);
  return !shape && odd > 0 && isWellFormed(convertLegacyMalayalam(word));
}

/** Letters with their signs, nothing else, no sign without a letter. */
const isWellFormed = (text: string): boolean =>
  /^(?:[അ-ഔ][ംഃ]?|[ക-ഹ](?:്[ക-ഹ])*(?:[ാ-ൌൗ])?[്ംഃ]?|[ൺ-ൿ])+$/u.test(text);

/** Whether a column looks legacy, with a cell that shows it. */
export interface LegacyColumn {
  column: number;
  example: string;
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
    const example = cells.find((cell) => cell.split(/\s+/).some(isLegacyWord)) ?? '';
    return [{ column, example }];
  });
}
