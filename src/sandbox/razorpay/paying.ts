import { amountOf, currencyOf, only } from './checks.ts';
import { closeQr, isOpen } from './codes.ts';
import { type Method, newDigits, newId, type Payment } from './entities.ts';
import { feeOf } from './fees.ts';
import { charged, missed } from './mandates.ts';
import { giveBack } from './refunding.ts';
import { Refused } from './refused.ts';
import type { Records, Way } from './store.ts';
import { type Counter, mine, nowOf, tell } from './vendor.ts';

type Paid = Records['payment'];

/** What a donor chose. */
export interface Choice {
  method: Method;
  /** A bank's code, a wallet's name, a card's network. */
  with?: string;
  email?: string;
  contact?: string;
  way: Way;
}

/** A donor begins to pay an order. @throws Refused when it is paid already */
export function payOrder(counter: Counter, orderId: string, choice: Choice): Paid {
  const order = mine(counter, 'order', orderId);
  if (order.entity.status === 'paid') {
    throw new Refused('Your payment has been declined as the order is already paid.');
  }
  const { entity } = order;
  counter.store.put('order', {
    ...order,
    entity: { ...entity, status: 'attempted', attempts: entity.attempts + 1 },
  });
  return begin(counter, {
    ...choice,
    amount: entity.amount,
    order_id: orderId,
    qrId: null,
    notes: entity.notes,
  });
}

/** A donor's UPI app has read a code. @throws Refused when it is closed, or the amount is not its own */
export function payByCode(counter: Counter, qrId: string, { amount = 0 } = {}): Paid {
  const { entity } = mine(counter, 'qr', qrId);
  if (!isOpen(counter, entity)) throw new Refused('The QR code is closed.');
  const due = entity.payment_amount ?? amount;
  const way: Way = { door: 'code', callbackUrl: null, cancelUrl: null, name: entity.name ?? '' };
  const choice: Choice = { method: 'upi', way };
  return begin(counter, { ...choice, amount: due, order_id: null, qrId, notes: entity.notes });
}

type Begun = Choice & Pick<Payment, 'amount' | 'order_id' | 'notes'> & { qrId: string | null };

function begin(counter: Counter, { way, qrId, method, amount, order_id, notes, ...choice }: Begun): Paid {
  const id = newId('pay');
  return counter.store.put('payment', {
    ...{ id, account: counter.account.keyId, qrId, way, settledIn: null, capturedAt: null },
    entity: {
      ...{ id, entity: 'payment', amount, currency: 'INR', status: 'created', order_id },
      invoice_id: (order_id && counter.store.of('invoice', order_id)[0]?.id) || null,
      ...{ international: false, method, amount_refunded: 0, refund_status: null, captured: false },
      ...{ description: qrId ? 'QRv2 Payment' : null, card_id: null, bank: null, wallet: null, vpa: null },
      ...{
        email: choice.email ?? 'void@razorpay.com',
        contact: choice.contact ?? null,
        notes,
        fee: null,
        tax: null,
      },
      ...{
        error_code: null,
        error_description: null,
        error_source: null,
        error_step: null,
        error_reason: null,
      },
      ...instrumentOf(method, choice.with),
      created_at: nowOf(counter),
    },
  });
}

/** What the vendor tells of a card, a bank, a wallet, a UPI id. None of it is anybody's. */
function instrumentOf(method: Method, name = ''): Partial<Payment> & Pick<Payment, 'acquirer_data'> {
  const rrn = { acquirer_data: { rrn: newDigits(12) } };
  if (method === 'upi') {
    const vpa = 'practice@exampleupi';
    return { ...rrn, vpa, upi: { vpa, payer_account_type: 'bank_account' } };
  }
  if (method === 'netbanking') {
    return { bank: name || 'SBIN', acquirer_data: { bank_transaction_id: newDigits(7) } };
  }
  if (method === 'wallet')
    return { wallet: name || 'phonepe', acquirer_data: { transaction_id: newDigits(9) } };
  const id = newId('card');
  const card = {
    ...{ id, entity: 'card', name: 'Practice Donor', last4: newDigits(4), network: name || 'RuPay' },
    ...{
      type: 'debit',
      issuer: 'SBIN',
      international: false,
      emi: false,
      sub_type: 'consumer',
      iin: '999999',
    },
  };
  return { card_id: id, card, acquirer_data: { auth_code: newDigits(6), rrn: newDigits(12) } };
}

/** The bank says yes; it may have said no before, or nothing for days. Nothing happens the second time. */
export function authorise(counter: Counter, id: string): Paid {
  const record = mine(counter, 'payment', id);
  if (record.entity.status !== 'created' && record.entity.status !== 'failed') return record;
  const cleared = { error_code: null, error_description: null, error_source: null, error_step: null };
  const authorised = change(counter, record, { ...cleared, error_reason: null, status: 'authorized' });
  tell(counter, 'payment.authorized', { payment: authorised.entity });
  const order = orderOf(counter, authorised);
  // Of two attempts that both succeed the vendor keeps one.
  if (order?.entity.status === 'paid' || !codeTakes(counter, authorised))
    return giveBack(counter, authorised);
  return order?.capture === 'manual' ? authorised : take(counter, authorised);
}

/** The bank says no. @throws Refused when it has said yes */
export function decline(counter: Counter, id: string, reason = 'payment_failed'): Paid {
  const record = mine(counter, 'payment', id);
  if (record.entity.status !== 'created') throw new Refused('The payment is over already.');
  const failed = change(counter, record, {
    ...{ status: 'failed', error_code: 'BAD_REQUEST_ERROR', error_reason: reason },
    error_description:
      reason === 'payment_cancelled' ? 'Payment processing cancelled by user' : 'Payment failed',
    ...{
      error_source: reason === 'payment_cancelled' ? 'customer' : 'bank',
      error_step: 'payment_authorization',
    },
  });
  tell(counter, 'payment.failed', { payment: failed.entity });
  if (failed.entity.invoice_id) missed(counter, failed);
  return failed;
}

/** `POST /payments/:id/capture`. @throws Refused for another amount, or what is not authorised */
export function capture(counter: Counter, id: string, body: unknown): Paid {
  const record = mine(counter, 'payment', id);
  const fields = only(body, 'amount', 'currency');
  const amount = amountOf(fields);
  currencyOf(fields);
  if (record.entity.captured) throw new Refused('This payment has already been captured');
  if (record.entity.status !== 'authorized') {
    throw new Refused('Only payments which have been authorized and not yet captured can be captured');
  }
  if (amount !== record.entity.amount) {
    throw new Refused('Capture amount must be equal to the amount authorized', { field: 'amount' });
  }
  if (orderOf(counter, record)?.entity.status === 'paid') {
    throw new Refused('Your payment has been declined as the order is already paid.');
  }
  return take(counter, record);
}

function take(counter: Counter, record: Paid): Paid {
  const { entity, qrId } = record;
  const fees = feeOf(entity.amount, entity.method);
  const capturedAt = nowOf(counter);
  const taken = change(counter, { ...record, capturedAt }, { status: 'captured', captured: true, ...fees });
  tell(counter, 'payment.captured', { payment: taken.entity });
  const order = orderOf(counter, taken);
  if (order) {
    const paid = { ...order.entity, status: 'paid' as const, amount_paid: entity.amount, amount_due: 0 };
    counter.store.put('order', { ...order, entity: paid });
    tell(counter, 'order.paid', { payment: taken.entity, order: paid });
  }
  if (entity.invoice_id) charged(counter, taken);
  if (qrId) credit(counter, taken, qrId);
  return taken;
}

function credit(counter: Counter, { entity }: Paid, qrId: string): void {
  const record = mine(counter, 'qr', qrId);
  const credited = {
    ...record.entity,
    payments_amount_received: record.entity.payments_amount_received + entity.amount,
    payments_count_received: record.entity.payments_count_received + 1,
  };
  const kept = counter.store.put('qr', { ...record, entity: credited });
  const closed = credited.usage === 'single_use' ? closeQr(counter, kept, 'paid') : kept;
  tell(counter, 'qr_code.credited', { payment: entity, qr_code: closed.entity });
}

const codeTakes = (counter: Counter, { qrId }: Paid): boolean =>
  !qrId || mine(counter, 'qr', qrId).entity.status === 'active';

const orderOf = (counter: Counter, { entity }: Paid): Records['order'] | undefined =>
  entity.order_id ? counter.store.get('order', entity.order_id) : undefined;

const change = (counter: Counter, record: Paid, more: Partial<Payment>): Paid =>
  counter.store.put('payment', { ...record, entity: { ...record.entity, ...more } });
