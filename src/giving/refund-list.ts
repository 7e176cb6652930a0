import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';
import { receiptNumber } from './calendar.ts';

export const refundStates = ['asked', 'approved', 'declined', 'sent', 'processed', 'failed'] as const;
export type RefundState = (typeof refundStates)[number];

/** A refund as whoever decides about it sees it; nothing in it tells who gave. */
export interface RefundLine {
  id: string;
  payment: string;
  stream: Stream;
  amount: bigint;
  state: RefundState;
  reason: string | null;
  askedAt: Date;
  askedById: string | null;
  /** Name of the user; null where it was made at the gateway. */
  askedBy: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  answer: string | null;
  trouble: string | null;
  processedAt: Date | null;
  /** Of the payment. */
  paid: bigint;
  paidAt: Date;
  method: string;
  fund: string | null;
  receipt: string | null;
}

const LINES = `
SELECT r.id, r.payment_id AS payment, a.stream, r.amount, r.state, r.reason, r.asked_at AS "askedAt", r.asked_by AS "askedById",
       u.name AS "askedBy", w.name AS "decidedBy", r.decided_at AS "decidedAt", r.answer, r.trouble, r.processed_at AS "processedAt",
       p.amount AS paid, coalesce(p.captured_at, p.created_at) AS "paidAt", p.method, d.fund, c.year, c.number
  FROM refund r JOIN payment p ON p.id = r.payment_id JOIN gateway_account a ON a.id = p.account_id
  LEFT JOIN app_user u ON u.id::text = r.asked_by LEFT JOIN app_user w ON w.id::text = r.decided_by
  LEFT JOIN donation d ON d.payment_id = p.id
  LEFT JOIN LATERAL (SELECT year, number FROM receipt WHERE donation_id = d.id ORDER BY issued_at DESC, number DESC LIMIT 1) c ON true`;

interface Asked {
  state?: RefundState | undefined;
  payment?: string | undefined;
  /** The last of the page before. */
  before?: string | undefined;
  limit?: number;
}

/** Refunds, the newest first. */
export async function listRefunds(
  { sql }: { sql: Queryable },
  { state, payment, before, limit = 100 }: Asked = {},
): Promise<RefundLine[]> {
  const { rows } = await sql.query(
    `${LINES} WHERE ($1::text IS NULL OR r.state = $1) AND ($2::text IS NULL OR r.payment_id = $2)
        AND ($3::uuid IS NULL OR (r.asked_at, r.id) < (SELECT asked_at, id FROM refund WHERE id = $3))
      ORDER BY r.asked_at DESC, r.id DESC LIMIT $4`,
    [state ?? null, payment ?? null, before ?? null, limit],
  );
  return rows.map(lineOf);
}

/** @throws Refusal (404) when there is none */
export async function readRefund({ sql }: { sql: Queryable }, id: string): Promise<RefundLine> {
  const { rows } = await sql.query(`${LINES} WHERE r.id::text = $1`, [id]);
  return lineOf(found(rows[0], say`There is no such refund.`));
}

const lineOf = ({
  year,
  number,
  ...row
}: RefundLine & { year: string | null; number: string }): RefundLine => ({
  ...row,
  ...{ amount: BigInt(row.amount), paid: BigInt(row.paid) },
  receipt: year === null ? null : receiptNumber(row.stream, year, BigInt(number)),
});
