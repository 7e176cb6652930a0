import type { SubscriptionState } from '../../channels/subscriptions.ts';
import type { Queryable } from '../db.ts';

/** As a list is narrowed by them: those that go on first. */
export const monthlyStates: readonly SubscriptionState[] = [
  ...(['active', 'authenticated', 'pending', 'halted', 'paused'] as const),
  ...(['created', 'cancelled', 'completed', 'expired'] as const),
];

/** A monthly gift for those who look after the money. */
export interface MonthlyLine {
  id: string;
  donor: string;
  name: string;
  email: string | null;
  amount: bigint;
  nextAmount: bigint | null;
  fund: string;
  state: SubscriptionState;
  method: string | null;
  /** Months that were paid. */
  paid: number;
  nextAt: Date | null;
  createdAt: Date;
}

interface Asked {
  state?: SubscriptionState | undefined;
  /** A part of a name or an address. */
  q?: string | undefined;
  /** The last of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Monthly gifts, the newest first. */
export async function listMonthly(
  { sql }: { sql: Queryable },
  { state, q = '', before, limit }: Asked,
): Promise<MonthlyLine[]> {
  const { rows } = await sql.query(
    `SELECT m.id, w.id AS donor, w.name, w.email, m.amount, m.next_amount AS "nextAmount", m.fund, m.state, m.method, m.paid,
            m.next_at AS "nextAt", m.created_at AS "createdAt"
       FROM monthly_gift m JOIN donor w ON w.id = m.donor_id
      WHERE ($1::text IS NULL OR m.state = $1)
        AND ($2 = '' OR strpos(fold_text(concat_ws(' ', w.name, w.email)), fold_text($2)) > 0)
        AND ($3::uuid IS NULL OR (m.created_at, m.id) < (SELECT created_at, id FROM monthly_gift WHERE id = $3))
      ORDER BY m.created_at DESC, m.id DESC LIMIT $4`,
    [state ?? null, q, before ?? null, limit],
  );
  return rows.map((row) => ({
    ...row,
    amount: BigInt(row.amount),
    nextAmount: row.nextAmount === null ? null : BigInt(row.nextAmount),
  }));
}

/** How many go on, and what they bring each month, in paise. */
export async function sumMonthly({ sql }: { sql: Queryable }): Promise<{ count: number; amount: bigint }> {
  const { rows } = await sql.query<{ count: number; amount: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(amount), 0)::bigint AS amount FROM monthly_gift
      WHERE state IN ('authenticated', 'active', 'pending')`,
  );
  return { count: rows[0]?.count ?? 0, amount: BigInt(rows[0]?.amount ?? 0) };
}
