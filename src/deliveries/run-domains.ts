import type { Queryable } from '../db.ts';
import { type Alike, type DomainFigures, digestOf, READ_AT_ONCE } from './digest.ts';

/** How a run fares at one mail domain. */
export interface RunDomain extends DomainFigures {
  /** Until when it asked us to wait. */
  slowedUntil: Date | null;
}

export interface RunDomains {
  domains: RunDomain[];
  /** How many there are. */
  all: number;
  /** When they were counted; null for now, or when nobody has yet. */
  asOf: Date | null;
  /** They are too many to be counted at once, and will be. */
  preparing: boolean;
}

/** The largest mail domains of a run. */
export async function runDomains(
  sql: Queryable,
  run: bigint,
  limit: number,
  few = READ_AT_ONCE,
): Promise<RunDomains> {
  const digest = await digestOf(sql, run, few);
  const { rows, all } =
    digest === undefined ? await countDomains(sql, run, limit) : (digest?.domains ?? { rows: [], all: 0 });
  const domains = await withPauses(sql, rows.slice(0, limit));
  return { domains, all, asOf: digest?.at ?? null, preparing: digest === null };
}

async function withPauses(sql: Queryable, rows: DomainFigures[]): Promise<RunDomain[]> {
  const { rows: paused } = await sql.query<{ domain: string; until: Date }>(
    'SELECT domain, until_at AS until FROM domain_pause WHERE domain = ANY ($1::text[]) AND until_at > now()',
    [rows.map(({ domain }) => domain)],
  );
  const until = new Map(paused.map((one) => [one.domain, one.until]));
  return rows.map((row) => ({ ...row, slowedUntil: until.get(row.domain) ?? null }));
}

/** The largest mail domains of a run, counted now: reads every delivery. */
export async function countDomains(
  sql: Queryable,
  run: bigint,
  limit: number,
): Promise<{ rows: DomainFigures[]; all: number }> {
  const { rows } = await sql.query<DomainFigures & { all: number }>(
    `SELECT split_part(a.value, '@', 2) AS domain, count(*)::int AS total,
            count(*) FILTER (WHERE d.state IN ('sent', 'complained'))::int AS sent,
            count(*) FILTER (WHERE d.state = 'failed')::int AS failed,
            count(*) FILTER (WHERE d.state = 'bounced')::int AS bounced,
            count(*) FILTER (WHERE d.state = 'sent' AND d.at > now() - interval '1 minute')::int AS "perMinute",
            (count(*) OVER ())::int AS "all"
       FROM delivery d JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
      WHERE d.run = $1 AND a.channel = 'email' GROUP BY 1 ORDER BY total DESC, 1 LIMIT $2`,
    [run, limit],
  );
  return { rows: rows.map(({ all: _, ...row }) => row), all: rows[0]?.all ?? 0 };
}

/** How many deliveries of runs are in which state, in which language and why: reads every delivery. */
export async function alikeOf(sql: Queryable, runs: bigint[]): Promise<Alike[]> {
  const { rows } = await sql.query<Alike>(
    `SELECT state::text AS state, language, reason, count(*)::int AS n FROM delivery
      WHERE run = ANY ($1::bigint[]) GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3`,
    [runs],
  );
  return rows;
}
