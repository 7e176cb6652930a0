import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { openRegular, type RowBlock, type RowFile } from '../row-file.ts';
import { type Block, readBlocks } from './blocks.ts';
import { detectDelimiter } from './columns.ts';
import { type Encoding, recogniseEncoding, streamBytes, toUtf8 } from './encoding.ts';

/**
 * Opens a CSV file and reads it through, so that a file that is broken anywhere is refused before
 * anything of it is used. It may be UTF-8, UTF-16 or Windows-1252.
 * @throws Refusal when there is no such file, it is empty, or no well-formed CSV
 */
export async function openCsv(file: string): Promise<RowFile> {
  return readCsv(await openRegular(file), path.basename(file));
}

/**
 * Goes on where the file is open already. The handle is closed with the file, and when this throws.
 * @throws Refusal when it is no well-formed CSV
 */
export async function readCsv(handle: FileHandle, name: string): Promise<RowFile> {
  try {
    const { encoding, marked } = await recogniseEncoding(handle);
    const source = { name, encoding, delimiter: await delimiterOf(handle, { encoding, name }) };
    const found = await survey(handle, source);
    const { mtimeMs } = await handle.stat();
    const read = () => readRecords(handle, { source, mtimeMs });
    const warnings = warningsOf(encoding, marked);
    return { ...source, ...found, warnings, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function warningsOf(encoding: Encoding, marked: boolean): string[] {
  if (encoding === 'windows-1252') {
    return [
      'The file is not UTF-8 and was read as Windows-1252. Look at a few names with letters such as é; if they are wrong, save the file as "CSV UTF-8" and import that.',
    ];
  }
  if (encoding === 'utf-8' || marked) return [];
  return ['The file has no byte order mark and was recognised as UTF-16 by where its zero bytes stand.'];
}

interface Source {
  name: string;
  delimiter: string;
  encoding: Encoding;
}

async function delimiterOf(handle: FileHandle, source: Omit<Source, 'delimiter'>): Promise<string> {
  for await (const start of toUtf8(streamBytes(handle), source)) return detectDelimiter(start);
  return ',';
}

/** Reads everything once: what it hashes to, its header, how many records. */
async function survey(
  handle: FileHandle,
  source: Source,
): Promise<Pick<RowFile, 'hash' | 'heads' | 'records'>> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of streamBytes(handle)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  let heads: string[] | undefined;
  let records = -1;
  for await (const block of readBlocks(toUtf8(hashed(), source), source)) {
    heads ??= parseBlock(block, source)[0];
    records += block.lines.length;
  }
  if (!heads) {
    throw new Refusal(
      say`${source.name} holds nothing but empty lines. Its first line must name the columns.`,
    );
  }
  return { hash: hash.digest('hex'), heads, records };
}

async function* readRecords(
  handle: FileHandle,
  { source, mtimeMs }: { source: Source; mtimeMs: number },
): AsyncGenerator<RowBlock> {
  let skip = 1; // the header
  for await (const block of readBlocks(toUtf8(streamBytes(handle), source), source)) {
    if ((await handle.stat()).mtimeMs !== mtimeMs) {
      throw new Refusal(
        say`${source.name} was changed while it was read. Import it again when it is finished.`,
      );
    }
    const records = parseBlock(block, source);
    yield { records: records.slice(skip), lines: block.lines.slice(skip) };
    skip = 0;
  }
}

/** The blocks are well-formed by now; a quotation mark inside an unquoted cell is an ordinary character. */
function parseBlock({ bytes, lines }: Block, { delimiter }: Pick<Source, 'delimiter'>): string[][] {
  const records = parse(bytes, {
    ...{ delimiter, bom: true, record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true },
    ...{ relax_quotes: true, relax_column_count: true, max_record_size: 0 },
  });
  if (records.length !== lines.length) {
    throw new Error(`Cut ${lines.length} records and parsed ${records.length}, from line ${lines[0]}`);
  }
  return records;
}
