import type { Post } from '../../../channels/social.ts';
import type { Queryable } from '../../db.ts';
import type { PhoneAccountFacts } from './accounts.ts';

/** What a message costs, in paise: of an SMS each part. */
export function costOf({ network, costs, channel }: PhoneAccountFacts, { text }: Pick<Post, 'text'>): number {
  return (costs?.perMessage ?? 0) * (channel === 'sms' ? network.length(text) : 1);
}

/** The first day of a moment's month by India's calendar. */
const MONTH = (at: string) => `date_trunc('month', ${at}::timestamptz AT TIME ZONE 'Asia/Kolkata')::date`;

/**
 * Reserves what a message costs, before it leaves.
 * @returns false when the month's cap does not allow it
 */
export async function reserveCost(
  sql: Queryable,
  { id, costs }: PhoneAccountFacts,
  { paise, at }: { paise: number; at: Date },
): Promise<boolean> {
  if (!paise) return true;
  const cap = costs?.monthlyCap ?? null;
  if (cap !== null && paise > cap) return false;
  const { rowCount } = await sql.query(
    `INSERT INTO channel_spend AS s (account_id, month, amount) VALUES ($1, ${MONTH('$2')}, $3)
     ON CONFLICT (account_id, month) DO UPDATE SET amount = s.amount + excluded.amount
       WHERE $4::bigint IS NULL OR s.amount + excluded.amount <= $4`,
    [id, at, paise, cap],
  );
  return rowCount === 1;
}

/** Gives back what was reserved for a message that certainly did not leave. */
export async function releaseCost(
  sql: Queryable,
  { id }: PhoneAccountFacts,
  { paise, at }: { paise: number; at: Date },
): Promise<void> {
  if (!paise) return;
  await sql.query(
    `UPDATE channel_spend SET amount = greatest(0, amount - $3) WHERE account_id = $1 AND month = ${MONTH('$2')}`,
    [id, at, paise],
  );
}

/** Paise that an account has spent, or reserved, in the month of a moment. */
export async function spentIn(sql: Queryable, accountId: string, at: Date): Promise<bigint> {
  const { rows } = await sql.query<{ amount: string }>(
    `SELECT amount FROM channel_spend WHERE account_id = $1 AND month = ${MONTH('$2')}`,
    [accountId, at],
  );
  return BigInt(rows[0]?.amount ?? 0);
}
