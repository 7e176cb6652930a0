import { beforeAll, describe, expect, it } from 'vitest';
import { searchContacts } from '../../../src/contacts/search.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const ATOMIC = 'രാജൻ കർത്താ';
const JOINED = 'രാജന്\u0d4d\u200d കര്‍ത്താ'.replace('ന്\u0d4d', 'ന്');
const PEOPLE: [name: string, channel: string, address: string][] = [
  ['Sreeja Nair', 'email', 'sreeja.n@people.example'],
  ['Thomas Kurian', 'sms', '+919876543210'],
  [ATOMIC, 'email', 'rajan@karthas.example'],
  [JOINED, 'email', 'joined@karthas.example'],
  ['ലക്ഷ്മി', 'email', 'lakshmi@people.example'],
  ['രമ', 'email', 'rema@people.example'],
  ['രവി നായർ', 'email', 'ravi@people.example'],
  ['100% Charity', 'email', 'charity@people.example'],
];
beforeAll(async () => {
  for (const [name, channel, value] of PEOPLE) {
    await ground.db.contact.create({ data: { name, addresses: { create: { channel, value } } } });
  }
});
const names = async (text: string) => (await searchContacts(ground, text)).map(({ name }) => name);

describe('A search for contacts', () => {
  it('finds by parts of names in any case and order', async () => {
    expect(await names('NAIR sree')).toEqual(['Sreeja Nair']);
    expect(await names('nair thomas')).toEqual([]);
  });

  it.each(['Sreja', 'sreejja nair', 'Srreja Nayr'])('forgives %s', async (text) => {
    expect((await names(text))[0]).toBe('Sreeja Nair');
  });

  it('finds each encoding of a chillu by the other, and keeps what is stored', async () => {
    expect(ATOMIC).not.toBe(JOINED);
    for (const text of [ATOMIC, JOINED, 'രാജൻ', 'രാജന്\u200d']) {
      expect((await names(text)).sort()).toEqual([ATOMIC, JOINED].sort());
    }
  });

  it.each([
    ['ൺ', 'ണ്\u200d'],
    ['ൻ', 'ന്\u200d'],
    ['ർ', 'ര്\u200d'],
    ['ൽ', 'ല്\u200d'],
    ['ൾ', 'ള്\u200d'],
    ['ൿ', 'ക്\u200d'],
    ['എൻ്റെ', 'എന്റെ'],
    ['മലയാ\u200cളം', 'മലയാളം'],
  ])('folds %s as it folds %s', async (one, other) => {
    const { rows } = await ground.sql.query('SELECT fold_text($1) AS one, fold_text($2) AS other', [
      one,
      other,
    ]);
    expect(rows[0].one).toBe(rows[0].other);
  });

  it('tells vowel signs apart, and forgives one that is missing', async () => {
    const { rows } = await ground.sql.query("SELECT fold_text('കാല') <> fold_text('കല') AS apart");
    expect(rows[0].apart).toBe(true);
    expect(await names('രമ')).toEqual(['രമ']);
    expect(await names('ലക്ഷ്മ')).toEqual(['ലക്ഷ്മി']);
    expect(await names('ലക്ഷമി')).toEqual(['ലക്ഷ്മി']);
  });

  it.each(['രവി നയർ', 'രവ നായ്ർ', 'രാവി നയര്', 'നയർ'])('forgives the vowels of %s', async (text) => {
    expect(await names(text)).toContain('രവി നായർ');
  });

  it.each(['98765 43210', '098765-43210', '+91 9876543210', '൯൮൭൬൫൪൩൨൧൦', '43210'])(
    'finds a phone by %s',
    async (text) => {
      expect(await names(text)).toEqual(['Thomas Kurian']);
    },
  );

  it('finds an e-mail address, a part of it, and one with a typing error', async () => {
    for (const text of ['Sreeja.N@people.example', 'sreeja.n@', 'sreejaa.n@people.example']) {
      expect((await names(text))[0]).toBe('Sreeja Nair');
    }
  });

  it('names nobody else when somebody has the very address', async () => {
    expect(await names('sreeja.n@people.example')).toEqual(['Sreeja Nair']);
    expect((await names('sreejan@people.example'))[0]).toBe('Sreeja Nair');
  });

  it('takes signs of patterns for themselves', async () => {
    expect(await names('100%')).toEqual(['100% Charity']);
    expect(await names('___')).toEqual([]);
  });

  it('refuses what is too short or too long to look for', async () => {
    for (const text of ['', ' a b ', 'a b c d e f ggg'])
      await expect(names(text)).rejects.toThrow(/one to 6 words/);
  });
});
