import { GatewayFailure } from '../../channels/gateway.ts';
import type { GatewaySubscription } from '../../channels/subscriptions.ts';
import { transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { GivingAccount } from './accounts.ts';
import { applyPayment } from './apply.ts';
import { beginMonthly, gatewayOf, readMonthly, requireMonthlyGift } from './monthly.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'queues' | 'config'>;

/**
 * Asks the gateway what became of a monthly gift: every charge that was not applied yet is, and its state
 * is kept. Whoever wakes it, a webhook, a browser or the clock, it comes to the same.
 *
 * @throws GatewayFailure
 */
export async function followMonthly(ground: Needs, account: GivingAccount, gatewayId: string): Promise<void> {
  const { subscriptions } = account.gateway;
  const [gift] = await readMonthly(ground.sql, 'gateway_id', [gatewayId]);
  if (!subscriptions || !gift) return;
  const asked = ground.clock.now();
  const told = await subscriptions.fetch(gatewayId);
  const paid = told.paid > 0 ? await subscriptions.fetchPayments(gatewayId) : [];
  const { rows } = await ground.sql.query<{ id: string }>(
    `SELECT id FROM unnest($1::text[]) WITH ORDINALITY AS t(id, n)
      WHERE NOT EXISTS (SELECT FROM payment p WHERE p.id = t.id AND p.captured_at IS NOT NULL) ORDER BY n`,
    [paid],
  );
  for (const { id } of rows) await applyPayment(ground, account, id);
  await keepMonthly(ground, gift.id, { told, asked });
}

/** Asks about one by our own id, and makes it known to the gateway if it is not yet. @throws GatewayFailure */
export async function askMonthly(ground: Needs, id: string): Promise<void> {
  const gatewayId = await beginMonthly(ground, id);
  const { account } = await gatewayOf(ground, await requireMonthlyGift(ground.sql, id));
  await followMonthly(ground, account, gatewayId);
}

/** States that a donor is told of by mail, because their mandate does something else from then on. */
const TOLD = ['halted', 'paused', 'cancelled', 'completed'];

/**
 * Keeps what a gateway told. What it told before an answer that is known already is old news, and what is
 * over stays over.
 */
export async function keepMonthly(
  { sql }: Pick<Ground, 'sql'>,
  id: string,
  { told, asked }: { told: GatewaySubscription; asked: Date },
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ before: string }>(
      `UPDATE monthly_gift m SET state = $2, method = coalesce($3, m.method), paid = greatest(m.paid, $4), next_at = $5,
              asked_at = $6, next_amount = CASE WHEN $2 IN ('cancelled', 'completed', 'expired') THEN NULL ELSE m.next_amount END
         FROM (SELECT id, state FROM monthly_gift WHERE id = $1 FOR UPDATE) b
        WHERE m.id = b.id AND coalesce(m.asked_at, '-infinity') <= $6 AND b.state NOT IN ('cancelled', 'completed', 'expired')
        RETURNING b.state AS before`,
      [id, told.state, told.method, told.paid, told.chargeAt, asked],
    );
    if (!rows[0] || rows[0].before === told.state || !TOLD.includes(told.state)) return;
    await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
      'monthly.changed',
      JSON.stringify({ monthly: id, state: told.state }),
    ]);
  });
}

const BATCH = 100;

/**
 * Asks about monthly gifts that nobody told us anything of: an hour after a charge was due, and once a day.
 *
 * @returns how many were asked about
 */
export async function followDueMonthly(ground: Needs): Promise<number> {
  const { rows } = await ground.sql.query<{ id: string }>(
    `SELECT id FROM monthly_gift
      WHERE state IN ('created', 'authenticated', 'active', 'pending', 'halted', 'paused')
        AND gateway_id IS NOT NULL
        AND (coalesce(asked_at, created_at) < $1::timestamptz - interval '1 day'
             OR (next_at < $1::timestamptz - interval '1 hour' AND asked_at < $1::timestamptz - interval '1 hour'))
      ORDER BY asked_at NULLS FIRST LIMIT $2`,
    [ground.clock.now(), BATCH],
  );
  for (const { id } of rows) await tryAsk(ground, id);
  return rows.length;
}

async function tryAsk(ground: Needs, id: string): Promise<void> {
  try {
    await askMonthly(ground, id);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, monthly: id }, 'the gateway could not be asked about a monthly gift');
  }
}
