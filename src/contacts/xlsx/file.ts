import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { streamBytes } from '../csv/encoding.ts';
import type { RowBlock, RowFile } from '../row-file.ts';
import { type Book, readBook } from './book.ts';
import { readSheet } from './sheet.ts';
import { openZip, type Zip } from './zip.ts';

interface Source {
  name: string;
  /** The first where it is not said. */
  sheet?: string | undefined;
}

/**
 * Reads one sheet of an Excel workbook through, so that one that is broken anywhere is refused before
 * anything of it is used. The handle is closed with the file, and when this throws.
 * @throws Refusal when it is no workbook, damaged, or too large once unzipped
 */
export async function readXlsx(handle: FileHandle, source: Source): Promise<RowFile> {
  try {
    const { mtimeMs } = await handle.stat();
    const zip = await openZip(handle, source.name);
    const book = await readBook(zip, source.sheet);
    const { heads, records } = await survey(zip, book);
    const read = () => readRecords({ zip, book, handle, mtimeMs });
    const warnings = warningsOf(source, book);
    const hash = await hashOf(handle, book.sheet);
    const said = { name: source.name, delimiter: ',', encoding: 'xlsx', warnings };
    return { ...said, hash, heads, records, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Each sheet is an import of its own. */
async function hashOf(handle: FileHandle, sheet: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of streamBytes(handle)) hash.update(chunk);
  return hash.update(`\0${sheet}`).digest('hex');
}

function warningsOf({ sheet }: Source, book: Book): string[] {
  if (sheet !== undefined || book.sheets.length < 2) return [];
  const others = book.sheets.filter((name) => name !== book.sheet).slice(0, 10);
  return [
    `Only the first sheet, "${book.sheet}", is imported. Name another with --sheet: ${others.join(', ')}.`,
  ];
}

async function survey(zip: Zip, book: Book): Promise<{ heads: string[]; records: number }> {
  let heads: string[] | undefined;
  let records = -1;
  for await (const block of readSheet(zip, book)) {
    heads ??= [...(block.records[0] ?? [])];
    records += block.records.length;
  }
  if (heads) return { heads, records };
  throw new Refusal(
    say`The sheet "${book.sheet}" of ${zip.name} is empty. Its first row must name the columns.`,
  );
}

async function* readRecords(source: {
  zip: Zip;
  book: Book;
  handle: FileHandle;
  mtimeMs: number;
}): AsyncGenerator<RowBlock> {
  let isFirst = true;
  for await (const block of readSheet(source.zip, source.book)) {
    if ((await source.handle.stat()).mtimeMs !== source.mtimeMs) {
      throw new Refusal(
        say`${source.zip.name} was changed while it was read. Import it again when it is finished.`,
      );
    }
    yield isFirst ? withoutHeader(block) : block;
    isFirst = false;
  }
}

const withoutHeader = ({ records, lines, faults }: RowBlock): RowBlock => ({
  ...{ records: records.slice(1), lines: lines.slice(1) },
  faults: new Map([...(faults ?? [])].filter(([i]) => i > 0).map(([i, fault]) => [i - 1, fault])),
});
