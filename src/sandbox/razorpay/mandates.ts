import { newId } from './entities.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import type { Subscription, SubscriptionEvent } from './subscription-entities.ts';
import { shownNow } from './subscriptions.ts';
import { type Counter, mine, nowOf, tell } from './vendor.ts';

type Kept = Records['subscription'];
type Paid = Records['payment'];

/** So often a charge is tried before the vendor gives up and waits for the payer. */
const MOST_FAILURES = 3;

/**
 * The order by which a mandate is given: of the first charge, which is taken with it.
 *
 * @throws Refused when it was given already, or is too late
 */
export function mandateOrder(counter: Counter, id: string): Records['order'] {
  const record = mine(counter, 'subscription', id);
  if (shownNow(counter, record).status !== 'created') {
    throw new Refused('The subscription is not in the created state.');
  }
  return counter.store.get('order', invoiceOf(counter, record).entity.order_id) as Records['order'];
}

/** The charge that is due: its invoice with an order, made if it is not there yet. */
export function invoiceOf(counter: Counter, record: Kept): Records['invoice'] {
  const open = counter.store.of('invoice', record.id).find(({ entity }) => entity.status === 'issued');
  return open ?? issue(counter, turned(counter, record));
}

/** A plan that was chosen meanwhile begins with the next charge. */
function turned(counter: Counter, record: Kept): Kept {
  if (!record.planned) return record;
  const change = { plan_id: record.planned, has_scheduled_changes: false, change_scheduled_at: null };
  const entity = { ...record.entity, ...change };
  return counter.store.put('subscription', { ...record, planned: null, entity });
}

function issue(counter: Counter, { id: subscription, entity }: Kept): Records['invoice'] {
  const amount = mine(counter, 'plan', entity.plan_id).entity.item.amount * entity.quantity;
  const [account, now, orderId, id] = [counter.account.keyId, nowOf(counter), newId('order'), newId('inv')];
  counter.store.put('order', {
    ...{ id: orderId, account, capture: 'automatic' },
    entity: {
      ...{ id: orderId, entity: 'order', amount, amount_paid: 0, amount_due: amount, currency: 'INR' },
      ...{ receipt: null, offer_id: null, status: 'created', attempts: 0, created_at: now },
      notes: entity.notes,
    },
  });
  return counter.store.put('invoice', {
    ...{ id, account },
    entity: {
      ...{ id, entity: 'invoice', type: 'invoice', subscription_id: subscription, order_id: orderId },
      ...{ payment_id: null, status: 'issued', amount, currency: 'INR', paid_at: null, created_at: now },
    },
  });
}

/** The bank took a charge. The first one gives the mandate. */
export function charged(counter: Counter, { entity: payment }: Paid): void {
  const invoice = mine(counter, 'invoice', payment.invoice_id ?? '');
  const now = nowOf(counter);
  counter.store.put('invoice', {
    ...invoice,
    entity: { ...invoice.entity, status: 'paid', payment_id: payment.id, paid_at: now },
  });
  const record = mine(counter, 'subscription', invoice.entity.subscription_id);
  const { status, paid_count: before, total_count: total } = record.entity;
  const paid = before + 1;
  const end = nextMonth(counter, now);
  const last = paid >= total;
  const said = (event: SubscriptionEvent, change: Partial<Subscription>) => {
    const kept = mine(counter, 'subscription', record.id);
    const next = { ...kept, failures: 0, entity: { ...kept.entity, ...change } };
    tell(counter, event, { subscription: counter.store.put('subscription', next).entity, payment });
  };
  if (status === 'created') {
    const mandate = { payment_method: methodOf(payment), customer_id: newId('cust'), start_at: now };
    said('subscription.authenticated', { status: 'authenticated', ...mandate });
  }
  const cycle = { current_start: now, current_end: end, charge_at: last ? null : end };
  const counts = { paid_count: paid, remaining_count: total - paid, auth_attempts: 0 };
  if (status !== 'active') said('subscription.activated', { status: 'active', ...cycle, ...counts });
  said('subscription.charged', { status: 'active', ...cycle, ...counts });
  if (last) said('subscription.completed', { status: 'completed', ended_at: now });
}

const methodOf = ({ method }: Paid['entity']): Subscription['payment_method'] =>
  method === 'upi' ? 'upi' : 'card';

/** The bank refused a charge. Without a mandate nothing follows; the donor tries again. */
export function missed(counter: Counter, { entity: payment }: Paid): void {
  const { subscription_id: id } = mine(counter, 'invoice', payment.invoice_id ?? '').entity;
  const record = mine(counter, 'subscription', id);
  if (record.entity.status === 'created') return;
  const failures = record.failures + 1;
  const status = failures >= MOST_FAILURES ? 'halted' : 'pending';
  const charge_at = status === 'halted' ? null : nextTry(counter);
  const entity: Subscription = { ...record.entity, status, charge_at, auth_attempts: failures };
  counter.store.put('subscription', { ...record, failures, entity });
  tell(counter, `subscription.${status}`, { subscription: entity, payment });
}

/** A day later, or as much sooner as months are shorter here. */
const nextTry = (counter: Counter): number =>
  nowOf(counter) + Math.ceil(counter.settings.now.monthSeconds / 30 || 86_400);

function nextMonth({ settings }: Counter, from: number): number {
  const { monthSeconds } = settings.now;
  if (monthSeconds) return from + monthSeconds;
  const at = new Date(from * 1000);
  const [day, last] = [at.getUTCDate(), new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 2, 0))];
  at.setUTCMonth(at.getUTCMonth() + 1, Math.min(day, last.getUTCDate()));
  return Math.floor(at.getTime() / 1000);
}
