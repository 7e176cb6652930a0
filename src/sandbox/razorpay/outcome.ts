import { sign } from './account.ts';
import type { Records } from './store.ts';
import type { Counter } from './vendor.ts';

/** What the browser brings back after a payment that the bank took: three fields; a mandate's are signed the other way round. */
export function callbackOf({ account, store }: Counter, { entity }: Records['payment']) {
  const { id, order_id: order, invoice_id: invoice } = entity;
  const subscription = invoice && store.get('invoice', invoice)?.entity.subscription_id;
  const [name, over] = subscription
    ? (['razorpay_subscription_id', `${id}|${subscription}`] as const)
    : (['razorpay_order_id', `${order}|${id}`] as const);
  const signed = { razorpay_signature: sign(account.keySecret, over) };
  return { razorpay_payment_id: id, [name]: subscription || (order ?? ''), ...signed };
}

/** And after one that it did not take: what went wrong, with nothing signed. */
export const failureOf = ({ entity }: Records['payment']): Record<string, string> => ({
  'error[code]': 'BAD_REQUEST_ERROR',
  'error[description]': 'Payment failed',
  'error[source]': 'bank',
  'error[step]': 'payment_authorization',
  'error[reason]': 'payment_failed',
  'error[metadata]': JSON.stringify({ payment_id: entity.id, order_id: entity.order_id }),
});
