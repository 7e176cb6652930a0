import {
  type GatewayDispute,
  GatewayFailure,
  type GatewayPayment,
  type GatewayQr,
  type GatewayRefund,
  type QrWish,
  type RefundWish,
} from '../gateway.ts';
import { type Client, pathOf as path } from './client.ts';
import { numberOf, read } from './read.ts';
import { shapes } from './reading.ts';
import { subscriptionOf } from './subscriptions.ts';

const PAGE = 100;

/**
 * A payment without an order came by a code, one with an invoice is a charge of a subscription; which one,
 * only the list of codes and the invoice tell.
 */
export async function fetchPayment(client: Client, id: string): Promise<GatewayPayment> {
  const answer = await client.get(path('payments', id), { 'expand[]': 'card' });
  const { invoiceId, ...payment } = read(shapes.payment, answer);
  const subscriptionId = await subscriptionOf(client, invoiceId);
  if (payment.orderId || payment.method !== 'upi') return { ...payment, subscriptionId };
  return { ...payment, subscriptionId, qrId: await qrOf(client, id) };
}

/** An account for which codes are not switched on is refused here, and has no payment by one. */
async function qrOf(client: Client, paymentId: string): Promise<string | null> {
  try {
    const answer = await client.get(path('payments', 'qr_codes'), { payment_id: paymentId });
    return read(shapes.qrs, answer)[0]?.id ?? null;
  } catch (error) {
    if (error instanceof GatewayFailure && error.kind === 'permanent') return null;
    throw error;
  }
}

/** Every refund of a payment, the oldest first. */
export async function fetchRefunds(client: Client, paymentId: string): Promise<GatewayRefund[]> {
  const all: GatewayRefund[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const query = { count: PAGE, skip };
    const page = read(shapes.refunds, await client.get(path('payments', paymentId, 'refunds'), query));
    all.push(...page);
    if (page.length < PAGE) return all.sort((one, other) => +one.createdAt - +other.createdAt);
  }
}

/**
 * The header makes it safe to ask again with the same body (razorpay.com/docs/api/refunds,
 * "Idempotent Request"). The key is also its receipt, since the header is told nobody afterwards.
 */
export async function refund(client: Client, { paymentId, amount, key, notes }: RefundWish) {
  if (!/^[\w-]{10,40}$/.test(key))
    throw new RangeError('The key of a refund has 10 to 40 of A-Z a-z 0-9 - _.');
  const body = { amount: numberOf(amount), speed: 'normal', receipt: key, notes };
  const headers = { 'x-refund-idempotency': key };
  const answer = await client.post(path('payments', paymentId, 'refund'), body, { headers, again: true });
  return { ...read(shapes.refund, answer, true), key };
}

export const fetchDispute = async (client: Client, id: string): Promise<GatewayDispute> =>
  read(shapes.dispute, await client.get(path('disputes', id)));

/** The vendor closes a code after two hours at the latest, and says when it will. */
export async function createQr(client: Client, wish: QrWish): Promise<GatewayQr> {
  const body = {
    ...{ type: 'upi_qr', usage: 'single_use', fixed_amount: true, payment_amount: numberOf(wish.amount) },
    ...{ name: wish.name, description: wish.description, notes: wish.notes },
    close_by: Math.floor(wish.closesAt.getTime() / 1000),
  };
  return read(shapes.qr, await client.post(path('payments', 'qr_codes'), body), true);
}

/** The code, and what was paid by it. */
export async function fetchQr(client: Client, id: string) {
  const qr = read(shapes.qr, await client.get(path('payments', 'qr_codes', id)));
  const answer = await client.get(path('payments', 'qr_codes', id, 'payments'), { count: PAGE });
  const payments = read(shapes.payments, answer).map(({ invoiceId: _, ...payment }) => ({
    ...payment,
    qrId: id,
  }));
  return { qr, payments: payments.sort((one, other) => +one.createdAt - +other.createdAt) };
}

/** Whoever paid or was quicker has closed it too: what is closed need not be closed again. */
export async function closeQr(client: Client, id: string): Promise<void> {
  try {
    const answer = await client.post(
      path('payments', 'qr_codes', id, 'close'),
      {},
      { headers: {}, again: true },
    );
    read(shapes.qr, answer, true);
  } catch (error) {
    const { open } = read(shapes.qr, await client.get(path('payments', 'qr_codes', id)));
    if (open) throw error;
  }
}
