import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  convertLegacyMalayalam,
  isLegacyMalayalam,
  legacyColumns,
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

const legacy = ['{ioP tat\\m³', 'sImÃw', 'Xncph\\´]pcw', 'tImgnt¡mSv', 'sIm¨n'];

it('recognises the columns that hold it, and no others', () => {
  const records = legacy.map((name, i) => [`Ravi Kumar ${i}`, name, `r${i}@a.example`, 'കൊല്ലം']);
  expect(legacyColumns(records)).toEqual([{ column: 1, example: legacy[0] }]);
});

it('takes the word of somebody who says so for a few letters, and still no other column', () => {
  const records = ['tIcfw', 'kpIpamcn'].map((name, i) => ['Ravi', name, `r${i}@a.example`]);
  expect(legacyColumns(records)).toEqual([]);
  expect(legacyColumns(records, true)).toEqual([{ column: 1, example: 'tIcfw' }]);
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
