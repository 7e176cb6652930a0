import { GatewayFailure } from '../../channels/gateway.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount } from './accounts.ts';
import { applyPayment } from './apply.ts';
import { receiptNumber } from './calendar.ts';
import { applyOrder } from './inbox.ts';
import { type MonthlyGift, readMonthly } from './monthly.ts';
import { askMonthly } from './monthly-follow.ts';
import { askGateway, findOrder, type Order } from './orders.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'queues' | 'config'>;

/** What is true of a gift: `waiting` while a bank has not said yes or no, `failed` when all of them said no. */
export type GiftState = 'open' | 'waiting' | 'failed' | 'paid';

/** A gift as its donor sees it. */
export interface Gift {
  order: Order;
  state: GiftState;
  /** Since when the bank has been asked. */
  waitingSince: Date | null;
  donor: { name: string; email: string | null; phone: string | null };
  receipt: { id: string; number: string; cancelledAt: Date | null } | null;
  /** Whether the donor wants it by mail. */
  mailsReceipt: boolean;
  /** What the gateway calls the code that was made last. */
  qrId: string | null;
  /** Where it is one month of them. */
  monthly: MonthlyGift | null;
}

/** A payment that no bank has answered for so long is asked about no more (see reconcile.ts). */
const LONGEST_WAIT = '3 days';

const GIFT = `
SELECT d.name, d.email, d.phone, o.qr_id, o.consents @> '[{"use": "receipt"}]' AS mails, r.id AS receipt, r.number, r.stream, r.year, r.cancelled_at,
       p.waiting_since, coalesce(p.failed, false) AS failed
  FROM gift_order o JOIN donor d ON d.id = o.donor_id
  LEFT JOIN LATERAL (
    SELECT min(created_at) FILTER (WHERE captured_at IS NULL AND failed_at IS NULL
                                     AND created_at > $2::timestamptz - interval '${LONGEST_WAIT}') AS waiting_since,
           bool_or(failed_at IS NOT NULL) AS failed
      FROM payment WHERE order_id = o.id) p ON true
  LEFT JOIN LATERAL (
    SELECT r.id, r.number, r.stream, r.year, r.cancelled_at FROM receipt r
      JOIN donation g ON g.id = r.donation_id JOIN payment m ON m.id = g.payment_id
     WHERE m.order_id = o.id ORDER BY r.cancelled_at IS NULL DESC, r.issued_at DESC LIMIT 1) r ON true
 WHERE o.id = $1`;

/** A gift by its order; null when there is none. */
export async function findGift(ground: Pick<Ground, 'sql' | 'clock'>, id: string): Promise<Gift | null> {
  const order = await findOrder(ground, id);
  if (!order) return null;
  const { rows } = await ground.sql.query(GIFT, [id, ground.clock.now()]);
  const { name, email, phone, qr_id: qrId, waiting_since: waitingSince, failed, mails, ...row } = rows[0];
  const receipt = row.receipt && {
    ...{ id: row.receipt, number: receiptNumber(row.stream, row.year, BigInt(row.number)) },
    cancelledAt: row.cancelled_at,
  };
  const state = order.paidAt ? 'paid' : waitingSince ? 'waiting' : failed ? 'failed' : 'open';
  const [monthly = null] = order.monthlyId ? await readMonthly(ground.sql, 'id', [order.monthlyId]) : [];
  const donor = { name, email, phone };
  return { order, state, waitingSince, donor, receipt, mailsReceipt: mails, qrId, monthly };
}

interface Due {
  account: string;
  gateway: string | null;
  qr: string | null;
  monthly: string | null;
}

/** Whoever looks may look often; the gateway is asked this often at most. */
const SECONDS = 4;

/**
 * Asks the gateway what became of a gift that is not paid, unless it was asked a moment ago. When it
 * cannot be asked nothing changes: webhooks and the reconciler go on.
 *
 * @param seconds that must have passed since
 */
export async function catchUp(ground: Needs, id: string, seconds = SECONDS): Promise<void> {
  const { rows } = await ground.sql.query<Due>(
    `UPDATE gift_order SET asked_at = $2
      WHERE id = $1 AND paid_at IS NULL AND coalesce(asked_at, '-infinity') <= $2::timestamptz - make_interval(secs => $3)
      RETURNING account_id AS account, gateway_id AS gateway, qr_id AS qr, monthly_id AS monthly`,
    [id, ground.clock.now(), seconds],
  );
  const [due] = rows;
  if (!due) return;
  try {
    const account = (await accountById(ground, due.account)) as GivingAccount;
    if (due.monthly) await askMonthly(ground, due.monthly);
    else if (due.gateway) await applyOrder(ground, account, due.gateway);
    else await askGateway(ground, id);
    if (due.qr) await applyCode(ground, account, due.qr);
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, order: id }, 'the gateway could not be asked about a gift');
  }
}

/** What came by a code names no order, so only the code leads to it. */
async function applyCode(ground: Needs, account: GivingAccount, qr: string): Promise<void> {
  const told = await account.gateway.fetchQr?.(qr);
  for (const { id } of told?.payments ?? []) await applyPayment(ground, account, id, { qr });
}
