import type { Queryable, Sql } from '../db.ts';
import type { Ground } from '../ground.ts';

/** A piece of a run: consecutive sequence numbers, worked off by one sender at a time. */
export interface Range {
  run: bigint;
  first: number;
  last: number;
}

export const RANGE_SIZE = 500;
/** A queued piece that nobody took for so long is queued again: the queue may have lost it. */
const REQUEUE_SECONDS = 20;

/** Cuts a frozen run into its pieces; none holds both a part of the canary and of the rest. */
export async function cutRanges(
  sql: Queryable,
  run: bigint,
  { total, canary }: { total: number; canary: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO run_range (run, first, last)
     SELECT $1, at, least(at + $3 - 1, part.last)
       FROM (VALUES (1, $4::int), ($4 + 1, $2::int)) AS part (first, last),
            generate_series(part.first, part.last, $3::int) AS at`,
    [run, total, RANGE_SIZE, canary],
  );
}

/** Takes a piece in hand. @returns false when a sender has it, or had it and has not been swept up after */
export async function takeRange(sql: Queryable, { run, first }: Range, epoch: bigint): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE run_range SET epoch = $3, takes = takes + 1 WHERE run = $1 AND first = $2 AND epoch IS NULL`,
    [run, first, epoch],
  );
  return rowCount === 1;
}

/**
 * Puts a piece down; it is done when nothing planned is left in it. What is still `sending` although
 * every delivery was settled is a fault of ours, or was left there by a sender that is gone, and
 * therefore unknown.
 */
export async function putRange(sql: Queryable, { run, first, last }: Range, epoch: bigint): Promise<void> {
  await sql.query(
    `WITH lost AS (
       UPDATE delivery d SET state = 'unknown', reason = 'fault', at = now()
        WHERE d.run = $1 AND d.seq BETWEEN $2 AND $3 AND d.state = 'sending'
          AND EXISTS (SELECT FROM run_range r WHERE r.run = $1 AND r.first = $2 AND r.epoch = $4)
          AND (d.epoch = $4 OR EXISTS (SELECT FROM worker w WHERE w.epoch = d.epoch AND w.ended_at IS NOT NULL))
       RETURNING d.seq
     )
     INSERT INTO run_counter AS k (run, epoch, lane, unknown)
     SELECT $1, $4, -1, count(*) FROM lost HAVING count(*) > 0
     ON CONFLICT (run, epoch, lane) DO UPDATE SET unknown = k.unknown + excluded.unknown`,
    [run, first, last, epoch],
  );
  await sql.query(
    `UPDATE run_range r SET epoch = NULL, queued_at = NULL, done_at = CASE WHEN EXISTS (
         SELECT FROM delivery d WHERE d.run = $1 AND d.seq BETWEEN $2 AND $3 AND d.state IN ('planned', 'sending'))
       THEN NULL ELSE now() END
      WHERE r.run = $1 AND r.first = $2 AND r.epoch = $4`,
    [run, first, last, epoch],
  );
}

/** A piece whose job met a run that was paused or held: whoever lets the run go on may queue it at once. */
export async function forgetQueued(sql: Queryable, { run, first }: Range): Promise<void> {
  await sql.query('UPDATE run_range SET queued_at = NULL WHERE run = $1 AND first = $2 AND epoch IS NULL', [
    ...[run, first],
  ]);
}

/**
 * Wakes senders for every piece that has work now: planned deliveries, or deferred ones that are due.
 * What waits for the canary is not queued.
 * Safe to call at any time by anybody.
 * @returns how many pieces were queued
 */
export async function queueRanges(
  { sql, queues }: Pick<Ground, 'sql' | 'queues'>,
  run?: bigint,
): Promise<number> {
  const ranges = await markQueued(sql, run);
  const tasks = ranges.map(({ run: id, first, last, takes }) => ({
    payload: { run: String(id), first, last },
    // The same piece is waiting once; one that was taken and lost is another job.
    id: `${id}-${first}-${takes}`,
    priority: turnOf(first),
  }));
  await queues.add('deliveries', tasks);
  return tasks.length;
}

/**
 * Runs take turns: the tenth piece of one waits behind the first nine of another, so that a small run of
 * another sender does not wait for a large one whose account is slow.
 */
const turnOf = (first: number): number => Math.min(10 + Math.floor(first / RANGE_SIZE), 1_000_000);

async function markQueued(sql: Sql, run?: bigint): Promise<(Range & { takes: number })[]> {
  const { rows } = await sql.query(
    `WITH running AS (
       SELECT id, released_seq FROM run WHERE state = 'running' AND ($1::bigint IS NULL OR id = $1)
         AND NOT EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL AND h.from_at <= now()
                            AND (h.until_at IS NULL OR h.until_at > now()))
     ), work AS (
       SELECT r.run, r.first FROM run_range r JOIN running ON running.id = r.run
        WHERE r.done_at IS NULL AND r.last <= coalesce(running.released_seq, r.last)
       UNION
       SELECT r.run, r.first FROM running JOIN delivery_due u ON u.run = running.id AND u.due_at <= now()
        CROSS JOIN LATERAL (SELECT p.run, p.first FROM run_range p WHERE p.run = u.run AND p.first <= u.seq
                             ORDER BY p.first DESC LIMIT 1) r
     )
     UPDATE run_range r SET queued_at = now() FROM work
      WHERE r.run = work.run AND r.first = work.first AND r.epoch IS NULL
        AND (r.queued_at IS NULL OR r.queued_at < now() - make_interval(secs => $2))
      RETURNING r.run, r.first, r.last, r.takes`,
    [run ?? null, REQUEUE_SECONDS],
  );
  return rows.map((row) => ({ run: BigInt(row.run), first: row.first, last: row.last, takes: row.takes }));
}
