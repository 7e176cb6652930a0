import type { Connection, Queryable } from '../db.ts';
import { streams } from './accounts.ts';
import { accounts } from './journal.ts';

/** How far a project is, in paise. */
export interface Goal {
  projectId: string;
  /** Null for a project without a goal. */
  amount: bigint | null;
  capped: boolean;
  closesAt: Date | null;
  /** Whether gifts are taken for it. */
  open: boolean;
  raised: bigint;
  gifts: number;
  held: bigint;
}

/** Opens the books of a project, in both streams, and its goal, which takes nothing yet. */
export async function openFund(connection: Connection, projectId: string): Promise<void> {
  for (const stream of streams)
    await connection.query(
      `INSERT INTO ledger_account (code, kind, stream, project) VALUES ($1, 'fund', $2, $3)`,
      [accounts.project(projectId, stream), stream, projectId],
    );
  await connection.query('INSERT INTO goal (project_id) VALUES ($1)', [projectId]);
}

interface NewGoal {
  projectId: string;
  open: boolean;
  /** Whole paise, as text. */
  amount: string | null;
  capped: boolean;
  /** The last day on which gifts are taken, of India's calendar. */
  until: string | null;
}

/** Sets what a project may raise. What orders hold of it stays theirs, even when it is lowered. */
export async function setGoal(
  connection: Connection,
  { projectId, open, amount, capped, until }: NewGoal,
): Promise<void> {
  await connection.query(
    `UPDATE goal SET amount = $2::bigint, capped = $3 AND $2::bigint IS NOT NULL, open = $5,
            closes_at = ($4::date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' WHERE project_id = $1`,
    [projectId, amount, capped, until, open],
  );
}

const COLUMNS = `project_id AS "projectId", amount, capped, closes_at AS "closesAt", open, raised, gifts, held`;

/** How far a project is; null when there is none. `FOR UPDATE` where something is taken of it. */
export async function readGoal(
  sql: Queryable,
  projectId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<Goal | null> {
  const { rows } = await sql.query(`SELECT ${COLUMNS} FROM goal WHERE project_id::text = $1 ${lock}`, [
    projectId,
  ]);
  const [row] = rows;
  return row && { ...row, amount: row.amount && BigInt(row.amount), ...bigints(row) };
}

const bigints = ({ raised, held }: { raised: string; held: string }) => ({
  ...{ raised: BigInt(raised), held: BigInt(held) },
});
