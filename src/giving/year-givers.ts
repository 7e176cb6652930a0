import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Cell, Sheet } from './books/sheet.ts';
import { type Giver, giverAt } from './donor-link.ts';
import { daysOf, type Period, statementFile } from './statement.ts';

/** Whoever gave in a year, with what their statement comes to. */
export interface YearGiver {
  /** Their newest donor of the year. */
  id: string;
  name: string;
  email: string | null;
  gifts: number;
  amount: bigint;
  refunded: bigint;
  /** How the newest mail with their statement of this year stands. */
  mail: { state: string; at: Date } | null;
}

interface Asked {
  /** A part of a name or an address. */
  q?: string | undefined;
  /** The last of the page before. */
  after?: string | undefined;
  limit: number;
}

/** What a mail with a statement is about. */
export const statementOf = ({ stream, year }: Period): string => `statement:${stream}-${year}`;

const GIVERS = `
WITH given AS (
  SELECT coalesce(w.email, w.id::text) AS who, w.id, w.name, w.email, w.created_at, g.amount, g.refunded
    FROM donation g JOIN donor w ON w.id = g.donor_id WHERE g.stream = $1 AND g.given_on BETWEEN $2 AND $3),
givers AS (
  SELECT who, (array_agg(id ORDER BY created_at DESC, id DESC))[1] AS id,
         (array_agg(name ORDER BY created_at DESC, id DESC))[1] AS name, max(email) AS email,
         count(*)::int AS gifts, sum(amount)::bigint AS amount, sum(refunded)::bigint AS refunded
    FROM given GROUP BY who)
SELECT v.id, v.name, v.email, v.gifts, v.amount, v.refunded, n.state::text AS state, n.at
  FROM givers v LEFT JOIN LATERAL (
    SELECT state, coalesce(ended_at, created_at) AS at FROM notice
     WHERE about = $4 AND address = v.email ORDER BY created_at DESC LIMIT 1) n ON true
 WHERE ($5 = '' OR strpos(fold_text(concat_ws(' ', v.name, v.email)), fold_text($5)) > 0)
   AND ($6::uuid IS NULL OR v.who > (SELECT coalesce(email, id::text) FROM donor WHERE id = $6))
 ORDER BY v.who LIMIT $7`;

/** Everybody who gave in a year, by mailbox; a gift without one stands by itself. */
export async function yearGivers(
  { sql }: { sql: Queryable },
  period: Period,
  { q = '', after, limit }: Asked,
): Promise<YearGiver[]> {
  const { rows } = await sql.query(GIVERS, [
    ...[period.stream, ...daysOf(period.year), statementOf(period)],
    ...[q, after ?? null, limit],
  ]);
  return rows.map(({ state, at, ...row }) => ({
    ...row,
    ...{ amount: BigInt(row.amount), refunded: BigInt(row.refunded) },
    mail: state && { state, at },
  }));
}

/** @throws Refusal (404) when there is no such donor */
export async function giverOfDonor(sql: Queryable, donor: string): Promise<Giver & { mailbox: boolean }> {
  const { rows } = await sql.query<{ name: string; language: string; email: string | null }>(
    'SELECT name, language, email FROM donor WHERE id::text = $1',
    [donor],
  );
  const [row] = rows;
  if (!row) throw new Refusal(say`There is no such donor.`, 404);
  const all = row.email ? await giverAt(sql, row.email) : null;
  if (all) return { ...all, mailbox: true };
  return { email: '', name: row.name, language: row.language, donors: [donor], mailbox: false };
}

/** The statement of one who gave, for staff. @throws Refusal (404) when nothing was given in that year */
export const statementFor = async (
  ground: Pick<Ground, 'sql' | 'clock'>,
  { donor, period }: { donor: string; period: Period },
): Promise<{ name: string; bytes: Buffer }> =>
  statementFile(ground, ground.sql, { giver: await giverOfDonor(ground.sql, donor), period });

const PAGE = 1000;

/** The sums of a year, one row for each who gave, for a spreadsheet. */
export const yearSheet = (ground: Pick<Ground, 'sql'>, period: Period): Sheet => ({
  name: `Statements ${period.year}`,
  heads: ['donor', 'email', 'gifts', 'given', 'given_back', 'remains', 'statement_mailed'],
  rows: sheetRows(ground, period),
});

async function* sheetRows(ground: Pick<Ground, 'sql'>, period: Period): AsyncGenerator<Cell[]> {
  for (let after: string | undefined; ; ) {
    const rows = await yearGivers(ground, period, { after, limit: PAGE });
    for (const { name, email, gifts, amount, refunded, mail } of rows)
      yield [
        ...[name, email, String(gifts), amount, refunded, amount - refunded],
        mail?.state === 'sent' ? mail.at.toISOString() : null,
      ];
    after = rows.at(-1)?.id;
    if (!after || rows.length < PAGE) return;
  }
}
