import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringsOf, workbookOf, zipOf } from '../../../scripts/lib/workbook.ts';
import { type ImportRequest, importContacts } from '../../../src/contacts/import.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-xlsx-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => ground.sql.query('TRUNCATE contact, list, contact_import CASCADE'));

async function importBytes(bytes: Buffer, more: Partial<ImportRequest> = {}) {
  const file = path.join(dir, 'people.xlsx');
  await writeFile(file, bytes);
  return importContacts(ground, { file, lists: [], purpose: 'appeals', basis: 'paper forms', ...more });
}

const contacts = () => ground.db.contact.findMany({ include: { addresses: true }, orderBy: { name: 'asc' } });
const text = (at: string, words: string) => `<c r="${at}" t="inlineStr"><is><t>${words}</t></is></c>`;
const heads = `<row r="1">${text('A1', 'name')}${text('B1', 'email')}${text('C1', 'phone')}${text('D1', 'born')}</row>`;

const STYLES =
  '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\-mmm\\-yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>';
const STRINGS = '<sst><si><r><t>ശ്രീജ </t></r><r><t>മേനോൻ</t></r><rPh><t>no</t></rPh></si></sst>';

describe('a workbook', () => {
  it('gives texts, telephone numbers without an exponent and days as text', async () => {
    const row = `<row r="3"><c r="A3" t="s"><v>0</v></c>${text('B3', 's@a.example')}<c r="C3"><v>9.1987654321E+11</v></c><c r="D3" s="1"><v>36526</v></c></row>`;
    const more = { 'xl/sharedStrings.xml': STRINGS, 'xl/styles.xml': STYLES };
    const result = await importBytes(zipOf(workbookOf({ People: heads + row }, more)));
    expect(result).toMatchObject({ rows: 1, created: 1, encoding: 'xlsx', warnings: [] });
    const [sreeja] = await contacts();
    expect(sreeja).toMatchObject({ name: 'ശ്രീജ മേനോൻ', attributes: { born: '2000-01-01' } });
    expect(sreeja?.addresses.map((a) => a.value).sort()).toEqual(['+919876543210', 's@a.example'].sort());
  });

  it('takes the value that was kept of a formula, and rejects a row with a formula that has none', async () => {
    const kept = `<row r="2"><c r="A2" t="str"><f>"R"&amp;"avi"</f><v>Ravi</v></c>${text('B2', 'r@a.example')}</row>`;
    const bare = `<row r="3"><c r="A3"><f>WEBSERVICE("http://x.example")</f></c>${text('B3', 'd@a.example')}</row>`;
    const fault = `<row r="4"><c r="A4" t="e"><v>#REF!</v></c>${text('B4', 'e@a.example')}</row>`;
    const rejectsFile = path.join(dir, 'rejects.csv');
    const bytes = zipOf(workbookOf({ People: heads + kept + bare + fault }));
    expect(await importBytes(bytes, { rejectsFile })).toMatchObject({ rows: 3, created: 1, rejected: 2 });
    const rejects = await readFile(rejectsFile, 'utf8');
    expect(rejects).toMatch(/d@a\.example,,,3,"cell A3 holds a formula without a value/);
    expect(rejects).toMatch(/e@a\.example,,,4,cell A4 holds the error #REF!/);
    expect((await contacts()).map((c) => c.name)).toEqual(['Ravi']);
  });

  it('is read by its first sheet unless another is named, and changes nothing when repeated', async () => {
    const people = (who: string) =>
      `${heads}<row r="2">${text('A2', who)}${text('B2', `${who}@a.example`)}</row>`;
    const bytes = zipOf(workbookOf({ One: people('ravi'), Two: people('devi') }));
    const first = await importBytes(bytes);
    expect(first.warnings.join()).toMatch(/Only the first sheet, "One".*--sheet: Two/);
    expect(await importBytes(bytes, { sheet: 'two' })).toMatchObject({ created: 1, warnings: [] });
    expect(await importBytes(bytes)).toMatchObject({ created: 0, unchanged: 1 });
    expect((await contacts()).map((c) => c.name)).toEqual(['devi', 'ravi']);
    await expect(importBytes(bytes, { sheet: 'Three' })).rejects.toThrow(/no sheet "Three".*One, Two/);
  });

  it('goes on behind the last batch after it was interrupted', async () => {
    const rows = Array.from(
      { length: 5500 },
      (_, i) =>
        `<row r="${i + 2}">${text(`A${i + 2}`, `r${i}`)}${text(`B${i + 2}`, `r${i}@a.example`)}</row>`,
    );
    const bytes = zipOf(workbookOf({ People: heads + rows.join('') }));
    const onProgress = () => {
      throw new Error('interrupted');
    };
    await expect(importBytes(bytes, { onProgress })).rejects.toThrow('interrupted');
    const result = await importBytes(bytes);
    expect(result.resumed_from).toBeGreaterThan(0);
    expect(result).toMatchObject({ rows: 5500, created: 5500 });
  });
});

describe('a hostile workbook is refused with a sentence, and nothing is written', () => {
  const good = zipOf(workbookOf({ People: heads }));
  /** The directory says that a part is small, or is gigabytes. */
  const lying = (size: number) => {
    const bytes = zipOf(workbookOf({ People: heads + ' '.repeat(5_000_000) }));
    const next = (from: number) => bytes.indexOf('504b0102', from, 'hex');
    for (let at = next(0); at > 0; at = next(at + 1)) bytes.writeUInt32LE(size, at + 24);
    return bytes;
  };
  const shared = { 'xl/sharedStrings.xml': stringsOf(['x'.repeat(3_000_000)]) };
  const many = { 'xl/sharedStrings.xml': stringsOf(Array(70).fill('y'.repeat(1_000_000))) };
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>`;

  it.each([
    ['a zip bomb by its own account', lying(0x7fffffff), /more than 1 GB.*zip bomb/],
    ['a zip bomb that lies', lying(100), /damaged/],
    ['a script', Buffer.from('#!/bin/sh\nrm -rf /\n'), /called a workbook, but is none/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old Excel.*password/],
    ['a zip cut short', good.subarray(0, -40), /damaged/],
    ['a zip of something else', zipOf({ 'a.txt': 'hello' }), /no Excel workbook/],
    ['one huge shared text', zipOf(workbookOf({ P: heads }, shared)), /million characters|more text/],
    ['too many shared texts', zipOf(workbookOf({ P: heads }, many)), /more text than/],
    ['entities', zipOf({ ...workbookOf({ P: '' }), 'xl/worksheets/sheet1.xml': bomb }), /document type/],
    ['broken XML', zipOf(workbookOf({ P: `${heads}<row>` })), /no well-formed XML/],
    ['an empty sheet', zipOf(workbookOf({ P: '' })), /is empty/],
  ])('%s', async (_, bytes, sentence) => {
    await expect(importBytes(bytes)).rejects.toThrow(sentence);
    expect(await ground.db.contactImport.count()).toBe(0);
  });
});

it('Malayalam of an old font is warned of with an example, and converted when that is asked', async () => {
  const names = ['{ioP tat\\m³', 'sImÃw', 'Xncph\\´]pcw', 'tImgnt¡mSv', 'sIm¨n'];
  const rows = names.map(
    (name, i) => `<row r="${i + 2}">${text(`A${i + 2}`, name)}${text(`B${i + 2}`, `r${i}@a.example`)}</row>`,
  );
  const bytes = zipOf(workbookOf({ People: heads + rows.join('') }));
  const plain = await importBytes(bytes);
  expect(plain.warnings.join()).toMatch(/column "name".*ML-TT.*ശ്രീജ മേനോൻ.*--convert-legacy/);
  expect((await contacts()).map((c) => c.name)).toContain('{ioP tat\\m³');
  await ground.sql.query('TRUNCATE contact, contact_import CASCADE');
  const converted = await importBytes(bytes, { convertLegacy: true });
  expect(converted.warnings.join()).toMatch(/was converted to Unicode/);
  expect((await contacts()).map((c) => c.name)).toContain('ശ്രീജ മേനോൻ');
});
