import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';
import { indianDay, receiptNumber } from './calendar.ts';
import type { Giver } from './donor-link.ts';
import { readIssuer } from './issuer.ts';
import { writeStatement } from './statement-paper.ts';

/** A financial year of a stream. */
export interface Period {
  /** `2026-27`, April to March. */
  year: string;
  stream: Stream;
}

export interface StatementRow {
  /** Of India's calendar. */
  day: string;
  fund: string;
  /** What the project it was for is called, if it was for one. */
  project: { en: string; ml: string } | null;
  mode: string;
  /** The newest receipt of it; null where there is none. */
  number: string | null;
  amount: bigint;
  refunded: bigint;
}

/** First and last day of a financial year. @throws Refusal for what is none */
export function daysOf(year: string): [first: string, last: string] {
  const [, from = '', to = ''] = /^(\d{4})-(\d{2})$/.exec(year) ?? [];
  if (!from || (Number(from) + 1) % 100 !== Number(to))
    throw new Refusal(say`A financial year is written like 2026-27.`);
  return [`${from}-04-01`, `${Number(from) + 1}-03-31`];
}

/** What was given in a year, the oldest first; what went back of it is told, whenever it went. */
async function readRows(sql: Queryable, donors: string[], { year, stream }: Period): Promise<StatementRow[]> {
  const { rows } = await sql.query(
    `SELECT g.given_on::text AS day, g.fund, g.mode, g.amount, g.refunded, r.year, r.number,
            CASE WHEN v.version IS NOT NULL
                 THEN jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') END AS project
       FROM donation g LEFT JOIN project p ON p.id = g.project_id
       LEFT JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)
       LEFT JOIN LATERAL (
         SELECT year, number FROM receipt WHERE donation_id = g.id
          ORDER BY cancelled_at IS NULL DESC, issued_at DESC LIMIT 1) r ON true
      WHERE g.donor_id = ANY($1::uuid[]) AND g.stream = $2 AND g.given_on BETWEEN $3 AND $4
      ORDER BY g.given_on, g.id`,
    [donors, stream, ...daysOf(year)],
  );
  return rows.map(({ day, fund, project, mode, amount, refunded, year: of, number }) => ({
    ...{ day, fund, project, mode, amount: BigInt(amount), refunded: BigInt(refunded) },
    number: number === null ? null : receiptNumber(stream, of, BigInt(number)),
  }));
}

/**
 * The statement of a year as a paper, in both languages.
 *
 * @throws Refusal (404) when nothing was given in it
 */
export async function statementFile(
  { clock }: Pick<Ground, 'clock'>,
  sql: Queryable,
  { giver, period }: { giver: Giver; period: Period },
): Promise<{ name: string; bytes: Buffer }> {
  const rows = await readRows(sql, giver.donors, period);
  if (!rows.length) throw new Refusal(say`Nothing was given by this address in ${period.year}.`, 404);
  const bytes = await writeStatement({
    ...{ giver, period, rows, issuer: await readIssuer(sql) },
    madeOn: indianDay(clock.now()),
  });
  return { name: `statement-${period.stream}-${period.year}.pdf`, bytes };
}
