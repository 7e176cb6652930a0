import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type CanaryState, type DeliveryState, deliveryStates, type RunState } from './states.ts';

export type Figures = Record<DeliveryState, number>;

/** How far a run is. The figures of the states add up to `total`. */
export type RunProgress = {
  run: bigint;
  state: RunState;
  total: number;
  reason: string | null;
  canary: CanaryProgress | null;
} & Figures;

/** What came of those who went first; their figures add up to `size`. */
export type CanaryProgress = {
  standing: CanaryState;
  size: number;
  /** Until when it is waited for; null before each of them has been tried. */
  until: Date | null;
  /** Who let the rest go, or stopped it. */
  endedBy: string | null;
  reason: string | null;
} & Figures;

/** Counts the rows themselves, so it is exact at any moment; a million rows take about a tenth of a second. */
export async function runProgress({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<RunProgress> {
  const { rows } = await sql.query('SELECT state, total, reason FROM run WHERE id = $1', [run]);
  const { state, total, reason } = found(rows[0], say`There is no run ${run}.`);
  const figures = await countDeliveries(sql, run);
  return { run, state, total, reason, canary: await canaryProgress(sql, run), ...figures };
}

/** @returns null for a run that went, or will go, to all at once */
export async function canaryProgress(sql: Queryable, run: bigint): Promise<CanaryProgress | null> {
  const { rows } = await sql.query(
    `SELECT state AS standing, size, until_at AS until, ended_by AS "endedBy", reason FROM run_canary WHERE run = $1`,
    [run],
  );
  return rows[0] ? { ...rows[0], ...(await countDeliveries(sql, run, rows[0].size)) } : null;
}

/**
 * The figures of runs from their counters, exact as well and as fast for any run. What no counter holds
 * is looked up: what waits has its row in `delivery_due`, what is being sent lies in a piece in hand.
 */
export async function countedFigures(sql: Queryable, ...runs: bigint[]): Promise<Figures> {
  const { rows } = await sql.query<Figures>(COUNTED, [runs]);
  return rows[0] as Figures;
}

/** The state of a publication in the words of deliveries; `p` is the publication. */
const AS_DELIVERY = `CASE WHEN p.state IN ('published', 'removed') THEN 'sent'
  WHEN p.state IN ('preparing', 'publishing') THEN 'sending'
  WHEN p.state = 'waiting' OR p.state = 'planned' AND p.next_at > now() THEN 'deferred' ELSE p.state::text END`;

const COUNTED = `
WITH posts AS (
  SELECT ${AS_DELIVERY} AS state FROM publication p WHERE run = ANY ($1::bigint[])
), k AS (
  SELECT coalesce(sum(sent) - sum(bounced) - sum(complained), 0)::int
           + (SELECT count(*) FROM posts WHERE state = 'sent')::int AS sent,
         coalesce(sum(failed), 0)::int + (SELECT count(*) FROM posts WHERE state = 'failed')::int AS failed,
         coalesce(sum(unknown), 0)::int + (SELECT count(*) FROM posts WHERE state = 'unknown')::int AS unknown,
         coalesce(sum(skipped), 0)::int AS skipped,
         coalesce(sum(cancelled), 0)::int + (SELECT count(*) FROM posts WHERE state = 'cancelled')::int AS cancelled,
         coalesce(sum(bounced), 0)::int AS bounced, coalesce(sum(complained), 0)::int AS complained
    FROM run_counter WHERE run = ANY ($1::bigint[])
), open AS (
  SELECT (SELECT count(*) FROM delivery_due WHERE run = ANY ($1::bigint[]))::int
           + (SELECT count(*) FROM posts WHERE state = 'deferred')::int AS deferred,
         (SELECT count(*) FROM posts WHERE state = 'sending')::int +
         -- Piece by piece: joined as a whole it would be planned as a look at every delivery there is.
         (SELECT coalesce(sum(s.n), 0) FROM run_range p CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM delivery d
             WHERE d.run = p.run AND d.seq BETWEEN p.first AND p.last AND d.state = 'sending') s
           WHERE p.run = ANY ($1::bigint[]) AND (p.epoch IS NOT NULL OR p.done_at IS NULL AND p.takes > 0))::int AS sending
)
SELECT k.*, open.*,
       r.total::int - sent - failed - unknown - skipped - cancelled - bounced - complained - deferred - sending AS planned
  FROM (SELECT coalesce(sum(total), 0) AS total FROM run WHERE id = ANY ($1::bigint[])) r, k, open`;

async function countDeliveries(sql: Queryable, run: bigint, last?: number): Promise<Figures> {
  const { rows } = await sql.query(
    `SELECT state::text, count(*)::int AS n FROM delivery WHERE run = $1 AND seq <= $2 GROUP BY state
     UNION ALL
     SELECT ${AS_DELIVERY}, count(*)::int FROM publication p WHERE run = $1 GROUP BY 1`,
    [run, last ?? 2 ** 31 - 1],
  );
  const figures = Object.fromEntries(deliveryStates.map((name) => [name, 0])) as Figures;
  for (const row of rows) figures[row.state as DeliveryState] += row.n;
  return figures;
}
