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

/** Visits of people by hour after a moment: `hour` 0 is the first. */
export async function visitsByHour(
  sql: Queryable,
  { runs, from, hours }: { runs: bigint[]; from: Date; hours: number },
): Promise<{ hour: number; opens: number; clicks: number }[]> {
  const { rows } = await sql.query<{ hour: number; opens: number; clicks: number }>(
    `SELECT floor(extract(epoch FROM at - $2::timestamptz) / 3600)::int AS hour,
            count(*) FILTER (WHERE kind = 'open')::int AS opens, count(*) FILTER (WHERE kind = 'click')::int AS clicks
       FROM touch WHERE run = ANY ($1::bigint[]) AND NOT machine AND kind IN ('open', 'click')
        AND at >= $2 AND at < $2::timestamptz + make_interval(hours => $3)
      GROUP BY 1 ORDER BY 1`,
    [runs, from, hours],
  );
  return rows;
}
