import type { Queryable } from '../db.ts';
import { type DeliveryState, deliveryStates } from './states.ts';

/** How a run fares at one mail domain. */
export interface RunDomain {
  domain: string;
  total: number;
  sent: number;
  failed: number;
  bounced: number;
  /** In the last minute. */
  perMinute: number;
  /** Until when it asked us to wait. */
  slowedUntil: Date | null;
}

/** The largest mail domains of a run, and how many there are. Reads the deliveries: for a person who asks. */
export async function runDomains(
  sql: Queryable,
  run: bigint,
  limit: number,
): Promise<{ domains: RunDomain[]; all: number }> {
  const { rows } = await sql.query<RunDomain & { all: number }>(
    `SELECT b.*, p.until_at AS "slowedUntil" FROM (
       SELECT split_part(a.value, '@', 2) AS domain, count(*)::int AS total,
              count(*) FILTER (WHERE d.state IN ('sent', 'complained'))::int AS sent,
              count(*) FILTER (WHERE d.state = 'failed')::int AS failed,
              count(*) FILTER (WHERE d.state = 'bounced')::int AS bounced,
              count(*) FILTER (WHERE d.state = 'sent' AND d.at > now() - interval '1 minute')::int AS "perMinute",
              (count(*) OVER ())::int AS "all"
         FROM delivery d JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
        WHERE d.run = $1 GROUP BY 1 ORDER BY total DESC, 1 LIMIT $2) b
       LEFT JOIN domain_pause p ON p.domain = b.domain AND p.until_at > now()
      ORDER BY b.total DESC, b.domain`,
    [run, limit],
  );
  return { domains: rows, all: rows[0]?.all ?? 0 };
}

/** How a run fares in each of its languages: how many deliveries are in which state. */
export async function runLanguages(
  sql: Queryable,
  runs: bigint[],
): Promise<{ language: string; states: Record<DeliveryState, number> }[]> {
  const { rows } = await sql.query<{ language: string; state: DeliveryState; n: number }>(
    `SELECT language, state::text AS state, count(*)::int AS n FROM delivery
      WHERE run = ANY ($1::bigint[]) GROUP BY 1, 2 ORDER BY 1`,
    [runs],
  );
  const none = () =>
    Object.fromEntries(deliveryStates.map((state) => [state, 0])) as Record<DeliveryState, number>;
  const languages = new Map<string, Record<DeliveryState, number>>();
  for (const { language, state, n } of rows) {
    const states = languages.get(language) ?? none();
    states[state] = n;
    languages.set(language, states);
  }
  return [...languages].map(([language, states]) => ({ language, states }));
}
