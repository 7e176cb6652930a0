import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, readBlocks } from '../../../src/contacts/csv/blocks.ts';
import { detectDelimiter, readHeader } from '../../../src/contacts/csv/columns.ts';
import { csvCell } from '../../../src/contacts/csv/rejects.ts';

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function blocksOf(text: string | Buffer, { size = 7, delimiter = ',' } = {}): Promise<Block[]> {
  const blocks: Block[] = [];
  const source = { name: 'people.csv', delimiter };
  for await (const block of readBlocks(inPieces(Buffer.from(text), size), source)) blocks.push(block);
  return blocks;
}
const linesOf = async (text: string, size?: number) =>
  (await blocksOf(text, { size })).flatMap((block) => block.lines);

describe('cutting a file into records', () => {
  it('counts the lines of records over quoted line ends, empty lines and all kinds of line end', async () => {
    expect(await linesOf('a,b\r\n"x\r\ny",1\r\n\r\nz,2')).toEqual([1, 2, 5]);
    expect(await linesOf('a\n\n\nb\n')).toEqual([1, 4]);
    expect(await linesOf('a\rb\rc')).toEqual([1, 2, 3]);
    expect(await linesOf('\ufeff"a\nb",c\nd')).toEqual([1, 3]);
  });

  it.each(['\n', '\r', '\r\n'])('hands on a thousand records at most that end in %j', async (end) => {
    const blocks = await blocksOf(`a,b${end}`.repeat(3500), { size: 1000 });
    expect(blocks.every((block) => block.lines.length <= 1001)).toBe(true);
    expect(blocks.flatMap((block) => block.lines)).toEqual(Array.from({ length: 3500 }, (_, i) => i + 1));
  });

  it('finds the records and cells that csv-parse finds in the whole, however the bytes arrive', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ക', '"', ',', ';', '\n', '\r', ' ', '=', '-') });
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('\n', '\r\n'),
        async (all, size, end) => {
          const text = all.map((cells) => cells.map((c) => csvCell(c)).join(',') + end).join('');
          const options = {
            relax_column_count: true,
            skip_empty_lines: true,
            record_delimiter: ['\r\n', '\n', '\r'],
          };
          const blocks = await blocksOf(text, { size });
          const cut = blocks.flatMap(({ bytes }) => parse(bytes, options));
          expect(cut).toEqual(parse(text, options));
          expect(blocks.flatMap((block) => block.lines)).toHaveLength(cut.length);
        },
      ),
    );
  });

  it.each([
    ['a,b\nx,"open\n\n\n', /line 2: the quotation mark .* never closed/],
    ['a,b\n"x"y,1\n', /line 2: text follows a closing quotation mark/],
    ['a,b\nx\u0000,1\n', /line 2: there is a zero byte/],
    [Buffer.from('a,b\nok,1\nJos\xe9,1\n', 'latin1'), /line 3: the text is not UTF-8/],
    [Buffer.from('a,b\r\nok,1\r\nJos\xe9,1\r\n', 'latin1'), /line 3: the text is not UTF-8/],
  ])('refuses %j and names the line', async (text, sentence) => {
    await expect(blocksOf(text)).rejects.toThrow(sentence);
  });

  it.each([
    ['a line without an end', 'x', /line 2: this row is longer than 1 MB/],
    ['a row of nothing but commas', ',', /line 2: this row has more than 10000 cells/],
    ['an open quotation mark', '"', /line 2: this row is longer than 1 MB.*opens on line 2 missing/],
  ])('stops reading %s after a megabyte of 2 GB', async (_, first, sentence) => {
    let read = 0;
    async function* endless() {
      yield Buffer.from(`name,email\n${first}`);
      const chunk = Buffer.alloc(65_536, first === ',' ? ',' : 'a');
      for (; read < 2 ** 31; read += chunk.length) yield chunk;
    }
    const all = async () => {
      for await (const block of readBlocks(endless(), { name: 'big.csv', delimiter: ',' })) void block;
    };
    await expect(all()).rejects.toThrow(sentence);
    expect(read).toBeLessThan(1.2 * 2 ** 20);
  });
});

describe('the header', () => {
  it.each([
    ['name,email', ','],
    ['name;email;"a,b,c"', ';'],
    ['\ufeffപേര്\tഇമെയിൽ', '\t'],
    ['email', ','],
  ])('of %j is divided by %j', (line, delimiter) => {
    expect(detectDelimiter(Buffer.from(`${line}\nx,y,z;t`))).toBe(delimiter);
  });

  it('is recognised in English and Malayalam, whatever its case; the rest are attributes', () => {
    expect(readHeader(['E-Mail', 'പേര്', 'ഫോൺ', 'ഭാഷ', 'ജില്ല', 'Ward No.', 'Token', '2024', ''], 'f')).toEqual([
      ...['email', 'name', 'phone', 'language', 'district'].map((field) => ({ field })),
      ...['ward_no', 'column_token', 'column_2024', 'column_9'].map((attribute) => ({ attribute })),
    ]);
  });

  it('passes over the two columns of our own file of rejected rows', () => {
    expect(readHeader(['email', 'line', 'reason'], 'f').slice(1)).toEqual([
      { ignored: true },
      { ignored: true },
    ]);
  });

  it('is refused without an address, and with two columns for one thing', () => {
    expect(() => readHeader(['name', 'town'], 'f.csv')).toThrow(/f.csv has no column for e-mail or phone/);
    expect(() => readHeader(['Email', 'e-mail'], 'f.csv')).toThrow(
      /"Email" \(column 1\) and "e-mail" \(column 2\)/,
    );
  });
});

it('writes cells that no spreadsheet runs as a formula', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    expect(csvCell(`${start}cmd()`).replace(/^"/, '')).toMatch(/^'/);
  }
  expect(csvCell('=HYPERLINK("x";"y")', ';')).toBe('"\'=HYPERLINK(""x"";""y"")"');
});
