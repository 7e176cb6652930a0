import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConsent } from '../../../src/contacts/consent.ts';
import { mergeFields } from '../../../src/contacts/fields.ts';
import { type ImportRequest, importContacts } from '../../../src/contacts/import.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-import-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() =>
  ground.sql.query('TRUNCATE contact, list, suppression, contact_import, consent_event CASCADE'),
);

const importFile = (file: string, more: Partial<ImportRequest> = {}) =>
  importContacts(ground, { file, lists: ['Donors'], purpose: 'appeals', basis: 'paper forms 2026', ...more });

async function importText(text: string | Buffer, more: Partial<ImportRequest> = {}) {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, text);
  return importFile(file, more);
}

const contacts = () =>
  ground.db.contact.findMany({
    include: { addresses: { orderBy: { channel: 'asc' } }, consents: true, memberships: true },
    orderBy: { id: 'asc' },
  });

describe('an import', () => {
  it('makes contacts with addresses, consents with their proof, attributes and a membership', async () => {
    const result = await importText(
      '\ufeffപേര്,ഇമെയിൽ,ഫോൺ,ഭാഷ,ജില്ല,Ward no.\r\nശ്രീജ മേനോൻ,Sreeja@Kssm.example,98765 43210,മലയാളം,കൊല്ലം,7\r\n',
    );
    expect(result).toMatchObject({ rows: 1, created: 1, rejected: 0, listed: 1, resumed_from: null });
    const [sreeja] = await contacts();
    const said = { name: 'ശ്രീജ മേനോൻ', language: 'ml', district: 'കൊല്ലം', attributes: { ward_no: '7' } };
    expect(sreeja).toMatchObject({ ...said, memberships: [{}] });
    expect(sreeja?.addresses).toMatchObject([
      { channel: 'email', value: 'sreeja@kssm.example' },
      { channel: 'sms', value: '+919876543210' },
    ]);
    const proof = { import: result.import, file: 'people.csv', row: 2 };
    expect(sreeja?.consents).toMatchObject([
      { channel: 'email', purpose: 'appeals', given: true, basis: 'paper forms 2026', proof },
    ]);
    expect(await mergeFields(ground.sql)).toContain('ward_no');
  });

  it('asks for consent to text messages only when it is told so', async () => {
    await importText('email;phone\nr@a.example;98765 43210\n', { sms: true });
    const [ravi] = await contacts();
    expect(ravi?.consents.map((consent) => consent.channel).sort()).toEqual(['email', 'sms']);
  });

  it('doubles nothing when it is repeated, under any name, and overwrites no later edit', async () => {
    const csv = 'name,email,district\nRavi,r@a.example,Kollam\nRavi,r@a.example,Idukki\nDevi,d@a.example,\n';
    expect(await importText(csv)).toMatchObject({ rows: 3, created: 2, updated: 1, unchanged: 0, listed: 2 });
    await ground.db.contact.updateMany({ where: { name: 'Ravi' }, data: { district: 'Wayanad' } });
    const again = { rows: 3, created: 0, updated: 0, unchanged: 3 };
    expect(await importText(csv)).toMatchObject({ ...again, listed: 0, consented: 0 });
    expect(await importText(csv, { lists: ['Friends'] })).toMatchObject({ ...again, listed: 2 });
    expect((await contacts()).map((c) => [c.name, c.district])).toEqual([
      ['Ravi', 'Wayanad'],
      ['Devi', null],
    ]);
  });

  it('remembers that it is a repeat when the repeat itself is interrupted', async () => {
    const csv = `name,email,ward\n${Array.from({ length: 2500 }, (_, i) => `R ${i},r${i}@a.example,7`).join('\n')}\n`;
    await importText(csv);
    await ground.db.contact.updateMany({ where: { name: 'R 2400' }, data: { attributes: { ward: '8' } } });
    const stop = () => {
      throw new Error('interrupted');
    };
    await expect(importText(csv, { onProgress: stop })).rejects.toThrow('interrupted');
    expect(await importText(csv)).toMatchObject({ updated: 0, unchanged: 2500, resumed_from: 999 });
    expect(await ground.db.contact.count({ where: { attributes: { equals: { ward: '8' } } } })).toBe(1);
  });

  it('takes newer values from another file', async () => {
    await importText('name,email,district\nRavi,r@a.example,Kollam\n');
    const second = await importText('name,email,district,ward\nRAVI,R@A.example,Idukki,7\n');
    expect(second).toMatchObject({ created: 0, updated: 1, listed: 0, consented: 0 });
    expect(await contacts()).toMatchObject([{ name: 'RAVI', district: 'Idukki', attributes: { ward: '7' } }]);
  });

  it('never gives a consent again that was withdrawn, nor lifts a suppression', async () => {
    await importText('name,email\nRavi,r@a.example\n');
    const [ravi] = await contacts();
    const key = { contactId: ravi?.id ?? '', channel: 'email', purpose: 'appeals' };
    await setConsent(ground.sql, { ...key, given: false, basis: 'one-click unsubscribe' });
    await suppress(ground.sql, { channel: 'email', value: 'd@a.example', reason: 'hardbounce', source: 't' });
    const result = await importText('name,email\nRavi,r@a.example\nDevi,D@a.example\n');
    expect(result).toMatchObject({ created: 1, unchanged: 1, suppressed: 1, withdrawn: 1, consented: 1 });
    const kept = await ground.db.consent.findUnique({ where: { contactId_channel_purpose: key } });
    expect(kept).toMatchObject({ given: false, basis: 'one-click unsubscribe' });
    expect(await ground.db.suppression.count()).toBe(1);
  });

  it('returns bad rows with the reason, safe for a spreadsheet, and takes them once corrected', async () => {
    const rejectsFile = path.join(dir, 'rejected.csv');
    const rows = [
      'name,email,phone,language',
      'Ravi,r@a.example,,',
      '=cmd(),nowhere,,',
      'Devi,d@a.example,123,zz',
      ',,,',
      '"Anu\nBcc: all@a.example",a@a.example,,',
      'Lata,,,',
      'Leela,l@a.example,,en,more',
    ];
    const result = await importText(`${rows.join('\n')}\n`, { rejectsFile });
    expect(result).toMatchObject({ rows: 6, created: 1, rejected: 5, rejects_file: rejectsFile });
    const text = await readFile(rejectsFile, 'utf8');
    expect(text.split('\r\n').slice(0, 3)).toEqual([
      '\ufeffname,email,phone,language,line,reason',
      `'=cmd(),nowhere,,,3,"the e-mail address has no ""@"" with something before it"`,
      expect.stringMatching(
        /^Devi,d@a.example,123,zz,4,".*phone number.*; the language ""zz"" is not known; write its tag/,
      ),
    ]);
    expect(text).toMatch(/6,the name or district holds a line break/);
    expect(text).toMatch(/Lata,,,,8,there is no e-mail address and no phone number/);
    expect(text).toMatch(
      /\nLeela,l@a.example,,en,9,the row has 5 columns where the first line has 4,more\r\n/,
    );
    const corrected = text.replace('nowhere', 'c@a.example').replace('Lata,,', 'Lata,,98765 43210');
    expect(await importText(corrected, { rejectsFile })).toMatchObject({ rows: 5, created: 2, rejected: 3 });
    expect((await contacts()).map((contact) => contact.name)).toEqual(['Ravi', '=cmd()', 'Lata']);
  });

  it('gives the rest of a corrected file the same columns, so that it can be corrected again', async () => {
    const rejectsFile = path.join(dir, 'rest.csv');
    await importText('name,email\nRavi,nowhere\nLata,neither\nLeela,l@a.example,more\n', { rejectsFile });
    const halfway = (await readFile(rejectsFile, 'utf8')).replace('nowhere', 'r@a.example');
    expect(await importText(halfway, { rejectsFile })).toMatchObject({ created: 1, rejected: 2 });
    const rest = await readFile(rejectsFile, 'utf8');
    expect(rest.split('\r\n')[0]).toBe('\ufeffname,email,line,reason');
    expect(rest).toMatch(/\nLeela,l@a.example,4,the row has 5 columns where the first line has 4,more\r\n$/);
    const whole = rest.replace('neither', 'i@a.example').replace(',more', '');
    expect(await importText(whole, { rejectsFile })).toMatchObject({ created: 2, rejected: 0 });
    expect((await contacts()).map((contact) => contact.attributes)).toEqual([{}, {}, {}]);
  });

  it('writes no file of rejected rows when there are none', async () => {
    const rejectsFile = path.join(dir, 'none.csv');
    const result = await importText('email\nr@a.example\n', { rejectsFile });
    expect(result.rejects_file).toBeNull();
    expect((await readdir(dir)).filter((name) => name.startsWith('none'))).toEqual([]);
  });
});

describe('a file that will not do is refused with a sentence, and nothing is written', () => {
  const good = Array.from({ length: 3000 }, (_, i) => `u${i}@a.example,x`).join('\n');

  it.each([
    [
      'an unclosed quotation mark at its end',
      `email,name\n${good}\nr@a.example,"Ravi\n`,
      /line 3002.*never closed/,
    ],
    [
      'damaged UTF-8',
      Buffer.concat([
        Buffer.from(`email,name\nr@a.example,രവി\n${good}\n`),
        Buffer.from('j@a.example,Jos\xe9\n', 'latin1'),
      ]),
      /line 3003.*UTF-8/,
    ],
    ['a zero byte', `email,name\n${good}\nr\0@a.example,x\n`, /line 3002.*zero byte/],
    ['UTF-16 cut short', Buffer.from('\ufeffemail\nr@a.example\n', 'utf16le').subarray(0, -1), /half a char/],
    ['no bytes', '', /is empty/],
    ['empty lines', '\n\n\n', /nothing but empty lines/],
    ['no address column', 'name,town\nRavi,Kollam\n', /no column for e-mail or phone/],
  ])('%s', async (_, text, sentence) => {
    await expect(importText(text)).rejects.toThrow(sentence);
    expect(await ground.db.contact.count()).toBe(0);
    expect(await ground.db.list.count()).toBe(0);
    expect(await ground.db.contactImport.count()).toBe(0);
  });

  it('a folder, a missing file, a device', async () => {
    await expect(importFile(dir)).rejects.toThrow(/it is a folder/);
    await expect(importFile(path.join(dir, 'no.csv'))).rejects.toThrow(/there is no such file/);
    await expect(importFile('/dev/null')).rejects.toThrow(/not an ordinary file/);
  });

  it('no purpose, no basis, rejected rows over the file itself', async () => {
    await expect(importText('email\n', { purpose: ' ' })).rejects.toThrow(/--purpose/);
    await expect(importText('email\n', { basis: '' })).rejects.toThrow(/--basis/);
    await expect(importText('email\n', { basis: 'x'.repeat(3000) })).rejects.toThrow(/Shorten the basis/);
    const file = path.join(dir, 'people.csv');
    await expect(importText('email\n', { rejectsFile: file })).rejects.toThrow(/overwrite/);
  });

  it.each([
    ['a line of 2 GB', 'a'.repeat(3 << 20), /line 2: this row is longer than 1 MB/],
    ['2 GB of zero bytes', '', /line 2: there is a zero byte/],
  ])('%s, at once', async (_, start, sentence) => {
    const file = path.join(dir, 'huge.csv');
    await writeFile(file, `email\n${start}`);
    await truncate(file, 2 ** 31);
    const began = performance.now();
    await expect(importFile(file)).rejects.toThrow(sentence);
    expect(performance.now() - began).toBeLessThan(2000);
    await rm(file);
  });
});
