import { createWriteStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 } from 'uuid';
import { passes, type Sql, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type ImportRequest, type ImportResult, importContacts } from './import.ts';

/** How a file that came over the network is to be imported. */
export type UploadRequest = Pick<
  ImportRequest,
  'lists' | 'map' | 'convertLegacy' | 'purpose' | 'basis' | 'sms' | 'sheet'
>;

export interface Upload {
  id: string;
  fileName: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** Rows that are dealt with, and all of the file once it was read. */
  done: number;
  total: number | null;
  result: (Omit<ImportResult, 'rejects_file' | 'mapping'> & { columns: ImportResult['mapping'] }) | null;
  /** Whether rows could not be taken; they can be fetched with the reasons. */
  hasRejects: boolean;
  /** Why it failed. */
  trouble: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

type Part = Pick<Ground, 'sql' | 'clock'>;
const CHUNK_BYTES = 1 << 20;
/** Of rejected rows so many bytes are kept; the figures count all of them. */
const REJECTS_BYTES = 5_000_000;
const COLUMNS = `id, file_name AS "fileName", state, done, total, result, rejects IS NOT NULL AS "hasRejects",
  trouble, created_at AS "createdAt", ended_at AS "endedAt"`;

/**
 * Keeps a file in the database until a worker, maybe on another machine, imports it.
 * @param from path of the file and how it is called
 */
export async function keepUpload(
  { sql, clock }: Part,
  from: { path: string; fileName: string },
  wish: { request: UploadRequest; actor: string },
): Promise<Upload> {
  const id = await writeUpload({ sql, clock }, from, { ...wish, state: 'waiting', result: null });
  return readUpload({ sql }, id);
}

interface Writing {
  request: Partial<UploadRequest>;
  actor: string;
  state: 'draft' | 'waiting';
  result: unknown;
}

/** Writes a file and what is known of it, all or nothing. @returns its id */
export async function writeUpload(
  { sql, clock }: Part,
  from: { path: string; fileName: string },
  { request, actor, state, result }: Writing,
): Promise<string> {
  const id = v7();
  const { size } = await stat(from.path);
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO upload (id, file_name, request, bytes, actor, created_at, state, result)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[id, from.fileName, JSON.stringify(request), size, actor, clock.now(), state],
        result === null ? null : JSON.stringify(result),
      ],
    );
    const file = await open(from.path);
    try {
      for (let n = 0, at = 0; at < size; n += 1) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
        at += bytesRead;
        await connection.query('INSERT INTO upload_chunk (upload_id, n, bytes) VALUES ($1, $2, $3)', [
          ...[id, n, buffer.subarray(0, bytesRead)],
        ]);
      }
    } finally {
      await file.close();
    }
  });
  return id;
}

/** @throws Refusal (404) when there is no such import */
export async function readUpload({ sql }: Pick<Ground, 'sql'>, id: string): Promise<Upload> {
  const { rows } = await sql.query<Upload>(
    `SELECT ${COLUMNS} FROM upload WHERE id = $1 AND state <> 'draft'`,
    [id],
  );
  return found(rows[0], say`There is no import ${id}.`);
}

/** A page of imports, the newest first. */
export async function listUploads(
  { sql }: Pick<Ground, 'sql'>,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<Upload[]> {
  const { rows } = await sql.query<Upload>(
    `SELECT ${COLUMNS} FROM upload WHERE state <> 'draft' AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
    [before ?? null, limit],
  );
  return rows;
}

/** The rows that could not be taken, as CSV with the reasons. @throws Refusal (404) when there are none */
export async function readRejects({ sql }: Pick<Ground, 'sql'>, id: string): Promise<string> {
  const { rows } = await sql.query<{ rejects: string | null }>('SELECT rejects FROM upload WHERE id = $1', [
    id,
  ]);
  const { rejects } = found(rows[0], say`There is no import ${id}.`);
  return found(rejects, say`The import ${id} has no rejected rows.`);
}

/** Imports what waits, one file after the other; one that was cut short goes on where it stopped. */
export async function importUploads(ground: Pick<Ground, 'sql' | 'clock' | 'log'>): Promise<void> {
  for (;;) {
    const { rows } = await ground.sql.query(
      `UPDATE upload SET state = 'running'
        WHERE id = (SELECT id FROM upload WHERE state IN ('waiting', 'running') ORDER BY id LIMIT 1)
        RETURNING id, file_name, request, actor`,
    );
    const next = rows[0];
    if (!next) return;
    await importOne(ground, {
      id: next.id,
      fileName: next.file_name,
      request: next.request,
      actor: next.actor,
    });
  }
}

interface Waiting {
  id: string;
  fileName: string;
  request: UploadRequest;
  actor: string;
}

async function importOne(
  ground: Pick<Ground, 'sql' | 'clock' | 'log'>,
  { id, ...waiting }: Waiting,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-import-'));
  try {
    const file = path.join(folder, waiting.fileName);
    const rejectsFile = path.join(folder, 'rejected.csv');
    await restoreUpload(ground.sql, id, file);
    const { rejects_file, mapping, ...result } = await importContacts(ground, {
      ...{ ...waiting.request, file, rejectsFile, actor: waiting.actor, onProgress: progress(ground, id) },
    });
    const rejects = rejects_file
      ? (await readFile(rejects_file)).subarray(0, REJECTS_BYTES).toString('utf8')
      : null;
    await end(ground, id, { state: 'done', result: { ...result, columns: mapping }, rejects });
  } catch (error) {
    // While the database is away what was imported stays, and the next turn goes on.
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && passes(error)) throw error;
    if (!(error instanceof Refusal)) ground.log.error({ err: error, upload: id }, 'an import failed');
    const trouble =
      error instanceof Refusal ? error.message : String(say`A fault of ours stopped it; the log says which.`);
    await end(ground, id, { state: 'failed', trouble });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writing how far it is may lag behind, so nobody waits for it; the last word is written by `end`. */
function progress({ sql, log }: Pick<Ground, 'sql' | 'log'>, id: string) {
  return ({ done, total }: { done: number; total: number }) => {
    sql
      .query("UPDATE upload SET done = greatest(done, $2), total = $3 WHERE id = $1 AND state = 'running'", [
        id,
        done,
        total,
      ])
      .catch((err: unknown) => log.warn({ err }, 'the progress of an import could not be written'));
  };
}

/** Writes the bytes of an upload into a file. */
export async function restoreUpload(sql: Sql, id: string, file: string): Promise<void> {
  await pipeline(Readable.from(chunksOf(sql, id)), createWriteStream(file, { mode: 0o600 }));
}

async function* chunksOf(sql: Sql, id: string): AsyncGenerator<Buffer> {
  for (let n = 0; ; n += 1) {
    const { rows } = await sql.query<{ bytes: Buffer }>(
      'SELECT bytes FROM upload_chunk WHERE upload_id = $1 AND n = $2',
      [id, n],
    );
    if (!rows[0]) return;
    yield rows[0].bytes;
  }
}

interface Ending {
  state: 'done' | 'failed';
  result?: unknown;
  rejects?: string | null;
  trouble?: string;
}

const end = ({ sql, clock }: Part, id: string, { state, result, rejects, trouble }: Ending): Promise<void> =>
  transaction(sql, async (connection) => {
    await connection.query('DELETE FROM upload_chunk WHERE upload_id = $1', [id]);
    await connection.query(
      `UPDATE upload SET state = $2, result = $3, rejects = $4, trouble = $5, ended_at = $6,
              done = coalesce(($3::jsonb ->> 'rows')::int, done), total = coalesce(($3::jsonb ->> 'rows')::int, total)
        WHERE id = $1`,
      [id, state, result ? JSON.stringify(result) : null, rejects ?? null, trouble ?? null, clock.now()],
    );
  });

/** Rows that were rejected hold people; whoever imported them has had time to look. */
const REJECTS_DAYS = 30;

/** So long a file waits for whoever sent it up to look at it. */
const DRAFT_DAYS = 2;

/** Drops rejected rows that are older, and files that nobody imported. */
export async function tidyUploads({ sql, clock }: Part): Promise<void> {
  await sql.query(
    'UPDATE upload SET rejects = NULL WHERE rejects IS NOT NULL AND ended_at < $1::timestamptz - make_interval(days => $2)',
    [clock.now(), REJECTS_DAYS],
  );
  await sql.query(
    "DELETE FROM upload WHERE state = 'draft' AND created_at < $1::timestamptz - make_interval(days => $2)",
    [clock.now(), DRAFT_DAYS],
  );
}
