/**
 * How the fonts of ISM and its heirs lay Malayalam over the bytes of Latin letters. There are two layouts:
 * of the Malayalam fonts (ML-TTKarthika, ML-TTRevathi, ML-Karthika …), whose letters begin at `A`, and of
 * the bilingual ones (MLB-Karthika, MLB-Revathi …), which leave ASCII to English. Sources: the maps of the
 * Payyans converter (Swathanthra Malayalam Computing) and of indic-archive's ml-ascii-fontmaps (CC0).
 */
export interface Layout {
  /** The family's name, for people. */
  fonts: string;
  /** What each glyph says, by the letter that a reader of Latin text sees. */
  glyphs: ReadonlyMap<string, string>;
  /** Whether a word of these glyphs looks like none of a language of Latin letters. */
  isOdd(word: string): boolean;
}

function laid(rows: readonly (readonly [glyphs: string, letters: string])[]): Map<string, string> {
  return new Map(
    rows.flatMap(([glyphs, letters]) => {
      const parts = letters.split(' ');
      return [...glyphs].map((glyph, i) => [glyph, parts[i] as string] as const);
    }),
  );
}

const MALAYALAM = laid([
  ['wxABCDEFGH', 'ം ഃ അ ആ ഇ ഉ ഋ എ ഏ ഒ'],
  ['IJKLMNOPQR', 'ക ഖ ഗ ഘ ങ ച ഛ ജ ഝ ഞ'],
  ['STUVWXYZ[\\', 'ട ഠ ഡ ഢ ണ ത ഥ ദ ധ ന'],
  [']^_`abcdefghijkl', 'പ ഫ ബ ഭ മ യ ര റ ല ള ഴ വ ശ ഷ സ ഹ'],
  ['mnopqrstuv', 'ാ ി ീ ു ൂ ൃ െ േ ൗ ്'],
  ['yz{|}', '്യ ്വ ്ര ്യു ്യൂ'],
  ['¡¢£¤€¥¦Š§¨š©ª«', 'ക്ക ക്ല ക്ഷ ഗ്ഗ ഗ്ഗ ഗ്ല ങ്ക ങ്ക ങ്ങ ച്ച ച്ച ഞ്ച ഞ്ഞ ട്ട'],
  ['¬\u00ad®¯°±²³åµ´¶·', 'ൺ ണ്ട ണ്ണ ത്ത ത്ഥ ദ്ദ ദ്ധ ൻ ൻ ന്ദ ന്ത ന്ന ന്മ'],
  ['¸¹º»¼Œ½œ¾Ÿ¿ÀÁäÂÃÄÅ', 'പ്പ പ്ല ബ്ബ ബ്ല മ്പ മ്പ മ്മ മ്മ മ്ല മ്ല യ്യ ർ റ്റ റ്റ ൽ ല്ല ൾ ള്ള'],
  ['ÆÇÈÉÊËÌÍÎÏÐÑÒÓ', 'വ്വ ശ്ല ശ്ശ സ്ല സ്സ ഹ്ല സ്റ്റ ഡ്ഡ ക്ട ബ്ധ ബ്ദ ച്ഛ ഹ്മ ഹ്ന'],
  ['ÔÕÖ×ØÙÚÛÜÝÞßàáâã', 'ന്ധ ത്സ ജ്ജ ണ്മ സ്ഥ ന്ഥ ജ്ഞ ത്ഭ ഗ്മ ശ്ച ണ്ഡ ത്മ ക്ത ഗ്ന ന്റ ഷ്ട'],
  ['æçèéêëìíïðñòóô', 'കു ക്കു രേ ണു രു നു ന്നു യ്ക്ക ണ്ട ൽ ല്ല ന്മ ന്ന ഞ്ച'],
]);

/** The characters of the bytes from one to another, in an encoding of one byte each. */
const chars = (from: number, to: number, encoding = 'windows-1252'): string =>
  new TextDecoder(encoding).decode(Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i));

const BILINGUAL = laid([
  [chars(0x81, 0x90), 'അ ആ ഇ ഉ ഋ എ ഏ ഒ ക ഖ ഗ ഘ ങ ച ഛ ജ'],
  [chars(0x91, 0x9d), 'ഝ ഞ ട ഠ ഡ ഢ ണ ത ഥ ദ ധ ന പ'],
  [chars(0xa1, 0xae), 'ബ ഭ മ യ ര റ ല ള ഴ വ ശ ഷ സ ഹ'],
  [chars(0xaf, 0xbd), 'ാ ി ീ ു ൂ ൃ െ േ ൗ ് ം ഃ ്യ ്വ ്ര'],
  [chars(0xbe, 0xcc), 'ക്ക ക്ല ക്ഷ ഗ്ഗ ഗ്ല ങ്ക ങ്ങ ച്ച ഞ്ച ഞ്ഞ ട്ട ൺ ണ്ട ണ്ണ ത്ത'],
  [chars(0xcd, 0xdc), 'ദ്ദ ദ്ധ ൻ ന്ത ന്ദ ന്ന ന്മ പ്പ പ്ല ബ്ബ ബ്ല മ്പ മ്മ മ്ല യ്യ ർ'],
  [chars(0xdd, 0xed), 'റ്റ ൽ ല്ല ൾ ള്ള വ്വ ശ്ല ശ്ശ സ്ല സ്സ ഹ്ല സ്റ്റ ഡ്ഡ ക്ട ബ്ധ ബ്ദ ച്ഛ'],
  [chars(0xee, 0xfd), 'ജ്ജ ണ്മ സ്ഥ ന്ഥ ജ്ഞ ത്ഭ ഗ്മ ശ്ച ണ്ഡ ത്മ ക്ത ഗ്ന ന്റ ഷ്ട പ ഫ'],
]);

/** Capitals behind small letters, a vowel sign's glyph where Malayalam has one, signs between letters. */
function isOddMalayalam(word: string): boolean {
  if (!/[m-v¡-ÿ]/.test(word)) return false;
  const shape = /^[\p{Lu}]?[\p{Ll}'’]+$/u.test(word) || /^[\p{Lu}]+$/u.test(word);
  return !shape && /[a-z][A-Z]|[A-Z¡-ÿ][m-v]|[\\[\]^_`{¡-¿×]/.test(word);
}

/** Three letters beyond ASCII and more, one of them a sign: quotes, currency and mathematics, as Latin text reads. */
const isOddBilingual = (word: string): boolean => word.length > 2 && /[\u00af-\u00bd]/.test(word);

const UPPER = chars(0x80, 0xff);
const MACINTOSH = new Map([...chars(0x80, 0xff, 'macintosh')].map((char, i) => [char, UPPER[i] as string]));

/** The same bytes where a Macintosh took them for its own letters. */
function throughMacintosh({ fonts, glyphs, isOdd }: Layout): Layout {
  const windows = (text: string) => [...text].map((char) => MACINTOSH.get(char) ?? char).join('');
  const plain = [...glyphs].filter(([glyph]) => glyph < '\u0080');
  const upper = [...MACINTOSH].flatMap(([char, own]) => {
    const letters = glyphs.get(own);
    return letters === undefined ? [] : [[char, letters] as const];
  });
  return { fonts, glyphs: new Map([...plain, ...upper]), isOdd: (word) => isOdd(windows(word)) };
}

const WINDOWS: Layout[] = [
  { fonts: 'ML-TT', glyphs: MALAYALAM, isOdd: isOddMalayalam },
  { fonts: 'MLB', glyphs: BILINGUAL, isOdd: isOddBilingual },
];

/** Every layout, the commonest first. */
export const LAYOUTS: readonly Layout[] = [...WINDOWS, ...WINDOWS.map(throughMacintosh)];
