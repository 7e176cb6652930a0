import { createHmac } from 'node:crypto';

/** Bodies of our own in the forms that the vendor documents, each with one of its traps. */
export const SECRET = 'whsec-of-the-tests';

const person = { email: 'sreeja@family.example', contact: '+910000000000', vpa: 'sreeja@exampleupi' };
const payment = {
  ...{ id: 'pay_Test00000000A1', entity: 'payment', amount: 50_000, currency: 'INR', status: 'captured' },
  ...{ order_id: 'order_Test0000000A1', international: false, method: 'card', amount_refunded: 0 },
  ...{ captured: true, bank: null, wallet: null, ...person, notes: [], fee: null, tax: null },
  card: {
    ...{ id: 'card_Test0000000A1', entity: 'card', name: 'Sreeja of the Test', last4: '0153' },
    ...{ network: 'Visa', iin: '999999' },
  },
  ...{
    error_code: '',
    error_description: '',
    acquirer_data: { rrn: '322200000001' },
    created_at: 1_800_000_000,
  },
};
const order = {
  ...{ id: 'order_Test0000000A1', entity: 'order', amount: 50_000, amount_paid: 50_000, currency: 'INR' },
  ...{ receipt: 'gift-1', status: 'paid', notes: [], created_at: 1_799_999_900 },
};
const refund = {
  ...{ id: 'rfnd_Test000000A1', entity: 'refund', amount: 20_000, payment_id: payment.id, notes: [] },
  ...{ receipt: 'refund-key-1', status: 'processed', created_at: 1_800_000_500 },
};

const event = (name: string, payload: Record<string, object>) => ({
  ...{ entity: 'event', account_id: 'acc_Test0000000001', event: name, contains: Object.keys(payload) },
  payload: Object.fromEntries(Object.entries(payload).map(([kind, entity]) => [kind, { entity }])),
  created_at: 1_800_000_010,
});

export const bodies = {
  'payment.captured': event('payment.captured', { payment }),
  'payment.failed': event('payment.failed', {
    payment: { ...payment, status: 'failed', captured: false, error_code: 'BAD_REQUEST_ERROR' },
  }),
  'order.paid': event('order.paid', { payment, order }),
  'refund.processed': event('refund.processed', { refund, payment }),
  // The order has lost its prefix.
  'payment_link.paid': event('payment_link.paid', { order: { ...order, id: 'Test0000000A1' }, payment }),
  // There is no order.
  'qr_code.credited': event('qr_code.credited', {
    payment: { ...payment, id: 'pay_Test00000000Q1', order_id: null, method: 'upi', fee: 0, tax: 0 },
    qr_code: { id: 'qr_Test000000000Q1', entity: 'qr_code', name: 'We Care', status: 'closed' },
  }),
  'settlement.processed': event('settlement.processed', {
    settlement: { id: 'setl_Test0000000S1', entity: 'settlement', amount: 48_820, utr: 'UTR0000001' },
  }),
};

/** A body with the headers it comes with. */
export function signed(body: object | Buffer, secret = SECRET, more: Record<string, string> = {}) {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const signature = createHmac('sha256', secret).update(raw).digest('hex');
  return { raw, headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': 'evt_1', ...more } };
}
