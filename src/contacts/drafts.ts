import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { kept, say } from '../say.ts';
import { readOptions } from './import.ts';
import { type FileWish, type Inspection, inspectFile } from './inspect.ts';
import { restoreUpload, type UploadRequest, writeUpload } from './uploads.ts';

/** The longest file that is taken, in bytes. */
export const LONGEST_FILE = 100_000_000;

/** A file that was sent up and that somebody looks at before it is imported. */
export interface Draft {
  id: string;
  fileName: string;
  bytes: number;
  wish: FileWish;
  seen: Inspection;
  createdAt: Date;
}

type Part = Pick<Ground, 'sql' | 'clock'>;

/**
 * Looks a file through and keeps it until somebody decides. Nothing of it is written to contacts.
 * @param from path of the file and how it is called
 * @throws Refusal when the file is none that can be read
 */
export async function makeDraft(
  ground: Part,
  from: { path: string; fileName: string },
  actor: string,
): Promise<string> {
  const seen = await named(from, (file) => inspectFile(ground, file, {}));
  return writeUpload(ground, from, { request: {}, actor, state: 'draft', result: seen });
}

/** @throws Refusal (404) when there is no such file, or it is imported already */
export async function readDraft({ sql }: Pick<Ground, 'sql'>, id: string): Promise<Draft> {
  const { rows } = await sql.query<Omit<Draft, 'bytes'> & { bytes: string }>(
    `SELECT id, file_name AS "fileName", bytes, request AS wish, result AS seen, created_at AS "createdAt"
       FROM upload WHERE id = $1 AND state = 'draft'`,
    [id],
  );
  const draft = found(rows[0], say`There is no file ${id} that waits to be looked at.`);
  return { ...draft, bytes: Number(draft.bytes) };
}

/** Looks the file through again with what somebody said of its columns. @throws Refusal as `makeDraft` */
export async function remakeDraft(ground: Part, id: string, wish: FileWish): Promise<void> {
  const { fileName } = await readDraft(ground, id);
  const seen = await inFolder(fileName, async (file) => {
    await restoreUpload(ground.sql, id, file);
    return inspectFile(ground, file, wish);
  });
  await ground.sql.query("UPDATE upload SET request = $2, result = $3 WHERE id = $1 AND state = 'draft'", [
    ...[id, JSON.stringify(wish), JSON.stringify(seen)],
  ]);
}

/**
 * Gives a file to the workers to be imported.
 * @throws Refusal when its columns do not go together, or the purpose, basis or lists will not do
 */
export async function startDraft(
  { sql, clock }: Part,
  id: string,
  { actor, ...said }: Pick<UploadRequest, 'lists' | 'purpose' | 'basis' | 'sms'> & { actor: string },
): Promise<void> {
  const { seen, wish } = await readDraft({ sql }, id);
  if (seen.fault) throw new Refusal(kept(seen.fault));
  readOptions(said);
  const request: UploadRequest = { ...wish, ...said };
  const { rowCount } = await sql.query(
    `UPDATE upload SET state = 'waiting', request = $2, actor = $3, result = NULL, created_at = $4
      WHERE id = $1 AND state = 'draft'`,
    [id, JSON.stringify(request), actor, clock.now()],
  );
  if (!rowCount) throw new Refusal(say`This file is being imported already.`, 409);
}

/** Throws a file away that nobody wants to import. */
export async function dropDraft({ sql }: Pick<Ground, 'sql'>, id: string): Promise<void> {
  await sql.query("DELETE FROM upload WHERE id = $1 AND state = 'draft'", [id]);
}

/** The reader of files tells people their name and goes by the ending. */
const named = <T>(from: { path: string; fileName: string }, work: (file: string) => Promise<T>): Promise<T> =>
  inFolder(from.fileName, async (file) => {
    await copyFile(from.path, file);
    return work(file);
  });

async function inFolder<T>(fileName: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wecare-draft-'));
  try {
    return await work(path.join(folder, fileName));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
