import type { Queryable } from '../db.ts';

/** What the public may see the books by. */
export const dimensions = ['day', 'project', 'source', 'stream', 'district'] as const;
export type Dimension = (typeof dimensions)[number];

/** Days of India's calendar, both inside; null for no end. */
export interface Period {
  from: string | null;
  to: string | null;
}

/** Paise: what came, what went back to donors, what was paid out. */
export interface Sums {
  given: bigint;
  returned: bigint;
  spent: bigint;
}

export interface BooksRow extends Sums {
  /** The day, slug, donor kind, stream or district; empty for what is of none in particular. */
  key: string;
  /** What a project is called. */
  name: { en: string; ml: string } | null;
}

const KEYS: Record<Dimension, string> = {
  day: 'f.day::text',
  project: `coalesce(p.slug, '')`,
  source: 'f.donor_kind',
  stream: 'a.stream',
  district: `coalesce(p.district, '')`,
};
const SUMS = `sum(f.given)::bigint AS given, sum(f.returned)::bigint AS returned, sum(f.spent)::bigint AS spent`;
const WITHIN = `($1::date IS NULL OR f.day >= $1::date) AND ($2::date IS NULL OR f.day <= $2::date)`;

/** The books of a period by day (the newest first) or by what brought the most, as far as they are sealed. */
export async function readBooks(
  sql: Queryable,
  by: Dimension,
  { from, to, most = null }: Period & { most?: number | null },
): Promise<BooksRow[]> {
  const order = by === 'day' ? 'key DESC' : 'given - returned DESC, key';
  // Names are looked up for the rows that are shown, not for what they are summed from.
  const { rows } = await sql.query<BooksRow & Record<keyof Sums, string>>(
    `WITH summed AS (
       SELECT ${KEYS[by]} AS key, ${SUMS} FROM fund_day f JOIN ledger_account a ON a.code = f.account
         LEFT JOIN project p ON p.id = a.project WHERE ${WITHIN} GROUP BY 1
     ), books AS (SELECT * FROM summed ORDER BY ${order} LIMIT $3)
     SELECT b.*, CASE WHEN v.version IS NOT NULL THEN
              jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') END AS name
       FROM books b LEFT JOIN project p ON $4 AND p.slug = b.key
       LEFT JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)
      ORDER BY ${order}`,
    [from, to, most, by === 'project'],
  );
  return rows.map((row) => ({ ...row, ...sumsOf(row) }));
}

/** All of a period together. */
export async function readSums(sql: Queryable, { from, to }: Period): Promise<Sums> {
  const { rows } = await sql.query<Record<keyof Sums, string | null>>(
    `SELECT ${SUMS} FROM fund_day f WHERE ${WITHIN}`,
    [from, to],
  );
  return sumsOf(rows[0] ?? { given: null, returned: null, spent: null });
}

const sumsOf = ({ given, returned, spent }: Record<keyof Sums, string | null>): Sums => ({
  ...{ given: BigInt(given ?? 0), returned: BigInt(returned ?? 0), spent: BigInt(spent ?? 0) },
});

/** The last seal of a day: whoever keeps it knows later whether anything before it was changed. */
export interface Head {
  day: string;
  number: bigint;
  /** SHA-256, hexadecimal. */
  hash: string;
  at: Date;
}

/** The heads of the last days on which something was sealed, the newest first; the first is that of now. */
export async function readHeads(sql: Queryable, most: number): Promise<Head[]> {
  const { rows } = await sql.query<Head & { number: string }>(
    `WITH RECURSIVE head AS (
       (SELECT number, hash, at, 1 AS n FROM journal_seal ORDER BY at DESC, number DESC LIMIT 1)
       UNION ALL
       SELECT s.number, s.hash, s.at, h.n + 1 FROM head h CROSS JOIN LATERAL (
         SELECT number, hash, at FROM journal_seal
          WHERE at < date_trunc('day', h.at AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata'
          ORDER BY at DESC, number DESC LIMIT 1) s WHERE h.n < $1)
     SELECT (at AT TIME ZONE 'Asia/Kolkata')::date::text AS day, number, encode(hash, 'hex') AS hash, at FROM head ORDER BY n`,
    [most],
  );
  return rows.map((row) => ({ ...row, number: BigInt(row.number) }));
}
