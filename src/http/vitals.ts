import { oldestUnplanned } from '../campaigns/planner.ts';
import type { Ground } from '../ground.ts';

/** Answers that are later than this count as none. */
const PATIENCE_MS = 3000;

/** Whether mails leave: what waits past its time, and who is there to send it. */
export interface Vitals {
  /** Seconds since the oldest delivery or run should have left; null when none is late. */
  overdueSeconds: number | null;
  /** Workers whose heartbeat is younger than their lease, by the database's clock. */
  workers: number;
}

/**
 * Reads the vitals. A paused run and a hold are somebody's will, so they make nothing late. Workers plan
 * runs too: when there is none, a message past its time has no run that could be late.
 * @throws Error when the database does not answer in three seconds
 */
export async function readVitals(ground: Pick<Ground, 'sql' | 'clock' | 'config'>): Promise<Vitals> {
  const { sql, clock, config } = ground;
  const query = sql.query<Found>(VITALS, [clock.now(), config.LEASE_SECONDS]);
  const { rows } = await within(query, 'The database');
  const { overdue = null, workers = 0, held = false } = rows[0] ?? {};
  const unplanned = workers || held ? null : await within(oldestUnplanned(ground), 'The database');
  const late = [overdue, unplanned && (clock.now().getTime() - unplanned.getTime()) / 1000];
  const seconds = late.filter((one) => one !== null);
  return { overdueSeconds: seconds.length ? Math.round(Math.max(...seconds)) : null, workers };
}

interface Found {
  overdue: number | null;
  workers: number;
  held: boolean;
}

/**
 * Late are deferred deliveries and planned runs past their time, and, when nobody is there to go on with
 * it, the rest of a running one. Holds and leases go by the database's clock, as in the claim.
 */
const VITALS = `
  WITH live AS (
    SELECT count(*)::int AS workers FROM worker
     WHERE ended_at IS NULL AND beat_at > now() - make_interval(secs => $2)
  ), late (seconds) AS (
    (SELECT extract(epoch FROM now() - due.due_at) FROM delivery_due AS due
       JOIN run ON run.id = due.run AND run.state = 'running'
      WHERE due.due_at < now() ORDER BY due.due_at LIMIT 1)
    UNION ALL
    (SELECT extract(epoch FROM $1::timestamptz - due_at) FROM run
      WHERE state = 'planned' AND due_at < $1 ORDER BY due_at LIMIT 1)
    UNION ALL
    (SELECT extract(epoch FROM now() - greatest(coalesce(p.next_at, run.started_at), coalesce(a.rests_until, run.started_at)))
       FROM publication p JOIN run ON run.id = p.run AND run.state = 'running' JOIN account a ON a.id = p.account_id
      WHERE p.state = 'planned' AND p.part = 1 AND a.lost_at IS NULL AND a.disabled_at IS NULL
      ORDER BY 1 DESC LIMIT 1)
    UNION ALL
    (SELECT extract(epoch FROM now() - greatest(started_at, (SELECT max(beat_at) FROM worker))) FROM run
      WHERE state IN ('freezing', 'running') AND (SELECT workers FROM live) = 0
        AND (state = 'freezing' OR EXISTS (SELECT FROM run_range r WHERE r.run = run.id AND r.done_at IS NULL)))
  )
  SELECT live.workers, held,
         CASE WHEN NOT held THEN (SELECT max(greatest(seconds, 0))::float8 FROM late WHERE seconds IS NOT NULL) END AS overdue
    FROM live, (SELECT EXISTS (
           SELECT FROM hold WHERE lifted_at IS NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())) AS held) h`;

/** Waits for an answer, but not for ever: a queue without its server would keep us waiting. */
export async function within<T>(answer: Promise<T>, who: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${who} has not answered for 3 seconds.`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
