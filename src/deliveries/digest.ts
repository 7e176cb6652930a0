import type { Queryable } from '../db.ts';
import type { HalfHour, Visits } from '../links/visits.ts';
import type { DeliveryState } from './states.ts';

/** What so many deliveries come to is counted when somebody asks; of more it is read from a digest. */
export const READ_AT_ONCE = 10_000;

/** Deliveries of a run that are alike. */
export interface Alike {
  state: DeliveryState;
  language: string;
  reason: string | null;
  n: number;
}

/** A mail domain in a run. */
export interface DomainFigures {
  domain: string;
  total: number;
  sent: number;
  failed: number;
  bounced: number;
  /** In the last minute. */
  perMinute: number;
}

/** What a run's deliveries and visits came to at a moment. */
export interface Digest {
  run: bigint;
  at: Date;
  alike: Alike[];
  /** The largest mail domains, and how many there are. */
  domains: { rows: DomainFigures[]; all: number };
  leftOut: Record<string, number>;
  visits: Visits;
  /** Visits of people over the first days. */
  halfHours: HalfHour[];
  series: { seconds: number; from: Date; counts: number[] } | null;
}

/** The digests that there are of some runs. */
export async function readDigests(sql: Queryable, runs: bigint[]): Promise<Digest[]> {
  const { rows } = await sql.query<{ run: string; at: Date; figures: Omit<Digest, 'run' | 'at'> }>(
    'SELECT run, at, figures FROM run_digest WHERE run = ANY ($1::bigint[]) ORDER BY run',
    [runs],
  );
  return rows.map(({ run, at, figures }) => {
    const { series } = figures;
    const dated = series && { ...series, from: new Date(series.from) };
    return { ...figures, run: BigInt(run), at, series: dated };
  });
}

/**
 * The digest of a run that is too large to be counted while somebody waits.
 * @returns null while there is none yet, undefined for a run that is small, or not there
 */
export async function digestOf(
  sql: Queryable,
  run: bigint,
  few = READ_AT_ONCE,
): Promise<Digest | null | undefined> {
  if ((await sizeOf(sql, [run])) <= few) return undefined;
  return (await readDigests(sql, [run]))[0] ?? null;
}

/** How many deliveries some runs have together. */
export async function sizeOf(sql: Queryable, runs: bigint[]): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    'SELECT coalesce(sum(total), 0)::float8 AS n FROM run WHERE id = ANY ($1::bigint[])',
    [runs],
  );
  return rows[0]?.n ?? 0;
}
