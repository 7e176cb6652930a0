import { transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { loseSightOfPublications, PUBLICATIONS_OPEN } from './publications/sweep.ts';
import { wakePublications } from './publications/wake.ts';
import { queueRanges } from './ranges.ts';
import { buryDead } from './workers.ts';

export interface Swept {
  dead: number;
  unknown: number;
  queued: number;
  finished: number;
}

/**
 * Sets right what no job will: senders that died, pieces the queue forgot, deferrals that are due, runs
 * that are through. Has no age limit and may be called by anybody at any time.
 */
export async function sweep(ground: Pick<Ground, 'sql' | 'config' | 'queues' | 'log'>): Promise<Swept> {
  const dead = await buryDead(ground);
  const unknown = (await loseSight(ground)) + (await loseSightOfPublications(ground.sql));
  const queued = (await queueRanges(ground)) + (await wakePublications(ground));
  await closeCancelled(ground);
  const finished = await finishRuns(ground);
  if (unknown)
    ground.log.warn({ dead: dead.length, unknown }, 'senders died; what they had in hand is unknown');
  return { dead: dead.length, unknown, queued, finished };
}

/**
 * What a dead sender had in hand is unknown; its pieces are free again. Under the policy `again` the
 * unknown is planned once more, which may send twice: that is what the policy says.
 */
async function loseSight({ sql }: Pick<Ground, 'sql'>): Promise<number> {
  return transaction(sql, async (connection) => {
    const { rows: orphans } = await connection.query(
      `SELECT r.run, r.first, r.last, r.epoch FROM run_range r JOIN worker w ON w.epoch = r.epoch
        WHERE w.ended_at IS NOT NULL FOR UPDATE OF r SKIP LOCKED`,
    );
    let unknown = 0;
    for (const { run, first, last, epoch } of orphans) {
      const { rowCount } = await connection.query(
        `WITH lost AS (
           UPDATE delivery d SET state = (CASE WHEN r.unknown_policy = 'again' THEN 'planned' ELSE 'unknown' END)::delivery_state,
                  reason = 'killed', at = now()
             FROM run r WHERE r.id = $1 AND d.run = $1 AND d.seq BETWEEN $2 AND $3 AND d.state = 'sending' AND d.epoch = $4
           RETURNING d.state
         ), counted AS (
           INSERT INTO run_counter AS k (run, epoch, lane, unknown)
           SELECT $1, $4, -1, count(*) FROM lost WHERE state = 'unknown' HAVING count(*) > 0
           ON CONFLICT (run, epoch, lane) DO UPDATE SET unknown = k.unknown + excluded.unknown
         ) SELECT FROM lost`,
        [run, first, last, epoch],
      );
      unknown += rowCount ?? 0;
      await connection.query(
        'UPDATE run_range SET epoch = NULL, queued_at = NULL, done_at = NULL WHERE run = $1 AND first = $2',
        [run, first],
      );
    }
    return unknown;
  });
}

/** What was on the wire when its run was cancelled, and came back deferred, goes no more either. */
async function closeCancelled({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  await sql.query(
    `UPDATE publication p SET state = 'cancelled' FROM run r
      WHERE r.id = p.run AND r.state = 'cancelled' AND p.state = 'planned'`,
  );
  await sql.query(
    `WITH stray AS (
       DELETE FROM delivery_due u USING run r WHERE r.id = u.run AND r.state = 'cancelled' RETURNING u.run, u.seq
     ), stopped AS (
       UPDATE delivery d SET state = 'cancelled', at = now() FROM stray s
        WHERE d.run = s.run AND d.seq = s.seq AND d.state = 'deferred' RETURNING d.run
     )
     INSERT INTO run_counter AS k (run, epoch, lane, cancelled)
     SELECT run, 0, 0, count(*) FROM stopped GROUP BY run
     ON CONFLICT (run, epoch, lane) DO UPDATE SET cancelled = k.cancelled + excluded.cancelled`,
  );
}

/** A run is finished when no piece is open or in hand and nothing waits for another attempt. */
async function finishRuns({ sql }: Pick<Ground, 'sql'>): Promise<number> {
  const { rowCount } = await sql.query(
    `UPDATE run SET state = 'finished', ended_at = now(), reason = CASE WHEN total = 0 THEN reason END
      WHERE state = 'running' AND NOT ${PUBLICATIONS_OPEN}
        AND NOT EXISTS (SELECT FROM run_range r WHERE r.run = run.id AND (r.done_at IS NULL OR r.epoch IS NOT NULL))
        AND NOT EXISTS (SELECT FROM delivery_due u WHERE u.run = run.id)`,
  );
  return rowCount ?? 0;
}
