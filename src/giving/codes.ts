import { GatewayFailure, type GatewayQr } from '../../channels/gateway.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount } from './accounts.ts';
import type { Gift } from './gift.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log'>;

/** A code lives so long; the vendor's own limits are two minutes and two hours. */
const MINUTES = 30;

/** Whether the gateway makes codes that UPI apps scan. */
export async function hasCodes(ground: Pick<Ground, 'sql' | 'keys'>, { order }: Gift): Promise<boolean> {
  const account = await accountById(ground, order.accountId);
  return Boolean(account?.gateway.createQr && account.gateway.fetchQr);
}

/** The code that was made for a gift, while it can be paid; null otherwise. @throws GatewayFailure */
export async function openCode(ground: Needs, { order, qrId }: Gift): Promise<GatewayQr | null> {
  if (!qrId) return null;
  const account = (await accountById(ground, order.accountId)) as GivingAccount;
  const told = await account.gateway.fetchQr?.(qrId);
  return told?.qr.open && told.qr.closesAt > ground.clock.now() ? told.qr : null;
}

/**
 * Makes a code of one use for a gift, unless there is one that can still be paid.
 *
 * @param words what the donor's app shows
 * @throws GatewayFailure
 */
export async function makeCode(
  ground: Needs,
  gift: Gift,
  words: { name: string; description: string },
): Promise<void> {
  const account = (await accountById(ground, gift.order.accountId)) as GivingAccount;
  const { gateway } = account;
  if (!gateway.createQr || (await openCode(ground, gift))) return;
  const closesAt = new Date(ground.clock.now().getTime() + MINUTES * 60_000);
  const { id: order, amount } = gift.order;
  const { id } = await gateway.createQr({ ...words, amount, closesAt, notes: { gift: order } });
  const { rowCount } = await ground.sql.query(
    'UPDATE gift_order SET qr_id = $2 WHERE id = $1 AND qr_id IS NOT DISTINCT FROM $3 AND paid_at IS NULL',
    [order, id, gift.qrId],
  );
  // Somebody else was quicker, or it is paid: a code that no order knows must not be paid.
  if (!rowCount) await closeQuietly(ground, account, id);
}

/** Ends the code of a gift that was paid in another way. */
export async function endCode(ground: Needs, { order, qrId }: Gift): Promise<void> {
  const account = qrId && (await accountById(ground, order.accountId));
  if (account) await closeQuietly(ground, account, qrId);
}

/** One that is closed already is refused by the vendor; that is as good. */
async function closeQuietly({ log }: Needs, { gateway }: GivingAccount, id: string): Promise<void> {
  try {
    await gateway.closeQr?.(id);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    log.info({ err }, 'a code was not closed');
  }
}
