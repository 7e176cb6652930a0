import { amountOf, choiceOf, countOf, currencyOf, type Fields, notesOf, only, textOf } from './checks.ts';
import { newId } from './entities.ts';
import { page } from './orders.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import type { Subscription } from './subscription-entities.ts';
import { type Counter, mine, nowOf, tell } from './vendor.ts';

type Kept = Records['subscription'];

/** @throws Refused as the vendor does (…/subscriptions/create-plan) */
export function createPlan(counter: Counter, body: unknown): Records['plan'] {
  const fields = only(body, 'period', 'interval', 'item', 'notes');
  const period = choiceOf(fields, 'period', ['daily', 'weekly', 'monthly', 'quarterly', 'yearly']);
  const interval = countOf(fields, 'interval', { most: 4000, otherwise: 0 });
  if (!interval) throw new Refused('The interval field is required.', { field: 'interval' });
  const item = only(fields.item, 'name', 'amount', 'currency', 'description');
  const [amount, currency, name] = [amountOf(item), currencyOf(item), textOf(item, 'name', 255)];
  if (!name) throw new Refused('The name field is required.', { field: 'name' });
  const id = newId('plan');
  const itemId = newId('item');
  return counter.store.put('plan', {
    ...{ id, account: counter.account.keyId },
    entity: {
      ...{ id, entity: 'plan', interval, period, notes: notesOf(fields), created_at: nowOf(counter) },
      item: {
        ...{ id: itemId, active: true, name, description: textOf(item, 'description', 255), amount },
        ...{ unit_amount: amount, currency, type: 'plan' },
      },
    },
  });
}

const FIELDS = [
  ...['plan_id', 'total_count', 'quantity', 'customer_notify', 'start_at', 'expire_by', 'addons', 'notes'],
];

/**
 * One that waits for its mandate (…/subscriptions/create-subscription).
 *
 * @param place address of the stand-in, as this request reached it
 * @throws Refused as the vendor does
 */
export function createSubscription(counter: Counter, body: unknown, place: string): Kept {
  const fields = only(body, ...FIELDS);
  const plan = mine(counter, 'plan', String(fields.plan_id ?? ''));
  const total = countOf(fields, 'total_count', { most: 1200, otherwise: 0 });
  if (!total) throw new Refused('The total count field is required.', { field: 'total_count' });
  const now = nowOf(counter);
  const expires = typeof fields.expire_by === 'number' ? fields.expire_by : null;
  if (expires !== null && expires <= now) {
    throw new Refused('expire_by must be in the future', { field: 'expire_by' });
  }
  const id = newId('sub');
  const url = `${place}/mandate/${id}`;
  return counter.store.put('subscription', {
    ...{ id, account: counter.account.keyId, planned: null, failures: 0 },
    entity: {
      ...{ id, entity: 'subscription', plan_id: plan.id, customer_id: null, status: 'created' },
      ...{ payment_method: null, current_start: null, current_end: null, ended_at: null },
      ...{ quantity: countOf(fields, 'quantity', { most: 10_000, otherwise: 1 }), notes: notesOf(fields) },
      ...{ charge_at: null, start_at: null, end_at: null, auth_attempts: 0, total_count: total },
      ...{ paid_count: 0, remaining_count: total, customer_notify: fields.customer_notify !== false },
      ...{ created_at: now, expire_by: expires, paused_at: null, short_url: url, source: 'api' },
      ...{ has_scheduled_changes: false, change_scheduled_at: null },
    },
  });
}

/** The newest first; `?plan_id=` narrows. */
export function listSubscriptions(counter: Counter, query: Fields): Subscription[] {
  const { plan_id: plan } = query;
  const owner = typeof plan === 'string' ? plan : counter.account.keyId;
  const own = counter.store
    .of('subscription', owner)
    .filter(({ account }) => account === counter.account.keyId);
  return page(own.reverse(), query).map((one) => shownNow(counter, one));
}

export function listInvoices(counter: Counter, query: Fields): Records['invoice']['entity'][] {
  const { subscription_id: id } = query;
  const all = counter.store.of('invoice', typeof id === 'string' ? id : counter.account.keyId);
  const own = all.filter(({ account }) => account === counter.account.keyId);
  return page(own.reverse(), query).map(({ entity }) => entity);
}

/** As it is told: without its mandate it ends by itself. */
export const shownNow = (counter: Counter, { entity }: Kept): Subscription =>
  entity.status === 'created' && entity.expire_by !== null && entity.expire_by <= nowOf(counter)
    ? { ...entity, status: 'expired' }
    : entity;

/** @throws Refused unless it is active */
export function pauseSubscription(counter: Counter, id: string): Kept {
  const record = mine(counter, 'subscription', id);
  if (record.entity.status !== 'active') {
    throw new Refused('Subscription cannot be paused as it is not in active state.');
  }
  return move(counter, record, { status: 'paused', paused_at: nowOf(counter), charge_at: null });
}

/** The charge that fell into the pause is not made up for. @throws Refused unless it is paused */
export function resumeSubscription(counter: Counter, id: string): Kept {
  const record = mine(counter, 'subscription', id);
  const { status, current_end: end } = record.entity;
  if (status !== 'paused') throw new Refused('Subscription cannot be resumed as it is not in paused state.');
  const now = nowOf(counter);
  return move(counter, record, { status: 'active', paused_at: null, charge_at: Math.max(end ?? now, now) });
}

/** @throws Refused when it has ended */
export function cancelSubscription(counter: Counter, id: string): Kept {
  const record = mine(counter, 'subscription', id);
  if (['cancelled', 'completed', 'expired'].includes(shownNow(counter, record).status)) {
    throw new Refused('Subscription is not cancellable in cancelled status.');
  }
  return move(counter, record, { status: 'cancelled', ended_at: nowOf(counter), charge_at: null });
}

/** @throws Refused where the vendor does: never for a mandate by UPI (…/update-subscription, "Errors") */
export function updateSubscription(counter: Counter, id: string, body: unknown): Kept {
  const fields = only(
    body,
    'plan_id',
    'schedule_change_at',
    'quantity',
    'remaining_count',
    'customer_notify',
  );
  const record = mine(counter, 'subscription', id);
  if (record.entity.payment_method === 'upi') {
    throw new Refused('subscriptions cannot be updated when payment mode is upi');
  }
  if (!['authenticated', 'active'].includes(record.entity.status)) {
    throw new Refused("Can't update subscription when subscription is not in Authenticated or Active state");
  }
  const { id: plan } = mine(counter, 'plan', String(fields.plan_id ?? ''));
  const later = fields.schedule_change_at === 'cycle_end';
  const change = later
    ? { has_scheduled_changes: true, change_scheduled_at: record.entity.current_end }
    : { plan_id: plan };
  return keep(counter, { ...record, planned: later ? plan : null }, change, 'updated');
}

type Status = 'paused' | 'active' | 'cancelled';
const TOLD = { paused: 'paused', active: 'resumed', cancelled: 'cancelled' } as const;

const move = (counter: Counter, record: Kept, change: Partial<Subscription> & { status: Status }): Kept =>
  keep(counter, record, change, TOLD[change.status]);

function keep(
  counter: Counter,
  record: Kept,
  change: Partial<Subscription>,
  event: 'paused' | 'resumed' | 'cancelled' | 'updated',
): Kept {
  const kept = counter.store.put('subscription', { ...record, entity: { ...record.entity, ...change } });
  tell(counter, `subscription.${event}`, { subscription: kept.entity });
  return kept;
}
