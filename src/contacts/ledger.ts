import { v7 } from 'uuid';
import type { Connection, Sql } from '../db.ts';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { ensureList } from './lists.ts';

/** What decides, with the file's content, whether two imports are the same one. */
export interface ImportOptions {
  lists: string[];
  purpose: string;
  basis: string;
  sms: boolean;
  /** Said only where it is so, which keeps older imports the same. */
  convertLegacy?: boolean;
  /** Of what was said of the columns, where something was. */
  mapping?: string;
}

export interface Figures {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  suppressed: number;
  listed: number;
  consented: number;
  withdrawn: number;
}

/** An import under way. */
export interface Begun {
  id: string;
  listIds: string[];
  /** Records of the file that are dealt with; where a repeat goes on. */
  rowNo: number;
  figures: Figures;
  /** The same file was imported to its end before: only what is empty is filled. */
  fillOnly: boolean;
  resumed: boolean;
}

interface Stored {
  id: string;
  row_no: string;
  ended_at: Date | null;
  figures: Partial<Figures> & { fillOnly?: boolean };
}

const ZERO: Figures = {
  ...{ rows: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 },
  ...{ suppressed: 0, listed: 0, consented: 0, withdrawn: 0 },
};

export interface ImportStart {
  hash: string;
  name: string;
  options: ImportOptions;
  now: Date;
}

/**
 * Finds the import of this content with these options and goes on where it stopped, or begins it; one
 * that had ended begins anew. Makes the lists that are not there yet.
 */
export const beginImport = (sql: Sql, start: ImportStart): Promise<Begun> =>
  transaction(sql, async (connection) => {
    const stored = await storedImport(connection, start);
    const listIds: string[] = [];
    for (const name of start.options.lists) listIds.push(await ensureList(connection, name));
    if (!stored.ended_at) {
      const { fillOnly = false, ...figures } = stored.figures;
      const [rowNo, resumed] = [Number(stored.row_no), Number(stored.row_no) > 0];
      return { id: stored.id, listIds, rowNo, figures: { ...ZERO, ...figures }, fillOnly, resumed };
    }
    await connection.query(
      'UPDATE contact_import SET row_no = 0, figures = $2, started_at = $3, ended_at = NULL, file_name = $4 WHERE id = $1',
      [stored.id, JSON.stringify({ fillOnly: true }), start.now, start.name],
    );
    return { id: stored.id, listIds, rowNo: 0, figures: ZERO, fillOnly: true, resumed: false };
  });

async function storedImport(sql: Connection, { hash, name, options, now }: ImportStart): Promise<Stored> {
  const key = [hash, JSON.stringify(options)];
  await sql.query(
    `INSERT INTO contact_import (id, file_hash, file_name, options, started_at, figures)
     SELECT $3, $1, $4, $2, $5, jsonb_build_object('fillOnly',
       EXISTS (SELECT FROM contact_import WHERE file_hash = $1 AND ended_at IS NOT NULL))
     ON CONFLICT (file_hash, options) DO NOTHING`,
    [...key, v7(), name, now],
  );
  const { rows } = await sql.query<Stored>(
    'SELECT id, row_no, ended_at, figures FROM contact_import WHERE file_hash = $1 AND options = $2 FOR UPDATE',
    key,
  );
  return rows[0] as Stored;
}

/**
 * Moves the import on, in the transaction of the batch.
 * @throws Refusal (409) when another process moved it since
 */
export async function advanceImport(sql: Connection, begun: Begun, to: number): Promise<void> {
  const { id, rowNo, figures, fillOnly } = begun;
  const { rowCount } = await sql.query(
    'UPDATE contact_import SET row_no = $3, figures = $4 WHERE id = $1 AND row_no = $2 AND ended_at IS NULL',
    [id, rowNo, to, JSON.stringify({ ...figures, fillOnly })],
  );
  if (rowCount !== 1) {
    throw new Refusal(
      say`Another process is importing the same file at this moment. Let it finish; what it has done is kept.`,
      409,
    );
  }
}

export async function endImport(sql: Connection, begun: Begun, now: Date): Promise<void> {
  await sql.query('UPDATE contact_import SET ended_at = $2, figures = $3 WHERE id = $1', [
    ...[begun.id, now],
    JSON.stringify({ ...begun.figures, fillOnly: begun.fillOnly }),
  ]);
}
