import type { SubscriptionState } from '../../channels/subscriptions.ts';
import type { Ground } from '../ground.ts';
import { projectOver } from './monthly-purpose.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

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
  /** It goes on, but its project takes no gifts any more: the fund has its months. */
  over: boolean;
  /** When its donor was told so. */
  overToldAt: Date | null;
}

interface Asked {
  state?: SubscriptionState | undefined;
  /** Only those whose project takes no gifts any more. */
  over?: boolean | undefined;
  /** A part of a name or an address. */
  q?: string | undefined;
  /** The last of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Monthly gifts, the newest first. */
export async function listMonthly(
  { sql, clock }: Needs,
  { state, over, q = '', before, limit }: Asked,
): Promise<MonthlyLine[]> {
  const { rows } = await sql.query(
    `SELECT m.id, w.id AS donor, w.name, w.email, m.amount, m.next_amount AS "nextAmount", m.fund, m.state, m.method, m.paid,
            m.next_at AS "nextAt", m.created_at AS "createdAt", m.over_told_at AS "overToldAt", ${projectOver('$5')} AS over
       FROM monthly_gift m JOIN donor w ON w.id = m.donor_id
      WHERE ($1::text IS NULL OR m.state = $1)
        AND ($2 = '' OR strpos(fold_text(concat_ws(' ', w.name, w.email)), fold_text($2)) > 0)
        AND ($3::uuid IS NULL OR (m.created_at, m.id) < (SELECT created_at, id FROM monthly_gift WHERE id = $3))
        AND ($6::boolean IS NOT TRUE OR ${projectOver('$5')})
      ORDER BY m.created_at DESC, m.id DESC LIMIT $4`,
    [state ?? null, q, before ?? null, limit, clock.now(), over ?? null],
  );
  return rows.map((row) => ({
    ...row,
    amount: BigInt(row.amount),
    nextAmount: row.nextAmount === null ? null : BigInt(row.nextAmount),
  }));
}

/** How many go on, what they bring each month, in paise, and how many are for a project that takes no more. */
export async function sumMonthly({
  sql,
  clock,
}: Needs): Promise<{ count: number; amount: bigint; over: number }> {
  const { rows } = await sql.query<{ count: number; amount: string; over: number }>(
    `SELECT (count(*) FILTER (WHERE goes))::int AS count, coalesce(sum(amount) FILTER (WHERE goes), 0)::bigint AS amount,
            (count(*) FILTER (WHERE over))::int AS over
       FROM (SELECT m.amount, m.state IN ('authenticated', 'active', 'pending') AS goes, ${projectOver('$1')} AS over
               FROM monthly_gift m) one`,
    [clock.now()],
  );
  const [row] = rows;
  return { count: row?.count ?? 0, amount: BigInt(row?.amount ?? 0), over: row?.over ?? 0 };
}
