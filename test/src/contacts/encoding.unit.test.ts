import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCsv } from '../../../src/contacts/csv/file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-encoding-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function read(bytes: Buffer) {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, bytes);
  const csv = await openCsv(file);
  const records: string[][] = [];
  try {
    for await (const block of csv.read()) records.push(...block.records);
    return { encoding: csv.encoding, warnings: csv.warnings, heads: csv.heads, records };
  } finally {
    await csv.close();
  }
}

const lines = Array.from({ length: 30_000 }, (_, i) => `ശ്രീജ ${i};s${i}@a.example`);
const text = `പേര്;email\r\n${lines.join('\r\n')}\r\n`;
const le = Buffer.from(text, 'utf16le');
const marked = Buffer.from(`\ufeff${text}`, 'utf16le');

it.each([
  ['utf-8', Buffer.from(text), 0],
  ['utf-8', Buffer.from(`\ufeff${text}`), 0],
  ['utf-16le', marked, 0],
  ['utf-16be', Buffer.from(marked).swap16(), 0],
  ['utf-16le', le, 1],
  ['utf-16be', Buffer.from(le).swap16(), 1],
])('recognises %s, whole characters across chunks', async (encoding, bytes, warnings) => {
  const found = await read(bytes);
  expect(found).toMatchObject({ encoding, heads: ['പേര്', 'email'] });
  expect(found.warnings).toHaveLength(warnings);
  expect(found.records).toEqual(lines.map((line) => line.split(';')));
});

it('reads Windows-1252 and says so, with the characters that Latin-1 lacks', async () => {
  const bytes = Buffer.from('name,email\nJos\xe9 O\x92Brien \x80,j@a.example\n', 'latin1');
  const { encoding, warnings, records } = await read(bytes);
  expect({ encoding, records }).toEqual({
    encoding: 'windows-1252',
    records: [['José O’Brien €', 'j@a.example']],
  });
  expect(warnings.join()).toMatch(/Windows-1252.*CSV UTF-8/);
});

it('takes a damaged UTF-8 file for what it is', async () => {
  const bytes = Buffer.concat([Buffer.from('name,email\nശ്രീജ,s@a.example\n'), Buffer.from([0xe9, 10])]);
  await expect(read(bytes)).rejects.toThrow(/line 3: the text is not UTF-8/);
});
