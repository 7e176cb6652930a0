import type { Queryable } from '../db.ts';

/** What people did with the mails of some runs; programs that open and follow everything stand apart. */
export interface Visits {
  opened: number;
  openedByMachines: number;
  clicked: number;
  clickedByMachines: number;
  unsubscribed: number;
}

const COUNT = `
SELECT count(DISTINCT (run, seq)) FILTER (WHERE kind = 'open' AND NOT machine)::int AS opened,
       count(*) FILTER (WHERE kind = 'open' AND machine)::int AS "openedByMachines",
       count(DISTINCT (run, seq)) FILTER (WHERE kind = 'click' AND NOT machine)::int AS clicked,
       count(*) FILTER (WHERE kind = 'click' AND machine)::int AS "clickedByMachines",
       count(DISTINCT (run, seq)) FILTER (WHERE kind = 'unsubscribe')::int AS unsubscribed
  FROM touch WHERE run = ANY ($1::bigint[])`;

/** How many recipients opened, clicked and unsubscribed; each counts once a run, machines by the visit. */
export async function visitsOf(sql: Queryable, runs: bigint[]): Promise<Visits> {
  const { rows } = await sql.query<Visits>(COUNT, [runs]);
  return rows[0] as Visits;
}

/** Visits of people in half an hour; they are numbered from 1970 on, so that those of several runs add up. */
export interface HalfHour {
  half: number;
  opens: number;
  clicks: number;
}

const HALF_HOUR = 1_800_000;

/** Visits of people in the first hours after a moment. */
export async function visitsByHalfHour(
  sql: Queryable,
  { runs, from, hours }: { runs: bigint[]; from: Date; hours: number },
): Promise<HalfHour[]> {
  const { rows } = await sql.query<HalfHour>(
    `SELECT floor(extract(epoch FROM at) / 1800)::int AS half,
            count(*) FILTER (WHERE kind = 'open')::int AS opens, count(*) FILTER (WHERE kind = 'click')::int AS clicks
       FROM touch WHERE run = ANY ($1::bigint[]) AND NOT machine AND kind IN ('open', 'click')
        AND at >= $2 AND at < $2::timestamptz + make_interval(hours => $3)
      GROUP BY 1 ORDER BY 1`,
    [runs, from, hours],
  );
  return rows;
}

/** Visits by hour: `hour` 0 begins with the half hour of a moment. */
export function byHour(
  halves: HalfHour[],
  { from, hours }: { from: Date; hours: number },
): { from: Date; hours: { hour: number; opens: number; clicks: number }[] } {
  const first = Math.floor(from.getTime() / HALF_HOUR);
  const all = Array.from({ length: hours }, (_, hour) => ({ hour, opens: 0, clicks: 0 }));
  for (const { half, opens, clicks } of halves) {
    const hour = all[Math.floor((half - first) / 2)];
    if (!hour) continue;
    hour.opens += opens;
    hour.clicks += clicks;
  }
  return { from: new Date(first * HALF_HOUR), hours: all.filter(({ opens, clicks }) => opens || clicks) };
}
