import { createHash } from 'node:crypto';
import path from 'node:path';
import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Batch, writeBatch } from './batch.ts';
import { type Column, type Mapping, readHeader } from './csv/columns.ts';
import { openRejects, type RejectsFile } from './csv/rejects.ts';
import { type Rejected, type Row, readBlock } from './csv/rows.ts';
import { forgetFields } from './fields.ts';
import { collectGarbage } from './garbage.ts';
import {
  advanceImport,
  type Begun,
  beginImport,
  endImport,
  type Figures,
  type ImportOptions,
} from './ledger.ts';
import { withLegacyMalayalam } from './legacy-rows.ts';
import { listName } from './lists.ts';
import { type Mapped, mappedColumns, parseMapping, recallMapping, rememberMapping } from './mapping.ts';
import { openRows } from './open-rows.ts';
import { type Preview, previewRows } from './preview.ts';
import type { RowFile } from './row-file.ts';

export interface ImportRequest {
  /** Path of a CSV file or Excel workbook (.xlsx), whose first line names the columns. */
  file: string;
  /** Of a workbook; the first where it is not said. */
  sheet?: string | undefined;
  /** Names of lists that the contacts join; made when they are not there. */
  lists: string[];
  /** What columns are, each COLUMN=FIELD; kept for files with the same columns. */
  map?: string[] | undefined;
  /** Malayalam in the letters of an ML-TT font becomes Unicode; without, it is only warned of. */
  convertLegacy?: boolean | undefined;
  /** What the contacts agreed to hear about, as messages name it. */
  purpose: string;
  /** Why we may write to them, for the consent's proof: 'paper forms of the Onam fair 2026'. */
  basis: string;
  /** Whether that covers text messages too, where there is a phone. */
  sms?: boolean;
  /** Where rows that cannot be taken go, with the reason. */
  rejectsFile?: string;
  onProgress?: (progress: { done: number; total: number }) => void;
  /** For the audit log. */
  actor?: string;
}

/** What was found out about the file. */
interface Said {
  /** How the file is written: utf-8, utf-16le, utf-16be, windows-1252, xlsx. */
  encoding: string;
  /** What to look at, in sentences. */
  warnings: string[];
  mapping: Mapped[];
  /** Whether the columns are what was said of such a file before. */
  mapping_recalled: boolean;
}

export interface ImportResult extends Figures, Said {
  import: string;
  rejects_file: string | null;
  seconds: number;
  /** Row behind which an interrupted import went on, or null. */
  resumed_from: number | null;
}

/** They are part of a unique key, which Postgres keeps under 2,700 bytes. */
const MAX_OPTIONS_BYTES = 2000;
/** Batches of a thousand rows. */
const COLLECT_EVERY = 10;

type Part = Pick<Ground, 'sql' | 'clock'>;

/**
 * Imports contacts from a CSV file or workbook of any size in constant memory. Each batch is one transaction with
 * the import's progress, so that an import that was killed goes on where it stopped when it is called
 * again, and one that had ended changes nothing. Rows that cannot be taken do not stop it.
 * @returns figures of the whole import, also where it was resumed; `seconds` of this call
 * @throws Refusal, before anything is written, when the file or the request will not do
 */
export async function importContacts(ground: Part, request: ImportRequest): Promise<ImportResult> {
  const began = performance.now();
  const asked = readOptions(request);
  requireOtherFile(request);
  const work = await prepare(ground, request);
  const { csv, mapping } = work;
  try {
    if (request.map?.length) {
      await rememberMapping(ground.sql, { heads: csv.heads, mapping, now: ground.clock.now() });
    }
    const options = Object.keys(mapping).length ? { ...asked, mapping: digest(mapping) } : asked;
    const { id, figures, rejectsFile, resumedFrom } = await importInto(ground, { ...work, request, options });
    const seconds = Math.round(performance.now() - began) / 1000;
    const said = { rejects_file: rejectsFile, ...work.said };
    return { import: id, ...figures, ...said, seconds, resumed_from: resumedFrom };
  } finally {
    await csv.close();
  }
}

/**
 * Says what an import would take the columns for, its first rows and what is wrong with others. Writes nothing.
 * @throws Refusal as the import would
 */
export async function previewImport(ground: Part, request: ImportRequest): Promise<Said & Preview> {
  readOptions(request);
  const { csv, columns, said } = await prepare(ground, request);
  try {
    return { ...said, ...(await previewRows(csv, columns)) };
  } finally {
    await csv.close();
  }
}

/** Opens the file and finds out what its columns are: said now, or for such a file before. */
async function prepare({ sql }: Part, request: ImportRequest) {
  const opened = await openRows(request.file, request.sheet);
  try {
    const csv = await withLegacyMalayalam(opened, request.convertLegacy);
    const given = parseMapping(request.map ?? [], csv.heads);
    const recalled = request.map?.length ? undefined : await recallMapping(sql, csv.heads);
    const mapping = recalled ?? given;
    const columns = readHeader(csv.heads, csv.name, mapping);
    const said: Said = {
      ...{ encoding: csv.encoding, warnings: csv.warnings },
      ...{ mapping: mappedColumns(csv.heads, columns), mapping_recalled: recalled !== undefined },
    };
    return { csv, mapping, columns, said };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

const digest = (mapping: Mapping) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(mapping).sort()))
    .digest('hex')
    .slice(0, 16);

type Asked = Pick<ImportRequest, 'lists' | 'purpose' | 'basis' | 'sms' | 'convertLegacy'>;

interface Work {
  request: ImportRequest;
  options: ImportOptions;
  csv: RowFile;
  columns: Column[];
}

async function importInto(ground: Part, work: Work) {
  const { csv, request, options } = work;
  const rejects = request.rejectsFile
    ? await openRejects(request.rejectsFile, csv.heads, csv.delimiter)
    : undefined;
  try {
    const start = { hash: csv.hash, name: csv.name, options, now: ground.clock.now() };
    const begun = await beginImport(ground.sql, start);
    const resumedFrom = begun.resumed ? begun.rowNo : null;
    await importBlocks(ground, { ...work, begun, rejects });
    const rejectsFile = (await rejects?.close()) ?? null;
    await finish(ground, begun, request.actor);
    return { ...begun, rejectsFile, resumedFrom };
  } catch (error) {
    await rejects?.discard();
    throw error;
  }
}

interface Running extends Work {
  begun: Begun;
  rejects: RejectsFile | undefined;
}

async function importBlocks(ground: Part, running: Running): Promise<void> {
  const { csv, begun, rejects, request, columns } = running;
  let at = 0; // records before this block
  let batches = 0;
  for await (const { read, records, lines } of ahead(readRows(csv, columns))) {
    // Records of this block that an earlier call dealt with: only their rejects are written again.
    const behind = Math.max(0, begun.rowNo - at);
    await rejects?.write(read.filter((row) => 'reason' in row));
    at += records;
    if (behind >= records) continue;
    const firstLine = lines[behind] ?? 0;
    await importBatch(ground, running, { read: read.filter((row) => row.line >= firstLine), to: at });
    if (++batches % COLLECT_EVERY === 0) collectGarbage();
    request.onProgress?.({ done: at, total: csv.records });
  }
}

/** Asks for the next item before the one at hand is worked on: reading goes on while the database writes. */
async function* ahead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return;
    next = items.next();
    next.catch(() => undefined); // thrown by the await above, unless the work failed first
    yield value;
  }
}

async function* readRows(csv: RowFile, columns: Column[]) {
  for await (const block of csv.read()) {
    yield { read: readBlock(block, columns), lines: block.lines, records: block.records.length };
  }
}

const isRow = (read: Row | Rejected): read is Row => !('reason' in read);

async function importBatch(
  ground: Part,
  { begun, csv, options }: Running,
  { read, to }: { read: (Row | Rejected)[]; to: number },
): Promise<void> {
  const rows = read.filter(isRow);
  const batch: Batch = {
    ...{ rows, importId: begun.id, listIds: begun.listIds, fileName: csv.name },
    ...{ ...options, fillOnly: begun.fillOnly, now: ground.clock.now() },
  };
  const figures = await transaction(ground.sql, async (connection) => {
    const wrote = await writeBatch(connection, batch);
    const sum = add(begun.figures, { ...wrote, rows: read.length, rejected: read.length - rows.length });
    await advanceImport(connection, { ...begun, figures: sum }, to);
    return sum;
  });
  Object.assign(begun, { figures, rowNo: to });
}

function add(a: Figures, b: Figures): Figures {
  const sum = { ...a };
  for (const key of Object.keys(a) as (keyof Figures)[]) sum[key] += b[key];
  return sum;
}

async function finish(ground: Part, begun: Begun, actor = 'system'): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    await endImport(connection, begun, ground.clock.now());
    await audit(connection, {
      ...{ actor, action: 'contacts.imported', subjectType: 'contact_import', subjectId: begun.id },
      after: begun.figures,
    });
  });
  forgetFields(ground.sql);
}

/** @throws Refusal for a purpose, basis or list that will not do */
export function readOptions({ lists, purpose, basis, sms = false, convertLegacy }: Asked): ImportOptions {
  const said = (text: string) => text?.trim().normalize('NFC') ?? '';
  if (!said(purpose)) {
    throw new Refusal(
      say`An import needs the purpose that these people agreed to, as messages name it, such as "appeals" or "newsletter" (--purpose).`,
    );
  }
  if (!said(basis)) {
    throw new Refusal(
      say`An import needs the basis on which we may write to these people, such as "paper forms of the Onam fair 2026" (--basis). Without one nobody may be written to.`,
    );
  }
  const names = [...new Set(lists.map(listName))].sort();
  const asked = { lists: names, purpose: said(purpose), basis: said(basis), sms };
  const options = convertLegacy ? { ...asked, convertLegacy } : asked;
  if (Buffer.byteLength(JSON.stringify(options)) > MAX_OPTIONS_BYTES) {
    throw new Refusal(
      say`The basis, purpose and lists of an import are too long together. Shorten the basis.`,
    );
  }
  return options;
}

function requireOtherFile({ file, rejectsFile }: ImportRequest): void {
  if (rejectsFile && path.resolve(rejectsFile) === path.resolve(file)) {
    throw new Refusal(
      say`The rejected rows would overwrite ${file} itself. Name another file with --rejects.`,
    );
  }
}
