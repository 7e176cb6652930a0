import type { Queryable } from '../db.ts';
import { type RunDomain, runDomains, runLanguages } from '../deliveries/run-domains.ts';
import { type DeliveryState, deliveryStates } from '../deliveries/states.ts';
import { type Visits, visitsByHour, visitsOf } from '../links/visits.ts';

/** What came of one run, or of all runs of a campaign together. */
export interface Outcome {
  runs: bigint[];
  /** Deliveries by state. */
  figures: Record<DeliveryState, number>;
  total: number;
  visits: Visits;
  languages: { language: string; states: Record<DeliveryState, number> }[];
  /** The largest mail domains; empty for several runs. */
  domains: { rows: RunDomain[]; all: number };
  /** Why something did not arrive, the commonest first. */
  reasons: { state: DeliveryState; reason: string | null; n: number }[];
  leftOut: Record<string, number>;
  /** Visits of people by hour since the first of the runs began. */
  course: { from: Date; hours: { hour: number; opens: number; clicks: number }[] } | null;
}

const HOURS = 72;
const DOMAINS = 10;

/** Gathers what came of runs. Reads their deliveries once for each question: for a person who asks. */
export async function outcomeOf(sql: Queryable, runs: bigint[], from: Date | null): Promise<Outcome> {
  const languages = await runLanguages(sql, runs);
  const figures = Object.fromEntries(
    deliveryStates.map((state) => [state, languages.reduce((sum, { states }) => sum + states[state], 0)]),
  ) as Record<DeliveryState, number>;
  const [only] = runs.length === 1 ? runs : [];
  const domains = only === undefined ? { domains: [], all: 0 } : await runDomains(sql, only, DOMAINS);
  return {
    ...{ runs, figures, total: Object.values(figures).reduce((sum, n) => sum + n, 0), languages },
    visits: await visitsOf(sql, runs),
    domains: { rows: domains.domains, all: domains.all },
    reasons: await reasonsOf(sql, runs),
    leftOut: await leftOutOfAll(sql, runs),
    course: from && { from, hours: await visitsByHour(sql, { runs, from, hours: HOURS }) },
  };
}

async function reasonsOf(sql: Queryable, runs: bigint[]): Promise<Outcome['reasons']> {
  const { rows } = await sql.query<Outcome['reasons'][number]>(
    `SELECT state::text AS state, reason, count(*)::int AS n FROM delivery
      WHERE run = ANY ($1::bigint[]) AND state IN ('failed', 'unknown', 'deferred', 'bounced', 'complained', 'skipped')
      GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 50`,
    [runs],
  );
  return rows;
}

async function leftOutOfAll(sql: Queryable, runs: bigint[]): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ reason: string; n: number }>(
    `SELECT reason, count(*)::int AS n FROM run_left_out WHERE run = ANY ($1::bigint[])
      GROUP BY reason ORDER BY n DESC, reason`,
    [runs],
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}

const RUNS_COUNTED = 100;

/** The runs of a campaign that began, the newest first, as far as a report counts them together. */
export async function begunRuns(
  sql: Queryable,
  campaignId: string,
): Promise<{ run: bigint; message: string; startedAt: Date }[]> {
  const { rows } = await sql.query<{ run: string; message: string; startedAt: Date }>(
    `SELECT r.id AS run, m.name AS message, r.started_at AS "startedAt" FROM run r JOIN message m ON m.id = r.message_id
      WHERE m.campaign_id = $1 AND r.started_at IS NOT NULL ORDER BY r.started_at DESC, r.id DESC LIMIT ${RUNS_COUNTED}`,
    [campaignId],
  );
  return rows.map((row) => ({ ...row, run: BigInt(row.run) }));
}
