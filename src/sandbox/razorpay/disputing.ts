import { newId } from './entities.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, mine, nowOf, tell } from './vendor.ts';

export const phases = ['fraud', 'retrieval', 'chargeback', 'pre_arbitration', 'arbitration'] as const;
/** What becomes of a dispute: the last part of the event's name. */
export const endings = ['under_review', 'action_required', 'won', 'lost', 'closed'] as const;
export type Ending = (typeof endings)[number];

const TO_ANSWER = 7 * 86_400;

interface Raised {
  /** Paise; the whole payment unless said. */
  amount?: number | undefined;
  phase?: (typeof phases)[number] | undefined;
  reason?: string | undefined;
}

/** A payer's bank questions a payment. @throws Refused for one that was not taken, or for more than it was */
export function raiseDispute(counter: Counter, paymentId: string, wish: Raised = {}): Records['dispute'] {
  const payment = mine(counter, 'payment', paymentId).entity;
  if (!payment.captured) throw new Refused('The payment was not captured.');
  const {
    amount = payment.amount,
    phase = 'chargeback',
    reason = 'goods_or_services_not_received_or_partially_received',
  } = wish;
  if (amount > payment.amount) throw new Refused('The dispute amount is greater than the payment.');
  const [id, at] = [newId('disp'), nowOf(counter)];
  const record = counter.store.put('dispute', {
    ...{ id, account: counter.account.keyId, settledIn: null },
    entity: {
      ...{ id, entity: 'dispute', payment_id: paymentId, amount, currency: 'INR', amount_deducted: 0 },
      ...{ reason_code: reason, respond_by: at + TO_ANSWER, status: 'open', phase, created_at: at },
    },
  });
  tell(counter, 'payment.dispute.created', { payment, dispute: record.entity });
  return record;
}

/** The bank looks, wants more, or has decided; what is lost is taken from the next settlement. */
export function endDispute(counter: Counter, id: string, ending: Ending): Records['dispute'] {
  const record = mine(counter, 'dispute', id);
  const { status, amount, payment_id } = record.entity;
  if (status !== 'open' && status !== 'under_review') throw new Refused('The dispute is over already.');
  const entity = {
    ...record.entity,
    status: ending === 'action_required' ? ('open' as const) : ending,
    amount_deducted: ending === 'lost' ? amount : 0,
    ...(ending === 'action_required' && { respond_by: nowOf(counter) + TO_ANSWER }),
  };
  const kept = counter.store.put('dispute', { ...record, entity });
  const payment = mine(counter, 'payment', payment_id).entity;
  tell(counter, `payment.dispute.${ending}`, { payment, dispute: entity });
  return kept;
}
