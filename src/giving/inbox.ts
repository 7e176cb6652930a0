import { type GatewayEvent, GatewayFailure, type WebhookHeaders } from '../../channels/gateway.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount } from './accounts.ts';
import { applyPayment } from './apply.ts';
import { applyDispute } from './disputes.ts';
import { keepHeard, wake } from './hearing.ts';
import { followMonthly } from './monthly-follow.ts';
import { reconcileSettlements } from './reconciling.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'queues' | 'config'>;

/**
 * Keeps what a gateway tells, after its signature was checked, and wakes whoever applies it. When this
 * has resolved the gateway may forget it; the same event twice is kept once.
 *
 * @throws Refusal (404) for an account we do not have, (401) for what the gateway did not sign
 */
export async function receiveWebhook(
  ground: Needs,
  { account: id, raw, headers }: { account: string; raw: Buffer; headers: WebhookHeaders },
): Promise<void> {
  const account = await accountById(ground, id);
  if (!account) throw new Refusal('There is no such gateway account.', 404);
  const event = account.gateway.readWebhook(raw, headers);
  if (!event) {
    ground.log.warn({ account: id, bytes: raw.length }, 'a webhook without a good signature was refused');
    throw new Refusal('This was not signed by the gateway.', 401);
  }
  await keepHeard(ground, { account: id, event, body: account.gateway.redact(raw), at: ground.clock.now() });
}

interface Kept {
  id: string;
  account_id: string;
  told: GatewayEvent;
  attempts: number;
}

/**
 * Applies kept events. Most of what a gateway tells of a payment it has told before in other words: events
 * that can add nothing to what is known are put away without asking.
 */
export async function applyWebhooks(ground: Needs, inbox: string[]): Promise<void> {
  await ground.sql.query(ADDS_NOTHING, [inbox, ground.clock.now()]);
  for (const one of inbox) await applyWebhook(ground, one);
}

/** They tell of nothing but payments of orders of ours that were captured, whose fee is known: facts only grow. */
const ADDS_NOTHING = `
UPDATE webhook_inbox w SET applied_at = $2
 WHERE w.id = ANY($1) AND w.applied_at IS NULL AND w.told->'paymentIds' <> '[]'
   AND (w.told->'refundIds', w.told->'disputeIds', w.told->'settlementIds', w.told->'subscriptionIds') = ('[]', '[]', '[]', '[]')
   AND NOT EXISTS (
     SELECT FROM jsonb_array_elements_text(w.told->'paymentIds') AS told(id)
       LEFT JOIN payment p ON p.id = told.id AND p.account_id = w.account_id
      WHERE p.captured_at IS NULL OR p.fee IS NULL OR p.order_id IS NULL)`;

/** After so many attempts the pause between two stays an hour; nothing is ever given up. */
const LONGEST_PAUSE_S = 3600;

/**
 * Applies one kept event. What cannot be done now, because the gateway does not answer, stays and is done
 * later; to apply it twice changes nothing.
 */
export async function applyWebhook(ground: Needs, inbox: string): Promise<void> {
  const { rows } = await ground.sql.query<Kept>(
    'SELECT id, account_id, told, attempts FROM webhook_inbox WHERE id = $1 AND applied_at IS NULL',
    [inbox],
  );
  const kept = rows[0];
  if (!kept) return;
  try {
    const account = (await accountById(ground, kept.account_id)) as GivingAccount;
    await applyEvent(ground, account, kept);
    await ground.sql.query('UPDATE webhook_inbox SET applied_at = $2, trouble = NULL WHERE id = $1', [
      inbox,
      ground.clock.now(),
    ]);
  } catch (error) {
    await putOff(ground, kept, error);
  }
}

async function applyEvent(ground: Needs, account: GivingAccount, { told }: Kept): Promise<void> {
  const [qr] = told.qrIds;
  for (const id of told.paymentIds) await applyPayment(ground, account, id, qr ? { qr } : {});
  for (const id of told.subscriptionIds) await followMonthly(ground, account, id);
  for (const id of told.disputeIds) await applyDispute(ground, account, id);
  if (told.settlementIds.length) await reconcileSettlements(ground);
  if (told.paymentIds.length) return;
  for (const id of told.orderIds) await applyOrder(ground, account, id);
}

/** Applies every attempt to pay an order of the gateway. */
export async function applyOrder(ground: Needs, account: GivingAccount, gatewayId: string): Promise<void> {
  const { payments } = await account.gateway.fetchOrder(gatewayId);
  for (const { id } of payments) await applyPayment(ground, account, id);
}

async function putOff({ sql, clock, log }: Needs, { id, attempts }: Kept, error: unknown): Promise<void> {
  const gone = error instanceof GatewayFailure && error.kind === 'permanent' && error.status === 404;
  const pause = gone ? LONGEST_PAUSE_S : Math.min(2 ** attempts * 5, LONGEST_PAUSE_S);
  log.warn({ err: error, inbox: id, attempts }, 'a webhook could not be applied yet');
  await sql.query(
    `UPDATE webhook_inbox SET attempts = attempts + 1, trouble = $2, next_at = $3::timestamptz + make_interval(secs => $4)
      WHERE id = $1 AND applied_at IS NULL`,
    [id, (error as Error).message.slice(0, 300), clock.now(), pause],
  );
}

const BATCH = 1000;

/** Wakes what waits: events whose job was lost, and those put off whose time has come. @returns how many */
export async function sweepWebhooks({
  sql,
  clock,
  queues,
}: Pick<Ground, 'sql' | 'clock' | 'queues'>): Promise<number> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM webhook_inbox WHERE applied_at IS NULL AND next_at <= $1 ORDER BY next_at LIMIT $2',
    [clock.now(), BATCH],
  );
  await wake(
    { queues },
    rows.map(({ id }) => id),
  );
  return rows.length;
}
