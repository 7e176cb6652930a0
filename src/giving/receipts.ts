import { v7 as uuid } from 'uuid';
import type { Connection, Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Stream } from './accounts.ts';
import { financialYear, receiptNumber } from './calendar.ts';
import type { Issuer } from './issuer.ts';
import { nextNumber } from './receipt-mark.ts';

/** All that a receipt's paper says; it stays as it was issued. */
export interface ReceiptWords {
  number: string;
  /** Whole paise, as text. */
  amount: string;
  /** Of India's calendar. */
  day: string;
  mode: string;
  reference: string | null;
  purpose: string;
  /** The project it is for, as it was called that day, and paise that went to the general fund instead. */
  project?: { en: string; ml: string; beyond: string };
  language: string;
  /** The fund, as it called itself that day. */
  issuer?: Issuer;
  donor: {
    name: string;
    kind: string;
    address: string | null;
    identity: { kind: string; number: string } | null;
  };
}

interface Issue {
  donationId: string;
  stream: Stream;
  amount: bigint;
  /** The day the money was taken, which decides the year. */
  day: string;
  words: Omit<ReceiptWords, 'number' | 'amount' | 'day'>;
}

/** What a number is taken with: also what is kept beside the database. */
export type IssueGround = Pick<Ground, 'keys' | 'clock' | 'config' | 'log' | 'queues'>;

/**
 * Gives a gift the next number of its stream and financial year. Call it last in the transaction: whoever
 * wants a number of the series waits until it ends, and a number that was not used is not lost.
 *
 * @returns the receipt's id and number
 */
export async function issueReceipt(
  ground: IssueGround,
  connection: Connection,
  { donationId, stream, amount, day, words }: Issue,
): Promise<{ id: string; number: string }> {
  const { keys, clock } = ground;
  const year = financialYear(day);
  const next = await nextNumber(ground, connection, { stream, year });
  const number = receiptNumber(stream, year, next);
  const whole: ReceiptWords = { ...words, number, amount: String(amount), day };
  const id = uuid();
  await connection.query(
    `INSERT INTO receipt (id, stream, year, number, donation_id, amount, issued_at, words)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      stream,
      year,
      next,
      donationId,
      amount,
      clock.now(),
      keys.seal('receipt-words', JSON.stringify(whole)),
    ],
  );
  return { id, number };
}

/** A receipt that was issued. */
export interface Receipt {
  id: string;
  stream: Stream;
  issuedAt: Date;
  cancelledAt: Date | null;
  words: ReceiptWords;
}

/** A receipt by its id; null when there is none. */
export async function readReceipt(
  { sql, keys }: { sql: Queryable; keys: Ground['keys'] },
  id: string,
): Promise<Receipt | null> {
  const { rows } = await sql.query(
    `SELECT id, stream, words, issued_at AS "issuedAt", cancelled_at AS "cancelledAt" FROM receipt WHERE id = $1`,
    [id],
  );
  const [row] = rows;
  return row ? { ...row, words: JSON.parse(keys.open('receipt-words', row.words)) } : null;
}

/**
 * A refund makes a receipt invalid; it stays, and its page says so.
 *
 * @returns what the gift's newest receipt said, or null when it never had one
 */
export async function cancelReceipt(
  { keys, clock }: Pick<Ground, 'keys' | 'clock'>,
  connection: Connection,
  donationId: string,
): Promise<ReceiptWords | null> {
  await connection.query(
    'UPDATE receipt SET cancelled_at = $2 WHERE donation_id = $1 AND cancelled_at IS NULL',
    [donationId, clock.now()],
  );
  const { rows } = await connection.query<{ words: Buffer }>(
    'SELECT words FROM receipt WHERE donation_id = $1 ORDER BY year DESC, number DESC LIMIT 1',
    [donationId],
  );
  return rows[0] ? JSON.parse(keys.open('receipt-words', rows[0].words)) : null;
}
