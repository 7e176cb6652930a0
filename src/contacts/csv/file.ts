import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Refusal } from '../../errors.ts';
import { type Block, readBlocks } from './blocks.ts';
import { detectDelimiter } from './columns.ts';

const CHUNK = 256 * 1024;

/** A CSV file that was read once from end to end and found in order. */
export interface CsvFile {
  /** Without its folders. */
  name: string;
  delimiter: string;
  /** SHA-256 of its bytes, in hex. */
  hash: string;
  heads: string[];
  /** Without the header. Rows that are wholly empty count. */
  records: number;
  /** Its records behind the header, in blocks of some thousand. */
  read(): AsyncGenerator<CsvBlock>;
  close(): Promise<void>;
}

export interface CsvBlock {
  records: string[][];
  /** The line of each. */
  lines: number[];
}

/**
 * Opens a CSV file and reads it through, so that a file that is broken anywhere is refused before
 * anything of it is used.
 * @throws Refusal when there is no such file, it is empty, or no well-formed UTF-8 CSV
 */
export async function openCsv(file: string): Promise<CsvFile> {
  const handle = await openRegular(file);
  try {
    const source = { name: path.basename(file), delimiter: await delimiterOf(handle, file) };
    const found = await survey(handle, source);
    const { mtimeMs } = await handle.stat();
    const read = () => readRecords(handle, { source, mtimeMs });
    return { ...source, ...found, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openRegular(file: string): Promise<FileHandle> {
  const refuse = (why: string) => new Refusal(`${file} cannot be imported: ${why}`);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refuse('there is no such file. Check the name and the folder.');
    if (error.code === 'EACCES') throw refuse('you may not read it. Ask for the right, or copy the file.');
    throw refuse(`the system says ${error.code}.`);
  });
  const stat = await handle.stat();
  if (stat.isFile() && stat.size > 0) return handle;
  await handle.close();
  if (stat.isDirectory()) throw refuse('it is a folder. Name one CSV file in it.');
  if (stat.isFile()) throw refuse('it is empty. Its first line must name the columns.');
  throw refuse('it is not an ordinary file, and an import must be able to read it twice. Save it first.');
}

async function delimiterOf(handle: FileHandle, file: string): Promise<string> {
  const start = Buffer.alloc(64 * 1024);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  const mark = start.readUInt16BE(0);
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new Refusal(
      `${path.basename(file)}, line 1: the text is UTF-16, not UTF-8. Save the file as "CSV UTF-8" and import that.`,
    );
  }
  return detectDelimiter(start.subarray(0, bytesRead));
}

type Source = Pick<CsvFile, 'name' | 'delimiter'>;

/** Reads everything once: what it hashes to, its header, how many records. */
async function survey(
  handle: FileHandle,
  source: Source,
): Promise<Pick<CsvFile, 'hash' | 'heads' | 'records'>> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of stream(handle)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  let heads: string[] | undefined;
  let records = -1;
  for await (const block of readBlocks(hashed(), source)) {
    heads ??= parseBlock(block, source)[0];
    records += block.lines.length;
  }
  if (!heads) {
    throw new Refusal(`${source.name} holds nothing but empty lines. Its first line must name the columns.`);
  }
  return { hash: hash.digest('hex'), heads, records };
}

async function* readRecords(
  handle: FileHandle,
  { source, mtimeMs }: { source: Source; mtimeMs: number },
): AsyncGenerator<CsvBlock> {
  let skip = 1; // the header
  for await (const block of readBlocks(stream(handle), source)) {
    if ((await handle.stat()).mtimeMs !== mtimeMs) {
      throw new Refusal(`${source.name} was changed while it was read. Import it again when it is finished.`);
    }
    const records = parseBlock(block, source);
    yield { records: records.slice(skip), lines: block.lines.slice(skip) };
    skip = 0;
  }
}

const stream = (handle: FileHandle): AsyncIterable<Buffer> =>
  handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK });

/** The blocks are well-formed by now; a quotation mark inside an unquoted cell is an ordinary character. */
function parseBlock({ bytes, lines }: Block, { delimiter }: Source): string[][] {
  const records = parse(bytes, {
    ...{ delimiter, bom: true, record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true },
    ...{ relax_quotes: true, relax_column_count: true, max_record_size: 0 },
  });
  if (records.length !== lines.length) {
    throw new Error(`Cut ${lines.length} records and parsed ${records.length}, from line ${lines[0]}`);
  }
  return records;
}
