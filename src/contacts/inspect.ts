import { open } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Column, guessColumns, type Mapping, readHeader } from './csv/columns.ts';
import { convertLegacyMalayalam, legacyColumns } from './legacy-malayalam.ts';
import { withLegacyMalayalam } from './legacy-rows.ts';
import { type Mapped, mappedColumns, parseMapping, recallMapping } from './mapping.ts';
import { openRows } from './open-rows.ts';
import { type Preview, previewRows } from './preview.ts';
import type { RowFile } from './row-file.ts';

/** What is said of a file so far. */
export interface FileWish {
  /** What columns are, each COLUMN=FIELD. */
  map?: string[] | undefined;
  convertLegacy?: boolean | undefined;
}

/** What a file holds and what an import would make of it. */
export interface Inspection extends Preview {
  /** utf-8, utf-16le, utf-16be, windows-1252, xlsx */
  encoding: string;
  delimiter: string;
  warnings: string[];
  /** For each column its head, what it is taken for, and the first cells that are not empty. */
  columns: (Mapped & { samples: string[] })[];
  /** Whether the columns are what was said of such a file before. */
  recalled: boolean;
  /** Columns in an old Malayalam font, with a cell and what it says. */
  legacy: { column: string; example: string; reading: string }[];
  /** Why the columns do not go together, so that nothing can be imported yet. */
  fault: string | null;
}

const SAMPLES = 3;
const SAMPLE_LENGTH = 60;

/**
 * Reads a whole file as an import would, and writes nothing. Unlike the import it goes on when the columns
 * do not go together, so that a person can say what they are.
 * @throws Refusal when the file is none that can be read
 */
export async function inspectFile(
  { sql }: Pick<Ground, 'sql'>,
  file: string,
  wish: FileWish,
): Promise<Inspection> {
  await refuseOthers(file);
  const opened = await openRows(file);
  try {
    const records = await firstRecords(opened);
    const legacy = legacyColumns(records);
    const rows = wish.convertLegacy && legacy.length ? await withLegacyMalayalam(opened, true) : opened;
    const recalled = wish.map?.length ? undefined : await recallMapping(sql, rows.heads);
    const mapping = recalled ?? parseMapping(wish.map ?? [], rows.heads);
    const { columns, fault } = columnsOf(rows, mapping);
    return {
      ...{ encoding: rows.encoding, delimiter: rows.delimiter, warnings: opened.warnings },
      ...{ recalled: recalled !== undefined, fault, ...(await read(rows, fault ? null : columns)) },
      columns: mappedColumns(rows.heads, columns).map((one, i) => ({
        ...one,
        samples: samplesOf(records, i),
      })),
      legacy: legacy.map(({ column, example, layout }) => ({
        ...{ column: rows.heads[column] ?? String(column + 1), example: example.slice(0, SAMPLE_LENGTH) },
        reading: convertLegacyMalayalam(example.slice(0, SAMPLE_LENGTH), layout),
      })),
    };
  } finally {
    await opened.close();
  }
}

/** Pictures, papers, pages and programs by their first bytes; the rest is found out when it is read. */
const OTHERS = /^(?:\x89PNG|\xff\xd8\xff|GIF8|%PDF-|RIFF|MZ\x90|\x7fELF|#!|\s*<(?:!doctype|html|\?xml|svg))/i;

async function refuseOthers(file: string): Promise<void> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0).finally(() => handle.close());
  if (!OTHERS.test(buffer.toString('latin1', 0, bytesRead))) return;
  throw new Refusal(
    say`${path.basename(file)} is a picture, a paper, a page or a program, and no list of contacts. Save the list as CSV or .xlsx and send that.`,
  );
}

function columnsOf(rows: RowFile, mapping: Mapping): { columns: Column[]; fault: string | null } {
  try {
    return { columns: readHeader(rows.heads, rows.name, mapping), fault: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { columns: guessColumns(rows.heads, mapping), fault: error.message };
  }
}

const read = async (rows: RowFile, columns: Column[] | null): Promise<Preview> =>
  columns ? previewRows(rows, columns) : { rows: rows.records, rejected: 0, first: [], problems: [] };

async function firstRecords(rows: RowFile): Promise<string[][]> {
  for await (const { records } of rows.read()) if (records.length) return records;
  return [];
}

function samplesOf(records: string[][], column: number): string[] {
  const cells = records.slice(0, 50).map((record) => (record[column] ?? '').trim());
  return [...new Set(cells.filter(Boolean))].slice(0, SAMPLES).map((cell) => cell.slice(0, SAMPLE_LENGTH));
}
