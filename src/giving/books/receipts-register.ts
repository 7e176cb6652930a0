import type { Queryable } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { indianDay } from '../calendar.ts';
import type { ReceiptWords } from '../receipts.ts';
import type { Period } from './period.ts';

/** A receipt as the register has it: the one export that tells who gave. */
export interface RegisterRow {
  words: ReceiptWords;
  amount: bigint;
  fund: string;
  issuedOn: string;
  cancelledOn: string | null;
}

const PAGE = 1000;

const READ = `
SELECT r.stream, r.year, r.number, r.amount, r.issued_at, r.cancelled_at, r.words, d.fund
  FROM receipt r JOIN donation d ON d.id = r.donation_id
 WHERE d.given_on BETWEEN $1 AND $2
   AND (r.stream, r.year, r.number) > ($3, $4, $5::bigint)
 ORDER BY r.stream, r.year, r.number LIMIT ${PAGE}`;

/** Every receipt for gifts of a period, cancelled ones too, in the order of their numbers. */
export async function* registerRows(
  { sql, keys }: { sql: Queryable; keys: Ground['keys'] },
  { from, to }: Period,
): AsyncGenerator<RegisterRow> {
  for (let last = ['', '', '0']; ; ) {
    const { rows } = await sql.query(READ, [from, to, ...last]);
    for (const row of rows)
      yield {
        words: JSON.parse(keys.open('receipt-words', row.words)),
        ...{ amount: BigInt(row.amount), fund: row.fund, issuedOn: indianDay(row.issued_at) },
        cancelledOn: row.cancelled_at && indianDay(row.cancelled_at),
      };
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) return;
    last = [end.stream, end.year, end.number];
  }
}
