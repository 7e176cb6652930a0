import type { Connection } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import type { Details } from './kinds.ts';

/** SQLSTATE exclusion_violation. */
const EXCLUDED = '23P01';

/** What serials are worth, and to what they are given; `keep` notes them as sold with their entry. */
export interface Sale {
  amount: bigint;
  fund: string;
  keep(giftId: string): Promise<void>;
}

/**
 * Finds the book that coupons were sold from.
 *
 * @throws Refusal when there is no such series, or no book that is out holds all of the serials
 */
export async function keepSale(connection: Connection, details: Details): Promise<Sale> {
  const { series = '', first = '', last = '' } = details;
  const { rows } = await connection.query(
    `SELECT s.number, s.value, s.fund, b.id AS book FROM coupon_series s
       LEFT JOIN coupon_book b ON b.series = s.number AND b.returned_on IS NULL AND b.first <= $2 AND b.last >= $3
      WHERE upper(s.code) = upper($1) FOR SHARE OF s`,
    [series, first, last],
  );
  const [row] = rows;
  if (!row) throw new Refusal(say`There is no series "${series}". Make it under coupon books first.`);
  if (!row.book)
    throw new Refusal(
      say`No book that is out holds all of ${series} ${first} to ${last}. Issue the book first, or enter each book by itself.`,
    );
  const keep = async (giftId: string) => {
    try {
      await connection.query(
        'INSERT INTO coupon_sale (gift_id, book_id, series, first, last) VALUES ($1, $2, $3, $4, $5)',
        [giftId, row.book, row.number, first, last],
      );
    } catch (error) {
      if ((error as { code?: string }).code !== EXCLUDED) throw error;
      throw new Refusal(
        say`Some of ${series} ${first} to ${last} are sold already. A serial is sold once.`,
        409,
      );
    }
  };
  return { amount: (BigInt(last) - BigInt(first) + 1n) * BigInt(row.value), fund: row.fund, keep };
}
