import type { NetworkName } from '../../../channels/social.ts';
import type { Connection, Queryable } from '../../db.ts';
import { networkOf } from './connected.ts';

/** What a post and a call cost on an account, in paise, and what may be spent in a month. */
export interface Costs {
  perPost?: number;
  /** Instead of `perPost`, for one with a link. */
  perLinkPost?: number;
  /** A look at our own timeline, or at figures. */
  perRead?: number;
  monthlyCap?: number;
  /** Who bears it; never the fund. */
  bearer?: string;
}

/** Paise for one publication. */
export const costOf = (costs: Costs | null, { link }: { link?: string | undefined }): number =>
  (link ? costs?.perLinkPost : undefined) ?? costs?.perPost ?? 0;

/** Why it does not go now, and from when it may. */
export interface Wait {
  until: Date;
  reason: 'rate' | 'spent';
}

/**
 * Whether a network's own limits, or our cap, leave room for one more. The caller holds the account's row,
 * so that two who ask at once are counted one after the other.
 */
export async function waitFor(
  connection: Connection,
  { accountId, channel, cost }: { accountId: string; channel: NetworkName; cost: bigint },
): Promise<Wait | null> {
  for (const { n, seconds } of networkOf(channel).limits.rates) {
    const { rows } = await connection.query<{ until: Date }>(
      `SELECT intent_at + make_interval(secs => $2) AS until FROM publication
        WHERE account_id = $1 AND intent_at > now() - make_interval(secs => $2)
        ORDER BY intent_at DESC OFFSET $3 LIMIT 1`,
      [accountId, seconds, n - 1],
    );
    if (rows[0]) return { until: rows[0].until, reason: 'rate' };
  }
  return cost > 0n ? spentUntil(connection, accountId, cost) : null;
}

/** A month is one of the office's, not of the server's. */
async function spentUntil(connection: Connection, accountId: string, cost: bigint): Promise<Wait | null> {
  const { rows } = await connection.query<{ over: boolean; until: Date }>(
    `WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE 'Asia/Kolkata') AS start)
     SELECT (a.costs->>'monthlyCap')::bigint < $2::bigint + coalesce((
              SELECT sum(p.cost) FROM publication p
               WHERE p.account_id = a.id AND p.intent_at >= m.start AT TIME ZONE 'Asia/Kolkata'), 0) AS over,
            (m.start + interval '1 month') AT TIME ZONE 'Asia/Kolkata' AS until
       FROM account a, month m WHERE a.id = $1`,
    [accountId, cost],
  );
  return rows[0]?.over ? { until: rows[0].until, reason: 'spent' } : null;
}

/** Paise that an account's posts and looks have cost since the month began in the office. */
export async function spentThisMonth(sql: Queryable, accountId: string): Promise<bigint> {
  const { rows } = await sql.query<{ spent: string }>(
    `SELECT coalesce(sum(cost), 0)::text AS spent FROM publication
      WHERE account_id = $1
        AND intent_at >= date_trunc('month', now() AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata'`,
    [accountId],
  );
  return BigInt(rows[0]?.spent ?? 0);
}
