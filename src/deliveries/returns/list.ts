import type { Queryable } from '../../db.ts';

/** One thing that came back, and what was done about it. Names no address. */
export interface ListedReturn {
  at: Date;
  source: string;
  kind: string;
  reason: string;
  status: string;
  hard: boolean;
  recipientDomain: string | null;
  run: bigint | null;
  seq: number | null;
  foundBy: string | null;
  effect: string;
}

/** One that waits to be applied, and why it could not be. */
export interface WaitingReturn {
  id: bigint;
  source: string;
  at: Date;
  attempts: number;
  trouble: string | null;
}

/** The newest returns, and all that still wait, the oldest first. */
export async function listReturns(
  sql: Queryable,
  limit: number,
): Promise<{ returns: ListedReturn[]; waiting: WaitingReturn[] }> {
  const { rows: returns } = await sql.query(
    `SELECT at, source, kind, reason, status, hard, recipient_domain AS "recipientDomain", run, seq,
            found_by AS "foundBy", effect FROM mail_return ORDER BY id DESC LIMIT $1`,
    [limit],
  );
  const { rows: waiting } = await sql.query(
    `SELECT id, source, at, attempts, trouble FROM return_inbox
      WHERE applied_at IS NULL ORDER BY due_at, id LIMIT $1`,
    [limit],
  );
  return {
    returns: returns.map((row) => ({ ...row, run: row.run === null ? null : BigInt(row.run) })),
    waiting: waiting.map((row) => ({ ...row, id: BigInt(row.id) })),
  };
}
