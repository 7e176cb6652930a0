import { DateTime } from 'luxon';
import type { Queryable } from '../db.ts';
import type { RunState } from '../deliveries/states.ts';
import type { Ground } from '../ground.ts';
import { nextDates, type Schedule } from './schedule.ts';

/** Something that goes out, went out, or will. */
export interface Going {
  run: string | null;
  messageId: string;
  campaignId: string;
  campaign: string;
  message: string;
  newsletter: boolean;
  /** Of its run; `approved` or `unapproved` when it has none yet. */
  state: RunState | 'approved' | 'unapproved';
  at: Date;
}

/** A run that is on its way, by the counters. */
export interface Running extends Going {
  total: number;
  handled: number;
  /** Deliveries a minute since it began; null before it can be told. */
  perMinute: number | null;
  /** When it ends at that speed. */
  endsAt: Date | null;
}

/** Days after today that are shown. */
const AHEAD = 7;
const MOST = 60;
/** Of one message that is repeated. */
const REPEATS = 10;

/** The beginning of the viewer's today, and of the day after. */
export function dayOf(now: Date, zone: string): { from: Date; to: Date } {
  const from = DateTime.fromJSDate(now, { zone }).startOf('day');
  return { from: from.toJSDate(), to: from.plus({ days: 1 }).toJSDate() };
}

/** What is of today in the viewer's zone, and what comes in the next days, in order of time. */
export async function goingOut(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  zone: string,
): Promise<{ today: Going[]; coming: Going[] }> {
  const now = clock.now();
  const { from, to } = dayOf(now, zone);
  const end = DateTime.fromJSDate(to, { zone }).plus({ days: AHEAD }).toJSDate();
  const runs = await runsBetween(sql, from, end);
  const known = new Set(runs.map(keyOf));
  const wished = (await wishedBetween(sql, now, end)).filter((one) => !known.has(keyOf(one)));
  const all = [...runs, ...wished].sort((a, b) => a.at.getTime() - b.at.getTime());
  return { today: all.filter(({ at }) => at < to), coming: all.filter(({ at }) => at >= to).slice(0, MOST) };
}

const keyOf = ({ messageId, at }: Going) => `${messageId} ${at.getTime()}`;

const COLUMNS = `m.id AS "messageId", c.id AS "campaignId", c.name AS campaign, m.name AS message,
  EXISTS (SELECT FROM newsletter n WHERE n.message_id = m.id) AS newsletter`;
const TABLES = 'message m JOIN campaign c ON c.id = m.campaign_id';

async function runsBetween(sql: Queryable, from: Date, to: Date): Promise<Going[]> {
  const { rows } = await sql.query<Going>(
    `SELECT ${COLUMNS}, r.id::text AS run, r.state::text AS state, r.due_at AS at
       FROM run r JOIN ${TABLES} ON m.id = r.message_id
      WHERE r.due_at >= $1 AND r.due_at < $2 AND r.state <> 'cancelled' ORDER BY r.due_at LIMIT 500`,
    [from, to],
  );
  return rows;
}

/** Dates for which no run was made yet: the planner makes one at a time. */
async function wishedBetween(sql: Queryable, now: Date, to: Date): Promise<Going[]> {
  const { rows } = await sql.query<Omit<Going, 'at' | 'run'> & { schedule: Schedule }>(
    `SELECT ${COLUMNS}, m.schedule, CASE WHEN a.id IS NULL THEN 'unapproved' ELSE 'approved' END AS state
       FROM ${TABLES} LEFT JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
      WHERE m.archived_at IS NULL AND m.schedule IS NOT NULL
        AND (m.schedule ->> 'kind' = 'cron' OR
             (m.schedule ->> 'at')::timestamp AT TIME ZONE (m.schedule ->> 'zone') BETWEEN $1 AND $2)`,
    [now, to],
  );
  return rows.flatMap(({ schedule, ...row }) =>
    nextDates(schedule, now, REPEATS)
      .filter((at) => at < to)
      .map((at) => ({ ...row, run: null, at })),
  );
}

/** What is on its way now, with speed and end as far as they can be told. */
export async function runningNow({ sql }: Pick<Ground, 'sql'>): Promise<Running[]> {
  const { rows } = await sql.query<Running & { minutes: number | null; now: Date }>(
    `SELECT ${COLUMNS}, r.id::text AS run, r.state::text AS state, r.due_at AS at, r.total,
            least(r.total, (SELECT coalesce(sum(k.sent + k.failed + k.unknown + k.skipped + k.cancelled), 0)
                              FROM run_counter k WHERE k.run = r.id)
                    + (SELECT count(*) FROM publication p
                        WHERE p.run = r.id AND p.state NOT IN ('planned', 'preparing', 'publishing')))::int AS handled,
            (extract(epoch FROM now() - r.started_at) / 60)::float8 AS minutes, now() AS now
       FROM run r JOIN ${TABLES} ON m.id = r.message_id
      WHERE r.state IN ('freezing', 'running', 'paused') ORDER BY r.due_at LIMIT 20`,
  );
  return rows.map(({ minutes, now, ...row }) => ({ ...row, ...speedOf(row, { minutes, now }) }));
}

/** On average since the beginning: it includes what a limit or a pause held up, and so does what is left. */
function speedOf(
  { state, total, handled }: Pick<Running, 'state' | 'total' | 'handled'>,
  { minutes, now }: { minutes: number | null; now: Date },
) {
  const perMinute = state === 'running' && minutes && minutes > 0 ? handled / minutes : 0;
  if (perMinute < 1) return { perMinute: null, endsAt: null };
  const left = ((total - handled) / perMinute) * 60_000;
  return { perMinute: Math.round(perMinute), endsAt: new Date(now.getTime() + left) };
}
