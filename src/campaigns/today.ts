import { DateTime } from 'luxon';
import type { RunState } from '../deliveries/states.ts';
import type { Ground } from '../ground.ts';
import { type Going, goingBetween } from './going.ts';

/** A run that is on its way, by the counters. */
export interface Running
  extends Pick<Going, 'run' | 'messageId' | 'campaignId' | 'campaign' | 'message' | 'newsletter' | 'at'> {
  state: RunState;
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
  const { going: all } = await goingBetween({ sql, clock }, { from, to: end });
  return { today: all.filter(({ at }) => at < to), coming: all.filter(({ at }) => at >= to).slice(0, MOST) };
}

/** What is on its way now, with speed and end as far as they can be told. */
export async function runningNow({ sql }: Pick<Ground, 'sql'>): Promise<Running[]> {
  const { rows } = await sql.query<Running & { minutes: number | null; now: Date }>(
    `SELECT m.id AS "messageId", c.id AS "campaignId", c.name AS campaign, m.name AS message,
            EXISTS (SELECT FROM newsletter n WHERE n.message_id = m.id) AS newsletter,
            r.id::text AS run, r.state::text AS state, r.due_at AS at, r.total,
            least(r.total, (SELECT coalesce(sum(k.sent + k.failed + k.unknown + k.skipped + k.cancelled), 0)
                              FROM run_counter k WHERE k.run = r.id)
                    + (SELECT count(*) FROM publication p
                        WHERE p.run = r.id AND p.state NOT IN ('planned', 'preparing', 'publishing')))::int AS handled,
            (extract(epoch FROM now() - r.started_at) / 60)::float8 AS minutes, now() AS now
       FROM run r JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
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
