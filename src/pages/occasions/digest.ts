import type { Connection, Queryable } from '../../db.ts';
import type { Keys } from '../../keys.ts';
import { type Keeper, keeperById } from './keepers.ts';

/** One who is to hear of the gifts that came since they last did. */
export interface Hearer {
  keeper: Keeper;
  since: Date;
}

const CAME = `d.occasion_id = k.occasion_id AND d.refunded < d.amount AND d.created_at > k.told_to AND d.created_at <= $1`;

/**
 * Takes one who waits, in the transaction that writes to them; they hear of gifts until `until`, and so of each once.
 * @param when.until not quite now: a gift that is being written would be passed over
 * @param when.digest who hears once a day is told of what came before
 * @returns null when nobody waits
 */
export async function takeHearer(
  { connection, keys }: { connection: Connection; keys: Keys },
  { until, digest }: { until: Date; digest: Date },
): Promise<Hearer | null> {
  const { rows } = await connection.query<{ id: string; since: Date }>(
    `SELECT k.id, k.told_to AS since FROM occasion_keeper k
       JOIN occasion o ON o.id = k.occasion_id AND o.state IN ('live', 'closed', 'down')
      WHERE k.verified_at IS NOT NULL AND k.ended_at IS NULL
        AND (k.digest = 'once' OR k.digest = 'daily' AND k.told_to < $2)
        AND EXISTS (SELECT FROM donation d WHERE ${CAME})
      ORDER BY k.told_to LIMIT 1 FOR UPDATE OF k SKIP LOCKED`,
    [until, digest],
  );
  const [row] = rows;
  const keeper = row && (await keeperById({ sql: connection, keys }, row.id));
  if (!row || !keeper) return null;
  await connection.query('UPDATE occasion_keeper SET told_to = $2 WHERE id = $1', [keeper.id, until]);
  return { keeper, since: row.since };
}

/** What came to a page in a time: how many gifts, and paise of them that remain. */
export async function cameSince(
  sql: Queryable,
  { keeper, since }: Hearer,
  until: Date,
): Promise<{ count: number; amount: bigint }> {
  const { rows } = await sql.query<{ count: number; amount: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(amount - refunded), 0)::bigint AS amount FROM donation
      WHERE occasion_id::text = $1 AND refunded < amount AND created_at > $2 AND created_at <= $3`,
    [keeper.occasionId, since, until],
  );
  return { count: rows[0]?.count ?? 0, amount: BigInt(rows[0]?.amount ?? 0) };
}
