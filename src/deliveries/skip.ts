import type { Connection } from '../db.ts';

/** Which deliveries, as SQL: `run r` is under way, and `delivery d` is planned or deferred in it. */
export interface Skipping {
  /** What stands beside them, such as `address a`; empty for nothing. */
  beside?: string;
  when: string;
  /** For $2 and on. */
  values: unknown[];
}

/**
 * Takes back what runs under way have planned for somebody, with the reason, and counts it. The claim need
 * not look for such reasons, which would cost every delivery of every run; what leaves in this moment leaves.
 */
export async function skipPlanned(
  sql: Connection,
  reason: string,
  { beside, when, values }: Skipping,
): Promise<void> {
  await sql.query(
    `WITH gone AS (
       UPDATE delivery d SET state = 'skipped', reason = $1, at = now()
         FROM run r${beside ? `, ${beside}` : ''}
        WHERE d.run = r.id AND r.state IN ('running', 'paused') AND d.state IN ('planned', 'deferred') AND ${when}
       RETURNING d.run, d.seq
     ), undue AS (
       DELETE FROM delivery_due u USING gone WHERE u.run = gone.run AND u.seq = gone.seq
     )
     INSERT INTO run_counter AS k (run, epoch, lane, skipped)
     SELECT run, 0, -2, count(*) FROM gone GROUP BY run
     ON CONFLICT (run, epoch, lane) DO UPDATE SET skipped = k.skipped + excluded.skipped`,
    [reason, ...values],
  );
}
