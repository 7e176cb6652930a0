import { amountOf, type Fields, notesOf, only, textOf } from './checks.ts';
import { newDigits, newId, type Refund } from './entities.ts';
import { Refused, refusedBare } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, mine, nowOf, tell } from './vendor.ts';

const SIX_MONTHS = 183 * 86_400;

/**
 * `POST /payments/:id/refund`. The same key with the same request gives the same refund, with another is a
 * conflict (razorpay.com/docs/api/refunds/normal-refunds-idempotent).
 *
 * @throws Refused as the vendor does
 */
export function createRefund(
  counter: Counter,
  id: string,
  body: unknown,
  key: string | null,
): Records['refund'] {
  const fields = only(body, 'amount', 'speed', 'notes', 'receipt');
  const request = JSON.stringify([id, body ?? {}]);
  const known = key === null ? undefined : knownBy(counter, key, request);
  if (known) return known;
  const payment = mine(counter, 'payment', id);
  const amount = refundable(counter, payment, fields);
  const refund = newRefund(counter, payment, { fields, amount });
  const kept = counter.store.put('refund', {
    ...{ id: refund.id, account: counter.account.keyId, key, request, settledIn: null },
    entity: refund,
  });
  const { entity } = debit(counter, payment, amount);
  tell(counter, 'refund.created', { refund, payment: entity });
  return finish(counter, kept);
}

function knownBy(counter: Counter, key: string, request: string): Records['refund'] | undefined {
  if (key.length < 10) throw refusedBare('The idempotency key must be at least 10 characters long.');
  if (!/^[\w-]+$/.test(key)) {
    throw refusedBare(
      'The idempotency key must only contain alphanumeric characters, underscores, and hyphens',
    );
  }
  const [known] = counter.store.of('refund', `${counter.account.keyId} ${key}`);
  if (known && known.request !== request) {
    throw refusedBare('Different request with the same idempotency key has already been processed.', 409);
  }
  return known;
}

function refundable(counter: Counter, { entity, capturedAt }: Records['payment'], fields: Fields): number {
  const left = entity.amount - entity.amount_refunded;
  if (entity.captured && left === 0) throw new Refused('The payment has been fully refunded already');
  if (entity.status !== 'captured')
    throw new Refused('The payment status should be captured for action to be taken');
  const amount = fields.amount === undefined ? left : amountOf(fields);
  if (amount > left) {
    throw new Refused('The refund amount provided is greater than amount captured', { field: 'amount' });
  }
  if (nowOf(counter) - (capturedAt ?? 0) > SIX_MONTHS) {
    throw new Refused('Refund is not possible for a payment which is more than 6 months old.');
  }
  return amount;
}

function newRefund(
  counter: Counter,
  { entity }: Records['payment'],
  { fields, amount }: { fields: Fields; amount: number },
): Refund {
  return {
    ...{ id: newId('rfnd'), entity: 'refund', amount, currency: 'INR', payment_id: entity.id },
    ...{ notes: notesOf(fields), receipt: textOf(fields, 'receipt', 40), acquirer_data: { arn: null } },
    ...{ created_at: nowOf(counter), batch_id: null, status: 'pending', speed_processed: 'normal' },
    speed_requested: fields.speed === 'optimum' ? 'optimum' : 'normal',
  };
}

/** What was refunded of a payment only grows. */
function debit(counter: Counter, record: Records['payment'], amount: number): Records['payment'] {
  const refunded = record.entity.amount_refunded + amount;
  const full = refunded === record.entity.amount;
  const entity = {
    ...record.entity,
    amount_refunded: refunded,
    ...(full
      ? { refund_status: 'full' as const, status: 'refunded' as const }
      : { refund_status: 'partial' as const }),
  };
  return counter.store.put('payment', { ...record, entity });
}

/** At once, or after the time that the settings say. */
function finish(counter: Counter, record: Records['refund']): Records['refund'] {
  const { refundMs } = counter.settings.now;
  if (refundMs === 0) return done(counter, record);
  setTimeout(() => done(counter, record), refundMs).unref();
  return record;
}

function done(counter: Counter, record: Records['refund']): Records['refund'] {
  const entity = { ...record.entity, status: 'processed' as const, acquirer_data: { arn: newDigits(23) } };
  const processed = counter.store.put('refund', { ...record, entity });
  tell(counter, 'refund.processed', {
    refund: entity,
    payment: mine(counter, 'payment', entity.payment_id).entity,
  });
  return processed;
}

/** What was authorised and never taken goes back by itself, whole. */
export function giveBack(counter: Counter, record: Records['payment']): Records['payment'] {
  const { id, amount } = record.entity;
  const refund = newRefund(counter, record, { fields: {}, amount });
  const kept = counter.store.put('refund', {
    ...{ id: refund.id, account: record.account, key: null, request: '', settledIn: 'never' },
    entity: refund,
  });
  const { entity } = debit(counter, record, amount);
  tell(counter, 'refund.created', { refund, payment: entity });
  done(counter, kept);
  return mine(counter, 'payment', id);
}

/** Of one payment, the oldest first. */
export const refundsOf = (counter: Counter, paymentId: string): Records['refund'][] => {
  mine(counter, 'payment', paymentId);
  return counter.store.of('refund', paymentId);
};
