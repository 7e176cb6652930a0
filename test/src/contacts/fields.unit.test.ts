import { expect, it } from 'vitest';
import { firstName, mergeValues } from '../../../src/contacts/fields.ts';

it.each([
  ['Ravi Menon', 'Ravi'],
  ['K.R. Ravi', 'Ravi'],
  ['K R Ravi', 'Ravi'],
  ['KR Ravi', 'Ravi'],
  ['Ravi K', 'Ravi'],
  ['Dr. Sreeja Nair', 'Sreeja'],
  ['Smt Sreeja', 'Sreeja'],
  ['ഡോ. ശ്രീജ മേനോൻ', 'ശ്രീജ'],
  ['ശ്രീമതി ലത', 'ലത'],
  ['K.R.', 'K.R.'],
  ['', ''],
])('takes %j for a person who is called %j', (name, first) => {
  expect(firstName(name)).toBe(first);
});

it('gives a recipient values as text, built-in ones before attributes, empty where nothing is known', () => {
  const row = { name: 'Rotary Club Kollam', language: null, kind: 'society', district: null };
  const attributes = { name: 'x', ward: '7', age: 41, none: null };
  expect(mergeValues({ ...row, attributes })).toEqual({
    ...{ name: 'Rotary Club Kollam', first_name: 'Rotary Club Kollam', language: '', district: '' },
    ...{ kind: 'society', ward: '7', age: '41', none: '' },
  });
});
