import { sign } from './account.ts';
import type { Records } from './store.ts';
import type { Counter } from './vendor.ts';

/** What the browser brings back after a payment that the bank took: three fields. */
export const callbackOf = ({ account }: Counter, { entity }: Records['payment']): Record<string, string> => ({
  razorpay_payment_id: entity.id,
  razorpay_order_id: entity.order_id ?? '',
  razorpay_signature: sign(account.keySecret, `${entity.order_id}|${entity.id}`),
});

/** And after one that it did not take: what went wrong, with nothing signed. */
export const failureOf = ({ entity }: Records['payment']): Record<string, string> => ({
  'error[code]': 'BAD_REQUEST_ERROR',
  'error[description]': 'Payment failed',
  'error[source]': 'bank',
  'error[step]': 'payment_authorization',
  'error[reason]': 'payment_failed',
  'error[metadata]': JSON.stringify({ payment_id: entity.id, order_id: entity.order_id }),
});
