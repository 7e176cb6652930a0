import { countOf, type Fields } from './checks.ts';
import { newDigits, newId, type ReconLine } from './entities.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, nowOf, tell } from './vendor.ts';

/** India's time is five and a half hours ahead. */
const IST = 19_800;

/**
 * Pays out what is due: for each payment its amount less its fee, less what was given back. A sum that is
 * not positive waits for the next time.
 *
 * @param all also what is not due yet
 */
export function settle(counter: Counter, { all = false } = {}): Records['settlement'] | null {
  const now = nowOf(counter);
  const due = now - (all ? 0 : counter.settings.now.settleAfterSeconds);
  const head = { settled_at: now, settlement_id: newId('setl'), settlement_utr: newDigits(16) };
  const { store, account } = counter;
  const payments = store
    .of('payment', account.keyId)
    .filter(
      ({ settledIn, entity, capturedAt }) => !settledIn && entity.captured && (capturedAt ?? now) <= due,
    );
  const refunds = store
    .of('refund', account.keyId)
    .filter(
      ({ settledIn, entity }) => !settledIn && entity.status === 'processed' && entity.created_at <= due,
    );
  const disputes = store
    .of('dispute', account.keyId)
    .filter(({ settledIn, entity }) => !settledIn && entity.amount_deducted > 0);
  const lines = [
    ...payments.map((one) => ({ ...head, ...paymentLine(counter, one) })),
    ...refunds.map((one) => ({ ...head, ...refundLine(counter, one) })),
    ...disputes.map((one) => ({ ...head, ...disputeLine(counter, one) })),
  ];
  const amount = lines.reduce((sum, { credit, debit }) => sum + credit - debit, 0);
  if (amount <= 0) return null;
  const settledIn = head.settlement_id;
  for (const one of payments) store.put('payment', { ...one, settledIn });
  for (const one of refunds) store.put('refund', { ...one, settledIn });
  for (const one of disputes) store.put('dispute', { ...one, settledIn });
  return keep(counter, { lines, amount, utr: head.settlement_utr, id: settledIn });
}

type Made = Pick<Records['settlement'], 'lines' | 'id'> & { amount: number; utr: string };

function keep(counter: Counter, { id, amount, utr, lines }: Made): Records['settlement'] {
  const entity = {
    ...{ id, entity: 'settlement' as const, amount, status: 'processed' as const, fees: 0, tax: 0, utr },
    created_at: nowOf(counter),
  };
  const record = counter.store.put('settlement', { id, account: counter.account.keyId, entity, lines });
  tell(counter, 'settlement.processed', { settlement: entity });
  return record;
}

type Unsettled = Omit<ReconLine, 'settled_at' | 'settlement_id' | 'settlement_utr'>;

function paymentLine(counter: Counter, { entity }: Records['payment']): Unsettled {
  const [fee, tax] = [entity.fee ?? 0, entity.tax ?? 0];
  return {
    ...{
      entity_id: entity.id,
      type: 'payment',
      debit: 0,
      credit: entity.amount - fee,
      amount: entity.amount,
    },
    ...{ fee, tax, created_at: entity.created_at, description: entity.description, payment_id: null },
    ...commonOf(counter, entity.order_id),
    method: entity.method,
  };
}

/** The fee of the payment does not come back. */
function refundLine(counter: Counter, { entity }: Records['refund']): Unsettled {
  const payment = counter.store.get('payment', entity.payment_id)?.entity;
  return {
    ...{ entity_id: entity.id, type: 'refund', debit: entity.amount, credit: 0, amount: entity.amount },
    ...{ fee: 0, tax: 0, created_at: entity.created_at, description: null, payment_id: entity.payment_id },
    ...commonOf(counter, payment?.order_id ?? null),
    method: payment?.method ?? 'upi',
  };
}

/** What a lost dispute costs is an adjustment, with a number of its own. */
function disputeLine(counter: Counter, { entity }: Records['dispute']): Unsettled {
  const payment = counter.store.get('payment', entity.payment_id)?.entity;
  return {
    ...{ entity_id: newId('adj'), type: 'adjustment', debit: entity.amount_deducted, credit: 0 },
    ...{ amount: entity.amount_deducted, fee: 0, tax: 0, created_at: entity.created_at },
    ...{ description: `Debit for ${entity.id}`, payment_id: entity.payment_id },
    ...commonOf(counter, payment?.order_id ?? null),
    ...{ method: null, dispute_id: entity.id },
  };
}

const commonOf = (counter: Counter, orderId: string | null) => ({
  ...{ currency: 'INR', on_hold: false as const, settled: true as const, notes: '{}', dispute_id: null },
  ...{
    order_id: orderId,
    order_receipt: (orderId && counter.store.get('order', orderId)?.entity.receipt) || null,
  },
});

/** `GET /settlements/recon/combined`. @throws Refused for what is no day or month */
export function recon(counter: Counter, query: Fields): ReconLine[] {
  const year = String(query.year ?? '');
  const month = Number(query.month);
  const day = query.day === undefined ? undefined : Number(query.day);
  if (!/^\d{4}$/.test(year)) throw new Refused('The year must be 4 digits.', { field: 'year' });
  if (!(Number.isInteger(month) && month >= 1 && month <= 12)) {
    throw new Refused('The month is not a valid month.', { field: 'month' });
  }
  if (day !== undefined && !(Number.isInteger(day) && day >= 1 && day <= 31)) {
    throw new Refused('The day must be between 1 and 2 digits.', { field: 'day' });
  }
  const count = countOf(query, 'count', { most: 1000, otherwise: 10 });
  const skip = countOf(query, 'skip', { most: 1e9, otherwise: 0 });
  const wanted = `${year}-${two(month)}-${day === undefined ? '' : two(day)}`;
  const settled = counter.store.of('settlement', counter.account.keyId);
  const lines = settled
    .filter(({ entity }) => dayOf(entity.created_at).startsWith(wanted))
    .flatMap((one) => one.lines);
  return lines.slice(skip, skip + count);
}

const two = (value: number) => String(value).padStart(2, '0');
const dayOf = (at: number) => new Date((at + IST) * 1000).toISOString().slice(0, 10);
