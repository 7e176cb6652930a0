import { amountOf, countOf, currencyOf, type Fields, notesOf, only, textOf } from './checks.ts';
import { newId } from './entities.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, mine, nowOf } from './vendor.ts';

const FIELDS = [
  ...['amount', 'currency', 'receipt', 'notes', 'payment', 'payment_capture', 'partial_payment'],
  ...['first_payment_min_amount'],
];

/** @throws Refused as the vendor does; a receipt may come twice, though it asks for unique ones */
export function createOrder(counter: Counter, body: unknown): Records['order'] {
  const fields = only(body, ...FIELDS);
  const amount = amountOf(fields);
  const id = newId('order');
  return counter.store.put('order', {
    ...{ id, account: counter.account.keyId, capture: captureOf(fields, counter.settings.now.capture) },
    entity: {
      ...{ id, entity: 'order', amount, amount_paid: 0, amount_due: amount },
      ...{ currency: currencyOf(fields), receipt: textOf(fields, 'receipt', 40), offer_id: null },
      ...{ status: 'created', attempts: 0, notes: notesOf(fields), created_at: nowOf(counter) },
    },
  });
}

/** An order's own word goes before the account's setting. */
function captureOf({ payment, payment_capture: old }: Fields, otherwise: Records['order']['capture']) {
  if (old !== undefined) return old === true || old === 1 || old === '1' ? 'automatic' : 'manual';
  const capture = (payment as { capture?: unknown } | undefined)?.capture;
  if (capture === undefined) return otherwise;
  if (capture !== 'automatic' && capture !== 'manual') throw new Refused('The selected capture is invalid.');
  return capture;
}

/** The newest first, as the vendor lists. */
export function listOrders(counter: Counter, query: Fields) {
  const { receipt } = query;
  const owner = typeof receipt === 'string' ? `${counter.account.keyId} ${receipt}` : counter.account.keyId;
  return page(counter.store.of('order', owner).reverse(), query).map(({ entity }) => entity);
}

/** A part of a list, by `count` and `skip`. */
export function page<T>(all: T[], query: Fields, most = 100): T[] {
  const count = countOf(query, 'count', { most, otherwise: 10 });
  const skip = countOf(query, 'skip', { most: 1e9, otherwise: 0 });
  return all.slice(skip, skip + count);
}

export const collection = <T>(items: T[]) => ({ entity: 'collection', count: items.length, items });

export const paymentsOf = (counter: Counter, orderId: string): Records['payment'][] => {
  mine(counter, 'order', orderId);
  return counter.store.of('payment', orderId);
};
