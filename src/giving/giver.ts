import type { Queryable } from '../db.ts';
import type { Stream } from './accounts.ts';
import { financialYear, receiptNumber } from './calendar.ts';
import type { Giver } from './donor-link.ts';
import { type MonthlyGift, readMonthly } from './monthly.ts';
import type { Dedication } from './orders.ts';

/** The last of them; a statement has all. */
const ROWS = 100;

/** One gift, as its donor sees it. */
export interface GivenGift {
  id: string;
  /** Null for one that came another way. */
  order: string | null;
  stream: Stream;
  fund: string;
  /** What the project is called that got it, or a part of it. */
  project: { en: string; ml: string } | null;
  amount: bigint;
  refunded: bigint;
  /** Of India's calendar. */
  day: string;
  mode: string;
  receipt: { id: string; number: string; cancelled: boolean } | null;
  /** Whether it is one month of a monthly gift. */
  monthly: boolean;
  dedication: Dedication | null;
  anonymous: boolean;
  /** Waits for the answer whether it was meant, with the one before it. */
  asks: boolean;
  /** A refund was asked for and is not decided or paid yet. */
  refundAsked: boolean;
}

const GIFTS = `
SELECT g.id, g.stream, g.fund, g.amount, g.refunded, g.given_on::text AS day, g.mode, g.anonymous,
       CASE WHEN j.id IS NOT NULL AND g.beyond < g.amount
            THEN jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') END AS project,
       o.id AS "order", o.dedication, o.monthly_id IS NOT NULL AS monthly,
       r.id AS receipt, r.number, r.year, r.cancelled_at IS NOT NULL AS cancelled,
       EXISTS (SELECT FROM gift_twin t WHERE t.donation_id = g.id AND t.answer IS NULL) AND g.refunded = 0 AS asks,
       EXISTS (SELECT FROM refund b WHERE b.payment_id = g.payment_id AND b.state IN ('asked', 'approved', 'sent')) AS "refundAsked"
  FROM donation g LEFT JOIN payment p ON p.id = g.payment_id LEFT JOIN gift_order o ON o.id = p.order_id
  LEFT JOIN project j ON j.id = g.project_id
  LEFT JOIN project_version v ON v.project_id = j.id AND v.version = coalesce(j.published, j.version)
  LEFT JOIN LATERAL (SELECT id, number, year, cancelled_at FROM receipt WHERE donation_id = g.id
                      ORDER BY cancelled_at IS NULL DESC, issued_at DESC LIMIT 1) r ON true
 WHERE g.donor_id = ANY($1::uuid[])
 ORDER BY g.given_on DESC, g.id DESC LIMIT $2`;

/** What was given by a mailbox, the newest first. */
export async function giftsOf(sql: Queryable, { donors }: Giver, limit = ROWS): Promise<GivenGift[]> {
  const { rows } = await sql.query(GIFTS, [donors, limit]);
  return rows.map(({ receipt, number, year, cancelled, ...gift }) => ({
    ...gift,
    ...{ amount: BigInt(gift.amount), refunded: BigInt(gift.refunded) },
    receipt: receipt && { id: receipt, cancelled, number: receiptNumber(gift.stream, year, BigInt(number)) },
  }));
}

/** Monthly gifts whose mandate was given, the newest first. */
export async function monthlyOf(sql: Queryable, { donors }: Giver): Promise<MonthlyGift[]> {
  const all = await readMonthly(sql, 'donor_id', donors);
  return all.filter(({ state, paid }) => paid > 0 || !['created', 'expired', 'cancelled'].includes(state));
}

/** Financial years in which something was given, by stream, the newest first. */
export async function yearsOf(
  sql: Queryable,
  { donors }: Giver,
): Promise<{ year: string; stream: Stream }[]> {
  const { rows } = await sql.query<{ day: string; stream: Stream }>(
    `SELECT max(given_on)::text AS day, stream FROM donation WHERE donor_id = ANY($1::uuid[])
      GROUP BY stream, date_trunc('year', given_on - interval '3 months') ORDER BY 1 DESC, 2`,
    [donors],
  );
  return rows.map(({ day, stream }) => ({ year: financialYear(day), stream }));
}

/** Whether a receipt is of a gift by this mailbox. */
export async function ownsReceipt(sql: Queryable, { donors }: Giver, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    'SELECT FROM receipt r JOIN donation g ON g.id = r.donation_id WHERE r.id::text = $1 AND g.donor_id = ANY($2::uuid[])',
    [id, donors],
  );
  return rowCount === 1;
}
