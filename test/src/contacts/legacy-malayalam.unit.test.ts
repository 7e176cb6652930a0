import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  convertLegacyMalayalam,
  isLegacyMalayalam,
  legacyColumns,
  legacyReading,
} from '../../../src/contacts/legacy-malayalam.ts';

it.each([
  ['aebmfw', 'മലയാളം'],
  ['tIcfw', 'കേരളം'],
  ['{ioP', 'ശ്രീജ'],
  ['sImÃw', 'കൊല്ലം'],
  ['sIm¨n', 'കൊച്ചി'],
  ['Xncph\\´]pcw', 'തിരുവനന്തപുരം'],
  ['tImgnt¡mSv', 'കോഴിക്കോട്'],
  ['ssh¡w', 'വൈക്കം'],
  ['t{]aw', 'പ്രേമം'],
  ['tat\\m³ 12', 'മേനോൻ 12'],
])('converts %s to %s', (legacy, unicode) => {
  expect(convertLegacyMalayalam(legacy)).toBe(unicode);
});

/** Bytes of a font as a program shows them that takes them for the letters of an encoding. */
const shown = (bytes: number[], encoding = 'windows-1252') =>
  new TextDecoder(encoding).decode(Uint8Array.from(bytes));
/** കേരളം, പത്തനംതിട്ട, മലയാളം, ശ്രീദേവി in the bytes of a bilingual font. */
const BILINGUAL = [
  [0xb6, 0x89, 0xa5, 0xa8, 0xb9],
  [0x9d, 0xcc, 0x9c, 0xb9, 0x98, 0xb0, 0xc8],
  [0xa3, 0xa7, 0xa4, 0xaf, 0xa8, 0xb9],
  [0xbd, 0xab, 0xb1, 0xb6, 0x9a, 0xaa, 0xb0],
];
const WORDS = ['കേരളം', 'പത്തനംതിട്ട', 'മലയാളം', 'ശ്രീദേവി'];

it.each(['windows-1252', 'macintosh'])('reads the bilingual fonts as %s shows them', (encoding) => {
  const records = BILINGUAL.map((bytes) => ['Ravi', shown(bytes, encoding)]);
  const [found, ...others] = legacyColumns(records);
  expect([found?.column, found?.layout.fonts, others]).toEqual([1, 'MLB', []]);
  expect(records.map(([, cell]) => convertLegacyMalayalam(cell as string, found?.layout))).toEqual(WORDS);
});

it('reads the fonts of letters as a Macintosh shows them', () => {
  const bytes = (text: string) => [...text].map((char) => char.codePointAt(0) as number);
  const cells = legacy.map((text) => shown(bytes(text), 'macintosh'));
  const [found] = legacyColumns(cells.map((cell) => [cell]));
  expect(found?.layout.fonts).toBe('ML-TT');
  expect(cells.map((cell) => convertLegacyMalayalam(cell, found?.layout))).toEqual([
    ...['ശ്രീജ മേനോൻ', 'കൊല്ലം', 'തിരുവനന്തപുരം', 'കോഴിക്കോട്', 'കൊച്ചി'],
  ]);
});

it('offers a reading of a name in a bilingual font, and none of quoted words', () => {
  expect(legacyReading(shown(BILINGUAL[3] as number[]))).toBe('ശ്രീദേവി');
  for (const plain of ['“Anu”', '‘café’', '£20', '« déjà »', '°C', 'Ïðèâåò'])
    expect(legacyReading(plain)).toBeNull();
});

const legacy = ['{ioP tat\\m³', 'sImÃw', 'Xncph\\´]pcw', 'tImgnt¡mSv', 'sIm¨n'];

it('recognises the columns that hold it, and no others', () => {
  const records = legacy.map((name, i) => [`Ravi Kumar ${i}`, name, `r${i}@a.example`, 'കൊല്ലം']);
  expect(legacyColumns(records)).toMatchObject([
    { column: 1, example: legacy[0], layout: { fonts: 'ML-TT' } },
  ]);
});

it('takes the word of somebody who says so for a few letters, and still no other column', () => {
  const records = ['tIcfw', 'kpIpamcn'].map((name, i) => ['Ravi', name, `r${i}@a.example`]);
  expect(legacyColumns(records)).toEqual([]);
  expect(legacyColumns(records, true)).toMatchObject([{ column: 1, example: 'tIcfw' }]);
});

it('never takes English, addresses or names with odd capitals for it', () => {
  const words = fc.constantFrom(
    ...['Ravi', 'Kumar', 'McDonald', 'DeSouza', 'K.S.R.T.C', 'iPhone', 'O’Brien', 'José', 'François', 'Ward'],
    ...['Kerala', 'State', 'PO', 'Box', 'Thiruvananthapuram', 'NEDUMANGAD', 'van der Berg', 'Müller', 'eBay'],
    ...[
      'sreeja_menon',
      '[none]',
      '#12',
      'B.Tech',
      'PhD',
      'MSc',
      'KSSM',
      'C/o',
      '98765 43210',
      'DCruz',
      'LLb',
    ],
  );
  const cells = fc.array(
    fc.array(words, { maxLength: 4 }).map((all) => all.join(' ')),
    { minLength: 4 },
  );
  fc.assert(fc.property(cells, (column) => !isLegacyMalayalam(column)));
  const plain = fc.stringMatching(/^[A-Z]?[a-z]{0,12}( [A-Z]?[a-z]{1,12}){0,3}$/);
  fc.assert(fc.property(fc.array(plain, { minLength: 3 }), (column) => !isLegacyMalayalam(column)));
  const mail = fc.emailAddress();
  fc.assert(fc.property(fc.array(mail, { minLength: 3 }), (column) => !isLegacyMalayalam(column)));
});

it('never takes Malayalam in Unicode for it', () => {
  const letters = fc.constantFrom(...'അആഇകഖഗചജടണതദനപബമയരലളഴവസഹംാിീുൂേൈോ്ർൽൻ ');
  const cell = fc.array(letters, { minLength: 8, maxLength: 20 }).map((all) => all.join(''));
  fc.assert(fc.property(fc.array(cell, { minLength: 4 }), (column) => !isLegacyMalayalam(column)));
});
