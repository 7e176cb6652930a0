import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount } from './accounts.ts';
import { applyOrder } from './inbox.ts';
import { askMonthly } from './monthly-follow.ts';
import { askGateway } from './orders.ts';

/** A bank answers within three days; older orders are asked about no more by themselves. */
const DAYS = 3;
const MINUTES = 5;
const BATCH = 200;
const AT_ONCE = 8;

/**
 * Asks the gateway about orders that nobody told us anything of: a browser's return may be lost, and so
 * may a webhook. Also those whose order was never named, because the answer to its making was lost.
 *
 * @returns how many were asked about
 */
export async function reconcileOrders(
  ground: Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'queues' | 'config'>,
): Promise<number> {
  const now = ground.clock.now();
  const { rows } = await ground.sql.query<Open>(
    `UPDATE gift_order SET asked_at = $1 WHERE id IN (
       SELECT id FROM gift_order
        WHERE paid_at IS NULL AND created_at > $1::timestamptz - make_interval(days => $2)
          AND coalesce(asked_at, created_at) < $1::timestamptz - make_interval(mins => $3)
        ORDER BY asked_at NULLS FIRST LIMIT $4 FOR UPDATE SKIP LOCKED)
      RETURNING id, account_id AS account, monthly_id AS monthly`,
    [now, DAYS, MINUTES, BATCH],
  );
  const waiting = [...rows];
  const hand = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await askAbout(ground, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  return rows.length;
}

interface Open {
  id: string;
  account: string;
  monthly: string | null;
}

async function askAbout(
  ground: Parameters<typeof reconcileOrders>[0],
  { id, account, monthly }: Open,
): Promise<void> {
  try {
    if (monthly) return await askMonthly(ground, monthly);
    const { order } = await askGateway(ground, id);
    if (order.gatewayId)
      await applyOrder(ground, (await accountById(ground, account)) as GivingAccount, order.gatewayId);
  } catch (err) {
    ground.log.warn({ err, order: id }, 'the gateway could not be asked about an order');
  }
}
