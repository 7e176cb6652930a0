import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { visitsByHalfHour, visitsOf } from '../links/visits.ts';
import { countCourse } from './course.ts';
import { type Digest, READ_AT_ONCE } from './digest.ts';
import { leftOutOfAll } from './left-out.ts';
import { alikeOf, countDomains } from './run-domains.ts';

/** Smaller runs are always counted when somebody asks. */
const WORTH_IT = 1000;
const DOMAINS = 100;
export const VISIT_HOURS = 72;
/** Counting anew takes at most this share of the time. */
const SHARE = 0.05;
const LEAST_SECONDS = 60;
/** The longer ago a run ended, the more may pass until its figures are counted anew. */
const AGE_SHARE = 0.01;

/**
 * Counts runs that ended, and large ones under way, so that pages need not. Counts anew what changed
 * since: the counters say whether deliveries did, and the newest visits which runs they are of.
 * @returns how many were counted
 */
export async function digestRuns(ground: Pick<Ground, 'sql' | 'log'>): Promise<number> {
  await noteVisits(ground);
  const { rows } = await ground.sql.query<{ id: string }>(DUE, [WORTH_IT, READ_AT_ONCE]);
  let done = 0;
  for (const { id } of rows) {
    try {
      await digestRun(ground, BigInt(id));
      done++;
    } catch (err) {
      ground.log.error({ err, run: id }, 'the figures of a run could not be counted');
    }
  }
  return done;
}

const FINGERPRINT = `(SELECT concat_ws(' ', sum(sent), sum(failed), sum(unknown), sum(skipped), sum(cancelled), sum(bounced), sum(complained))
   FROM run_counter WHERE run = r.id)`;

/** $1 smallest run that is counted once it ended · $2 and while it goes */
const DUE = `
SELECT r.id FROM run r LEFT JOIN run_digest g ON g.run = r.id
 WHERE r.started_at IS NOT NULL AND r.state IN ('running', 'paused', 'finished', 'cancelled')
   AND r.total > CASE WHEN r.ended_at IS NULL THEN $2::int ELSE $1::int END
   AND (g.run IS NULL OR g.at < r.ended_at
     OR g.at < now() - greatest(make_interval(secs => ${LEAST_SECONDS}), make_interval(secs => g.took_ms / ${SHARE * 1000}),
                                (now() - r.ended_at) * ${AGE_SHARE})
        AND (g.stale OR g.figures->>'counters' IS DISTINCT FROM ${FINGERPRINT}))
 ORDER BY g.at NULLS FIRST, r.id DESC`;

/** Numbers of visits are given before they are committed: some of the last turn are looked at again. */
const OVERLAP = 1000;

async function noteVisits({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  await sql.query(
    `WITH seen AS (SELECT coalesce((SELECT (value #>> '{}')::bigint FROM setting WHERE key = 'visits-digested'), 0) AS id),
     news AS MATERIALIZED (SELECT run, max(id) AS id FROM touch WHERE id > (SELECT id FROM seen) - ${OVERLAP} GROUP BY run),
     noted AS (UPDATE run_digest g SET stale = true FROM news, seen WHERE g.run = news.run AND news.id > seen.id AND NOT g.stale)
     INSERT INTO setting (key, value) SELECT 'visits-digested', to_jsonb(max(id)) FROM news HAVING max(id) IS NOT NULL
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
  );
}

/** Counts a run and keeps the figures; what changes meanwhile is seen as changed the next time. */
export async function digestRun({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<void> {
  await transaction(sql, async (connection) => {
    const began = performance.now();
    // All of it as of one moment, whatever is sent meanwhile.
    await connection.query(
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'",
    );
    const figures = await figuresOf(connection, run);
    await connection.query(
      `INSERT INTO run_digest (run, at, took_ms, figures)
       SELECT r.id, now(), $2, $3::jsonb || jsonb_build_object('counters', ${FINGERPRINT}) FROM run r WHERE r.id = $1
       ON CONFLICT (run) DO UPDATE
         SET at = excluded.at, took_ms = excluded.took_ms, stale = false, figures = excluded.figures`,
      [run, Math.round(performance.now() - began), JSON.stringify(figures)],
    );
    await connection.query(
      'DELETE FROM run_pace p USING run r WHERE p.run = $1 AND r.id = p.run AND r.ended_at IS NOT NULL',
      [run],
    );
  });
}

async function figuresOf(connection: Connection, run: bigint): Promise<Omit<Digest, 'run' | 'at'>> {
  const { startedAt, series } = await countCourse(connection, run);
  return {
    alike: await alikeOf(connection, [run]),
    domains: await countDomains(connection, run, DOMAINS),
    leftOut: await leftOutOfAll(connection, [run]),
    visits: await visitsOf(connection, [run]),
    halfHours: startedAt
      ? await visitsByHalfHour(connection, { runs: [run], from: startedAt, hours: VISIT_HOURS })
      : [],
    series,
  };
}

/** Notes how far large runs under way are, for the rate at which they go. */
export async function notePace({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  await sql.query(
    `INSERT INTO run_pace (run, at, handled)
     SELECT r.id, now(), k.handled FROM run r CROSS JOIN LATERAL (
       SELECT coalesce(sum(sent + failed + unknown), 0)::int AS handled FROM run_counter WHERE run = r.id) k
      WHERE r.state = 'running' AND r.total > $1 AND k.handled IS DISTINCT FROM (
        SELECT p.handled FROM run_pace p WHERE p.run = r.id ORDER BY p.at DESC LIMIT 1)
     ON CONFLICT DO NOTHING`,
    [READ_AT_ONCE],
  );
}
