import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';
import { receiptNumber } from './calendar.ts';
import type { Identity } from './donors.ts';
import { leftOf } from './refund-asking.ts';

/** All that is kept of a gift, for those who look after the money. */
export interface GiftFile {
  id: string;
  stream: Stream;
  fund: string | null;
  donation: { id: string; amount: bigint; refunded: bigint; mode: string; givenOn: string } | null;
  donor: FileDonor | null;
  order: { id: string; receipt: string; gatewayId: string | null; createdAt: Date } | null;
  payment: FilePayment | null;
  /** What may still be asked back, in paise. */
  left: bigint;
  receipts: { id: string; number: string; amount: bigint; issuedAt: Date; cancelledAt: Date | null }[];
  journals: { id: string; kind: string; day: string; postings: { account: string; amount: bigint }[] }[];
  mails: { kind: string; language: string; state: string; at: Date }[];
}

interface FileDonor {
  name: string;
  kind: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  anonymous: boolean;
  message: string | null;
  /** Kind of paper and its last four letters; the whole stands on the receipt. */
  identity: { kind: string; ending: string } | null;
}

interface FilePayment {
  id: string;
  amount: bigint;
  refunded: bigint;
  fee: bigint | null;
  tax: bigint | null;
  method: string;
  last4: string | null;
  network: string | null;
  bankReference: string | null;
  international: boolean;
  createdAt: Date;
  capturedAt: Date | null;
  failedAt: Date | null;
  failure: { code: string; reason: string } | null;
  settlement: { id: string; utr: string | null; day: string } | null;
}

const FILE = `
SELECT p.id AS payment, coalesce(d.stream, a.stream) AS stream, coalesce(d.fund, o.fund) AS fund, d.id AS donation,
       d.amount AS given, coalesce(d.refunded, 0) AS given_back, d.mode, d.given_on::text AS given_on,
       n.id AS donor, n.name, n.kind, n.email, n.phone, n.address, n.identity,
       coalesce(d.anonymous, o.anonymous, false) AS anonymous, coalesce(d.message, o.message) AS message,
       o.id AS "order", o.receipt, o.gateway_id, o.created_at AS ordered_at,
       p.amount, p.refunded, p.fee, p.tax, p.method, p.last4, p.network, p.bank_reference AS "bankReference", p.international,
       p.created_at AS "createdAt", p.captured_at AS "capturedAt", p.failed_at AS "failedAt", p.failure,
       s.id AS settlement, s.utr, s.day::text AS settled_on
  FROM (SELECT $1::text AS wish) w
  LEFT JOIN donation d ON d.id::text = w.wish OR d.payment_id = w.wish
  LEFT JOIN payment p ON p.id = coalesce(d.payment_id, w.wish)
  LEFT JOIN gateway_account a ON a.id = p.account_id LEFT JOIN gift_order o ON o.id = p.order_id
  LEFT JOIN donor n ON n.id = coalesce(d.donor_id, o.donor_id)
  LEFT JOIN LATERAL (SELECT s.id, s.utr, s.day FROM settlement_line l JOIN settlement s ON s.id = l.settlement_id
                      WHERE l.entity_id = p.id AND l.kind = 'payment' LIMIT 1) s ON true
 WHERE d.id IS NOT NULL OR p.id IS NOT NULL LIMIT 1`;

/**
 * A gift with everything about it, by its payment or by itself.
 *
 * @throws Refusal (404) when there is none
 */
export async function readGiftFile(
  { sql, keys }: { sql: Queryable; keys: Ground['keys'] },
  id: string,
): Promise<GiftFile> {
  const { rows } = await sql.query(FILE, [id]);
  const row = found(rows[0], say`There is no such gift.`);
  return {
    ...{ id: row.payment ?? row.donation, stream: row.stream, fund: row.fund },
    donation: row.donation && {
      ...{ id: row.donation, amount: BigInt(row.given), refunded: BigInt(row.given_back) },
      ...{ mode: row.mode, givenOn: row.given_on },
    },
    donor: row.donor && donorOf(keys, row),
    order: row.order && {
      ...{ id: row.order, receipt: row.receipt, gatewayId: row.gateway_id, createdAt: row.ordered_at },
    },
    payment: row.payment && paymentOf(row),
    left: row.payment ? await leftOf(sql, row.payment) : 0n,
    receipts: await receiptsOf(sql, row.donation),
    journals: await journalsOf(sql, row.payment ?? row.donation),
    mails: await mailsOf(sql, row.order),
  };
}

type DonorRow = Omit<FileDonor, 'identity'> & { identity: Buffer | null };

function donorOf(keys: Ground['keys'], row: DonorRow): FileDonor {
  const { name, kind, email, phone, address, anonymous, message } = row;
  const paper: Identity | null = row.identity && JSON.parse(keys.open('donor-identity', row.identity));
  const identity = paper && { kind: paper.kind, ending: paper.number.slice(-4) };
  return { name, kind, email, phone, address, anonymous, message, identity };
}

/** As the driver gives it: sums of money are texts. */
type PaymentRow = Omit<FilePayment, 'id' | 'amount' | 'refunded' | 'fee' | 'tax' | 'settlement'> &
  Record<'payment' | 'amount' | 'refunded' | 'settled_on', string> &
  Record<'fee' | 'tax' | 'settlement' | 'utr', string | null>;

function paymentOf(row: PaymentRow): FilePayment {
  const { payment: id, method, last4, network, bankReference, international, failure } = row;
  const paise = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    ...{ id, method, last4, network, bankReference, international, failure },
    ...{
      amount: BigInt(row.amount),
      refunded: BigInt(row.refunded),
      fee: paise(row.fee),
      tax: paise(row.tax),
    },
    ...{ createdAt: row.createdAt, capturedAt: row.capturedAt, failedAt: row.failedAt },
    settlement: row.settlement ? { id: row.settlement, utr: row.utr, day: row.settled_on } : null,
  };
}

async function receiptsOf(sql: Queryable, donation: string | null): Promise<GiftFile['receipts']> {
  const { rows } = await sql.query(
    `SELECT id, stream, year, number, amount, issued_at AS "issuedAt", cancelled_at AS "cancelledAt"
       FROM receipt WHERE donation_id = $1 ORDER BY issued_at, number`,
    [donation],
  );
  return rows.map(({ stream, year, number, ...row }) => ({
    ...{ ...row, amount: BigInt(row.amount), number: receiptNumber(stream, year, BigInt(number)) },
  }));
}

/** Of the payment itself, and of every refund and dispute of it. */
async function journalsOf(sql: Queryable, id: string): Promise<GiftFile['journals']> {
  const { rows } = await sql.query(
    `SELECT j.id, j.kind, j.on_day::text AS day,
            (SELECT json_agg(json_build_array(p.account, p.amount::text) ORDER BY p.line) FROM posting p WHERE p.journal = j.id) AS postings
       FROM journal j WHERE j.subject IN (
         SELECT k || $1 FROM unnest(ARRAY['payment:', 'donation:', 'gift:']) AS k
         UNION ALL SELECT 'refund:' || gateway_id FROM refund WHERE payment_id = $1
         UNION ALL SELECT 'dispute:' || id FROM dispute WHERE payment_id = $1) ORDER BY j.id`,
    [id],
  );
  return rows.map(({ postings, ...row }) => ({
    ...row,
    postings: postings.map(([account, amount]: [string, string]) => ({ account, amount: BigInt(amount) })),
  }));
}

async function mailsOf(sql: Queryable, order: string | null): Promise<GiftFile['mails']> {
  const { rows } = await sql.query<GiftFile['mails'][number]>(
    `SELECT kind, language, state::text AS state, coalesce(ended_at, created_at) AS at FROM notice
      WHERE about = $1 ORDER BY created_at, id`,
    [order && `gift:${order}`],
  );
  return rows;
}
