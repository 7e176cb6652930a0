import type { Connection, Queryable } from '../db.ts';
import type { Stream } from './accounts.ts';

/** What a journal tells of; once for each subject. */
export type JournalKind =
  | 'capture'
  | 'fee'
  | 'assigned'
  | 'refund'
  | 'refund-paid'
  | 'refund-failed'
  | 'settlement'
  | 'dispute'
  | 'dispute-returned'
  | 'offline'
  | 'reversal'
  | 'deposit'
  | 'other'
  | 'disbursement';

export interface Entry {
  kind: JournalKind;
  /** Of what, such as `payment:pay_123`. Never a person. */
  subject: string;
  /** Of India's calendar: when it was so. */
  day: string;
  at: Date;
  /** Account and whole paise; a debit is positive, a credit negative. */
  lines: [account: string, paise: bigint][];
}

/** Accounts that every stream has. */
export const accounts = {
  /** What the gateway holds for us. */
  clearing: (stream: Stream) => `clearing.${stream}`,
  /** Fees and their tax, which the Mission owes the fund. */
  fee: (stream: Stream) => `fee.${stream}`,
  /** Money whose purpose is not known. */
  suspense: (stream: Stream) => `suspense.${stream}`,
  /** Money that is on its way back. */
  refunds: (stream: Stream) => `refunds.${stream}`,
  bank: (stream: Stream) => `bank.${stream}`,
  /** Notes and coins that are not at the bank yet; of domestic gifts only. */
  cash: 'cash.domestic',
  /** The fund's account at the Treasury. */
  treasury: 'treasury.domestic',
  /** What came and was not given, such as interest. */
  other: (stream: Stream) => `other.${stream}`,
  /** What was given for no project in particular. */
  general: (stream: Stream) => `fund.general.${stream}`,
  /** What was given for a project. */
  project: (id: string, stream: Stream) => `fund.project.${id}.${stream}`,
};

/**
 * Writes a journal in the caller's transaction, unless it is written already; the database refuses one
 * that does not balance, at the latest when the transaction ends. What is of a month that is closed stands on
 * the first open day, and says of which day it is.
 *
 * @returns whether it is new
 */
export async function post(connection: Connection, entry: Entry): Promise<boolean> {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO journal (kind, subject, on_day, of_day, at)
     SELECT $1, $2, open, nullif($3::date, open), $4 FROM (SELECT greatest($3::date, first_open_day())) AS d(open)
     ON CONFLICT (subject, kind) DO NOTHING RETURNING id`,
    [entry.kind, entry.subject, entry.day, entry.at],
  );
  if (!rows[0]) return false;
  await connection.query(
    `INSERT INTO posting (journal, line, account, amount)
     SELECT $1, line, account, amount FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS l(account, amount, line)`,
    [rows[0].id, entry.lines.map(([account]) => account), entry.lines.map(([, paise]) => String(paise))],
  );
  return true;
}

/** Balance of an account in paise: debits less credits. */
export async function balance(sql: Queryable, account: string): Promise<bigint> {
  const { rows } = await sql.query<{ sum: string }>(
    'SELECT coalesce(sum(amount), 0)::bigint AS sum FROM posting WHERE account = $1',
    [account],
  );
  return BigInt(rows[0]?.sum ?? 0);
}
