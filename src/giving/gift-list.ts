import type { Queryable } from '../db.ts';
import type { Stream } from './accounts.ts';
import { readReceiptNumber, receiptNumber } from './calendar.ts';

export const giftListStates = ['paid', 'partly', 'refunded', 'parked', 'waiting', 'failed'] as const;
export type GiftListState = (typeof giftListStates)[number];

/** What is looked for; days are India's. */
export interface GiftFilter {
  state?: GiftListState | undefined;
  /** upi, card, cash … */
  mode?: string | undefined;
  stream?: Stream | undefined;
  fund?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** A receipt's number, a payment's id, or a part of a donor's name. */
  q?: string | undefined;
}

/** A gift in a list: a payment by the gateway, whatever became of it, or money that came another way. */
export interface GiftLine {
  /** The payment's, or the gift's where it came another way. */
  id: string;
  at: Date;
  stream: Stream;
  fund: string | null;
  amount: bigint;
  refunded: bigint;
  mode: string;
  name: string | null;
  state: GiftListState;
  receipt: string | null;
}

/** Both kinds of gift in the same columns; an outer query says which and in what order. */
const PAYMENTS = `
SELECT p.id, p.created_at AS at, a.stream, coalesce(d.fund, o.fund) AS fund, p.amount, coalesce(d.refunded, p.refunded) AS refunded,
       p.method AS mode, n.name, d.id AS donation,
       CASE WHEN p.captured_at IS NULL AND p.failed_at IS NOT NULL THEN 'failed' WHEN p.captured_at IS NULL THEN 'waiting'
            WHEN d.id IS NULL AND p.refunded < p.amount THEN 'parked' WHEN d.id IS NULL THEN 'refunded' WHEN d.refunded = d.amount THEN 'refunded' WHEN d.refunded > 0 THEN 'partly' ELSE 'paid' END AS state
  FROM payment p JOIN gateway_account a ON a.id = p.account_id LEFT JOIN donation d ON d.payment_id = p.id
  LEFT JOIN gift_order o ON o.id = p.order_id LEFT JOIN donor n ON n.id = coalesce(d.donor_id, o.donor_id)`;
const OTHERS = `
SELECT d.id::text, d.created_at AS at, d.stream, d.fund, d.amount, d.refunded, d.mode, n.name, d.id AS donation,
       CASE WHEN d.refunded = d.amount THEN 'refunded' WHEN d.refunded > 0 THEN 'partly' ELSE 'paid' END AS state
  FROM donation d JOIN donor n ON n.id = d.donor_id WHERE d.payment_id IS NULL`;

/** The conditions of a filter over those columns, with its values from $1 on. */
function conditionsOf(filter: GiftFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const put = (value: unknown) => `$${values.push(value)}`;
  const { state, mode, stream, fund, from, to, q } = filter;
  const all = [
    state && `state = ${put(state)}`,
    mode && `mode = ${put(mode)}`,
    stream && `stream = ${put(stream)}`,
    fund && `fund = ${put(fund)}`,
    from && `at >= ${put(`${from}T00:00:00+05:30`)}::timestamptz`,
    to && `at < ${put(`${to}T00:00:00+05:30`)}::timestamptz + interval '1 day'`,
    q && found(q, put),
  ].filter(Boolean);
  return { where: all.length ? all.join(' AND ') : 'true', values };
}

function found(q: string, put: (value: unknown) => string): string {
  const receipt = readReceiptNumber(q);
  if (receipt) {
    const { stream, year, number } = receipt;
    return `donation = (SELECT donation_id FROM receipt WHERE stream = ${put(stream)} AND year = ${put(year)} AND number = ${put(String(number))})`;
  }
  if (/^pay_\w{6,40}$/.test(q)) return `id = ${put(q)}`;
  return `name ILIKE ${put(`%${q.replace(/[\\%_]/g, '\\$&')}%`)}`;
}

/** Gifts of a filter, the newest first. @param before where the page before ended */
export async function listGifts(
  { sql }: { sql: Queryable },
  filter: GiftFilter,
  { before, limit }: { before?: { at: Date; id: string } | undefined; limit: number },
): Promise<GiftLine[]> {
  const { where, values } = conditionsOf(filter);
  const cursor = before
    ? ` AND (at, id) < ($${values.push(before.at)}::timestamptz, $${values.push(before.id)})`
    : '';
  const branch = (from: string) =>
    `(SELECT * FROM (${from}) g WHERE ${where}${cursor} ORDER BY at DESC, id DESC LIMIT ${Math.trunc(limit)})`;
  const { rows } = await sql.query(
    `SELECT g.*, r.year, r.number FROM (
       SELECT * FROM (${branch(PAYMENTS)} UNION ALL ${branch(OTHERS)}) both_kinds ORDER BY at DESC, id DESC LIMIT ${Math.trunc(limit)}) g
       LEFT JOIN LATERAL (SELECT year, number FROM receipt WHERE donation_id = g.donation ORDER BY cancelled_at IS NULL DESC, number DESC LIMIT 1) r ON true
      ORDER BY at DESC, id DESC`,
    values,
  );
  return rows.map(({ year, number, donation: _, ...row }) => ({
    ...row,
    ...{ amount: BigInt(row.amount), refunded: BigInt(row.refunded) },
    receipt: year ? receiptNumber(row.stream, year, BigInt(number)) : null,
  }));
}

/** How many gifts a filter finds, what they came to, and what of it went back; what never came is not counted. */
export async function sumGifts(
  { sql }: { sql: Queryable },
  filter: GiftFilter,
): Promise<{ count: number; amount: bigint; refunded: bigint }> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await sql.query<{ count: number; amount: string; refunded: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(amount) FILTER (WHERE came), 0)::bigint AS amount,
            coalesce(sum(refunded) FILTER (WHERE came), 0)::bigint AS refunded
       FROM (SELECT g.*, g.state NOT IN ('waiting', 'failed') AS came FROM (${PAYMENTS} UNION ALL ${OTHERS}) g WHERE ${where}) f`,
    values,
  );
  const sum = rows[0];
  return {
    ...{ count: sum?.count ?? 0, amount: BigInt(sum?.amount ?? 0) },
    refunded: BigInt(sum?.refunded ?? 0),
  };
}

/** Every fund that was given to, for the filter. */
export async function givenFunds({ sql }: { sql: Queryable }): Promise<string[]> {
  const { rows } = await sql.query<{ code: string }>(
    "SELECT code FROM ledger_account WHERE kind = 'fund' ORDER BY code LIMIT 500",
  );
  return rows.map(({ code }) => code);
}
