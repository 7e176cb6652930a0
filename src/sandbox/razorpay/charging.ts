import { invoiceOf } from './mandates.ts';
import { authorise, decline, payOrder } from './paying.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, mine, nowOf } from './vendor.ts';

const CHARGED = ['active', 'pending'];

/** Charges by their mandates what is due. @returns how many were tried */
export function chargeDue(counter: Counter): number {
  const now = nowOf(counter);
  const due = counter.store
    .of('subscription', counter.account.keyId)
    .filter(({ entity: { status, charge_at: at } }) => CHARGED.includes(status) && at !== null && at <= now);
  for (const { id } of due) chargeNow(counter, id);
  return due.length;
}

/**
 * Charges one, due or not.
 *
 * @param fails whether the bank refuses; as the settings say unless told
 * @throws Refused when it has no mandate, or is paused or over
 */
export function chargeNow(
  counter: Counter,
  id: string,
  { fails = counter.settings.now.mandatesFail } = {},
): Records['payment'] {
  const record = mine(counter, 'subscription', id);
  const { status, payment_method: method } = record.entity;
  if (!CHARGED.includes(status) || !method) throw new Refused(`A ${status} subscription is not charged.`);
  const way = { door: 'program' as const, callbackUrl: null, cancelUrl: null, name: '' };
  const begun = payOrder(counter, invoiceOf(counter, record).entity.order_id, { method, way });
  return (fails ? decline : authorise)(counter, begun.id);
}
