import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { requireFund } from '../funds.ts';
import { accounts } from '../journal.ts';
import type { OfflineNeeds } from './record.ts';
import { checkPast } from './rules.ts';

const EXCLUDED = '23P01';
const MOST_SERIAL = 999_999_999;

export interface NewSeries {
  code: string;
  kind: 'coupon' | 'stamp';
  /** Of one, in paise. */
  value: bigint;
  fund?: string;
}

/** Makes a series of coupons or stamps, all of one value. @throws Refusal when the code is taken or no code */
export async function makeSeries(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { code: typed, kind, value, fund = accounts.general('domestic') }: NewSeries,
  actor: string,
): Promise<void> {
  const code = typed.trim().toUpperCase();
  if (!/^[A-Z0-9][A-Z0-9/-]{0,19}$/.test(code))
    throw new Refusal(say`A series has a code of up to 20 Latin letters and figures, such as A or 2026-B.`);
  if (value <= 0n || value > 10_000_000n) throw new Refusal(say`One coupon is worth up to ₹1,00,000.`);
  await transaction(sql, async (connection) => {
    await requireFund(connection, fund, 'domestic');
    const { rowCount } = await connection.query(
      `INSERT INTO coupon_series (code, kind, value, fund, made_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (code) DO NOTHING`,
      [code, kind, value, fund, clock.now()],
    );
    if (!rowCount) throw new Refusal(say`There is a series "${code}" already.`, 409);
    const about = { actor, action: 'coupon-series.made', subjectType: 'coupon-series', subjectId: code };
    await audit(connection, { ...about, after: { kind, value: String(value), fund } });
  });
}

export interface NewBook {
  series: string;
  first: number;
  last: number;
  /** Who takes it along. */
  holder: string;
  day: string;
}

/**
 * Hands out a book of serials.
 *
 * @returns its id
 * @throws Refusal when a book that is out has one of them
 */
export async function issueBook(
  ground: OfflineNeeds,
  { series, first, last, holder, day }: NewBook,
  actor: string,
): Promise<string> {
  const serials = [first, last].every((n) => Number.isInteger(n) && n >= 1 && n <= MOST_SERIAL);
  if (!serials || last < first)
    throw new Refusal(say`Write the first and the last serial number, the smaller one first.`);
  if (holder.trim().length < 2) throw new Refusal(say`Write who takes the book.`);
  checkPast(ground, day);
  return transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query<{ number: number }>(
      'SELECT number FROM coupon_series WHERE code = upper($1) FOR UPDATE',
      [series.trim()],
    );
    const { number } = found(rows[0], say`There is no series "${series}". Make it under coupon books first.`);
    const id = uuid();
    const sealed = ground.keys.seal('finance-words', holder.trim().slice(0, 200));
    await connection
      .query(
        `INSERT INTO coupon_book (id, series, first, last, holder, issued_on, issued_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, number, first, last, sealed, day, actor],
      )
      .catch((error: { code?: string }) => {
        if (error.code !== EXCLUDED) throw error;
        throw new Refusal(say`A book that is out holds some of ${series} ${first} to ${last}.`, 409);
      });
    const about = { actor, action: 'coupon-book.issued', subjectType: 'coupon-book', subjectId: id };
    await audit(connection, { ...about, after: { series, first, last, day } });
    return id;
  });
}

/** Takes a book back; what was not sold may go out again. @throws Refusal when it is not out */
export async function returnBook(
  ground: OfflineNeeds,
  { id, day }: { id: string; day: string },
  actor: string,
): Promise<void> {
  checkPast(ground, day);
  await transaction(ground.sql, async (connection) => {
    await connection.query(
      'SELECT FROM coupon_series s JOIN coupon_book b ON b.series = s.number WHERE b.id::text = $1 FOR UPDATE OF s',
      [id],
    );
    const { rowCount } = await connection.query(
      `UPDATE coupon_book SET returned_on = $2 WHERE id::text = $1 AND returned_on IS NULL AND issued_on <= $2`,
      [id, day],
    );
    if (!rowCount) throw new Refusal(say`This book is not out, or was issued after that day.`, 409);
    const about = { actor, action: 'coupon-book.returned', subjectType: 'coupon-book', subjectId: id };
    await audit(connection, { ...about, after: { day } });
  });
}

export interface Book {
  id: string;
  series: string;
  kind: 'coupon' | 'stamp';
  value: bigint;
  first: number;
  last: number;
  holder: string;
  issuedOn: string;
  returnedOn: string | null;
  sold: number;
}

/** Books, those that are out first, with how many of each were sold. */
export async function listBooks({ sql, keys }: { sql: Queryable; keys: Ground['keys'] }): Promise<Book[]> {
  const { rows } = await sql.query(
    `SELECT b.id, s.code AS series, s.kind, s.value, b.first::int AS first, b.last::int AS last, b.holder,
            b.issued_on::text AS "issuedOn", b.returned_on::text AS "returnedOn",
            coalesce((SELECT sum(c.last - c.first + 1) FROM coupon_sale c WHERE c.book_id = b.id AND NOT c.void), 0)::int AS sold
       FROM coupon_book b JOIN coupon_series s ON s.number = b.series
      ORDER BY b.returned_on IS NOT NULL, b.issued_on DESC, b.id DESC LIMIT 500`,
  );
  return rows.map((row) => ({
    ...{ ...row, value: BigInt(row.value), holder: keys.open('finance-words', row.holder) },
  }));
}

/** Every series. */
export async function listSeries({
  sql,
}: {
  sql: Queryable;
}): Promise<{ code: string; kind: 'coupon' | 'stamp'; value: bigint }[]> {
  const { rows } = await sql.query('SELECT code, kind, value FROM coupon_series ORDER BY code');
  return rows.map((row) => ({ ...row, value: BigInt(row.value) }));
}
