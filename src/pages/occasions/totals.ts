import type { Queryable } from '../../db.ts';

/** By what pages of families are counted together. */
export const groupings = ['kind', 'district', 'month'] as const;
export type Grouping = (typeof groupings)[number];

export interface OccasionTotal {
  /** A kind, a district, or a month such as `2026-11`; null where it was not said. */
  name: string | null;
  pages: number;
  gifts: number;
  /** Paise that remain. */
  given: bigint;
}

/** A month is that of the day itself, in India's calendar. */
const BY: Record<Grouping, string> = {
  kind: 'o.kind',
  district: 'o.district',
  month: `to_char(o.day, 'YYYY-MM')`,
};

/** Pages that were ever shown, and what was given at them, the most given first; months in their order. */
export async function occasionTotals(sql: Queryable, by: Grouping): Promise<OccasionTotal[]> {
  const { rows } = await sql.query(
    `SELECT ${BY[by]} AS name, count(*)::int AS pages, sum(g.gifts)::int AS gifts, coalesce(sum(g.given), 0)::bigint AS given
       FROM occasion o CROSS JOIN LATERAL (
         SELECT (count(*) FILTER (WHERE d.refunded < d.amount))::int AS gifts, coalesce(sum(d.amount - d.refunded), 0) AS given
           FROM donation d WHERE d.occasion_id = o.id) g
      WHERE o.shown_at IS NOT NULL GROUP BY 1
      ORDER BY ${by === 'month' ? '1 DESC' : '4 DESC, 1'} LIMIT 200`,
  );
  return rows.map((row) => ({ ...row, given: BigInt(row.given) }));
}

/** A page on its day. */
export interface OccasionDay {
  id: string;
  kind: string;
  state: string;
  names: string[];
  /** India's calendar. */
  day: string;
}

/** Pages that guests see, by their day. @param span days `YYYY-MM-DD`, the last left out */
export async function occasionDays(
  sql: Queryable,
  { from, to }: { from: string; to: string },
): Promise<OccasionDay[]> {
  const { rows } = await sql.query<OccasionDay>(
    `SELECT id, kind, state, shown->'names' AS names, day::text AS day FROM occasion
      WHERE state IN ('live', 'closed') AND day >= $1::date AND day < $2::date ORDER BY day, id LIMIT 1000`,
    [from, to],
  );
  return rows;
}
