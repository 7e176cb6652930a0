import Razorpay from 'razorpay';
import { validatePaymentVerification } from 'razorpay/dist/utils/razorpay-utils.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../../../src/sandbox/razorpay/settling.ts';
import { testReceiver } from '../../support/receiver.ts';
import { account, testStandIn } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

// What the vendor's own package understands is the vendor's protocol.
const receiver = testReceiver();
const own = { ...account };
const standIn = testStandIn({ accounts: [own] });
let vendor: Razorpay;
beforeEach(() => {
  own.webhookUrl = receiver.url();
  vendor = connect(account.keySecret);
});

function connect(key_secret: string): Razorpay {
  const instance = new Razorpay({ key_id: account.keyId, key_secret });
  // Its host is fixed; this is the way the design notes found.
  (instance as unknown as { api: { rq: { defaults: { baseURL: string } } } }).api.rq.defaults.baseURL =
    standIn.url();
  return instance;
}
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => null,
    (error: { statusCode: number; error: { code: string; description: string; field?: string } }) => error,
  );
const newOrder = (more = {}) =>
  vendor.orders.create({ amount: 50_000, currency: 'INR', receipt: 'r-1', notes: { a: 'b' }, ...more });

describe("the vendor's own package", () => {
  it('makes, fetches and lists orders', async () => {
    const order = await newOrder({ receipt: 'sdk-order' });
    expect(order).toMatchObject({
      entity: 'order',
      amount: 50_000,
      amount_due: 50_000,
      status: 'created',
      attempts: 0,
    });
    expect(await vendor.orders.fetch(order.id)).toEqual(order);
    const list = await vendor.orders.all({ receipt: 'sdk-order' } as never);
    expect(list.items.map(({ id }) => id)).toEqual([order.id]);
    expect((await newOrder({ notes: undefined })).notes).toEqual([]);
  });

  it('follows a payment from its attempt to its refund', async () => {
    const order = await newOrder();
    const { paymentId } = standIn.pay(order.id, { method: 'card' });
    const payment = await vendor.payments.fetch(paymentId);
    // 2 % and 18 % GST on that: 1000 + 180.
    expect(payment).toMatchObject({
      status: 'captured',
      order_id: order.id,
      fee: 1180,
      tax: 180,
      notes: { a: 'b' },
    });
    expect((await vendor.orders.fetchPayments(order.id)).items).toHaveLength(1);
    expect((await vendor.orders.fetch(order.id)).status).toBe('paid');
    const refund = await vendor.payments.refund(paymentId, { amount: 20_000, receipt: 'back-1' });
    expect(refund).toMatchObject({ entity: 'refund', payment_id: paymentId, status: 'processed' });
    expect((await vendor.payments.fetch(paymentId)).refund_status).toBe('partial');
    expect((await vendor.payments.fetchMultipleRefund(paymentId, {})).count).toBe(1);
    expect((await vendor.orders.fetch(order.id)).status).toBe('paid');
  });

  it('captures by hand where an order asks for it', async () => {
    const order = await newOrder({ payment: { capture: 'manual' } });
    const { paymentId } = standIn.pay(order.id);
    expect((await vendor.payments.fetch(paymentId)).status).toBe('authorized');
    expect((await vendor.payments.capture(paymentId, 50_000, 'INR')).status).toBe('captured');
    const twice = await refusal(vendor.payments.capture(paymentId, 50_000, 'INR'));
    expect(twice?.error.description).toBe('This payment has already been captured');
  });

  it('makes, fetches and closes codes', async () => {
    const qr = await vendor.qrCode.create({
      ...{ type: 'upi_qr', usage: 'single_use', fixed_amount: true, payment_amount: 30_000, name: 'We Care' },
    } as never);
    expect(qr).toMatchObject({ entity: 'qr_code', status: 'active', payment_amount: 30_000, notes: [] });
    expect((await vendor.qrCode.close(qr.id)).status).toBe('closed');
    expect((await vendor.qrCode.fetch(qr.id)).close_reason).toBe('on_demand');
  });

  it('makes plans and subscriptions, and follows one from its mandate to its end', async () => {
    const item = { name: 'Every month', amount: 50_000, currency: 'INR' };
    const plan = await vendor.plans.create({ period: 'monthly', interval: 1, item });
    expect(plan).toMatchObject({ entity: 'plan', period: 'monthly', item: { amount: 50_000 } });
    expect((await vendor.plans.fetch(plan.id)).id).toBe(plan.id);
    const wish = { plan_id: plan.id, total_count: 12, customer_notify: 1 as const, notes: { gift: 'g1' } };
    const made = await vendor.subscriptions.create(wish);
    expect(made).toMatchObject({ status: 'created', paid_count: 0, total_count: 12, notes: { gift: 'g1' } });
    const { paymentId, callback } = standIn.mandate(made.id, { method: 'card' });
    const told = { subscription_id: made.id, payment_id: paymentId };
    const signature = callback.razorpay_signature ?? '';
    expect(validatePaymentVerification(told, signature, account.keySecret)).toBe(true);
    expect(await vendor.subscriptions.fetch(made.id)).toMatchObject({ status: 'active', paid_count: 1 });
    const { invoice_id: invoice } = await vendor.payments.fetch(paymentId);
    expect(await vendor.invoices.fetch(String(invoice))).toMatchObject({
      ...{ subscription_id: made.id, payment_id: paymentId, status: 'paid' },
    });
    standIn.charge(made.id);
    const invoices = await vendor.invoices.all({ subscription_id: made.id } as never);
    expect(invoices.items).toHaveLength(2);
    expect((await vendor.subscriptions.pause(made.id, { pause_at: 'now' })).status).toBe('paused');
    expect((await vendor.subscriptions.resume(made.id, { resume_at: 'now' })).status).toBe('active');
    const dearer = await vendor.plans.create({
      period: 'monthly',
      interval: 1,
      item: { ...item, amount: 60_000 },
    });
    const update = { plan_id: dearer.id, schedule_change_at: 'cycle_end' as const };
    expect((await vendor.subscriptions.update(made.id, update)).has_scheduled_changes).toBe(true);
    expect((await vendor.subscriptions.all({ plan_id: plan.id })).items.map(({ id }) => id)).toEqual([
      made.id,
    ]);
    expect((await vendor.subscriptions.cancel(made.id, false)).status).toBe('cancelled');
  });

  it('reads settlements line by line', async () => {
    const { paymentId } = standIn.pay((await newOrder()).id, { method: 'card' });
    settle(standIn.counter(), { all: true });
    const today = new Date(Date.now() + 19_800_000); // India's
    const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate()];
    const wish = { year, month, day, count: 1000 };
    // Its own types do not know that the answer is a list.
    const list = (await vendor.settlements.reports(wish)) as unknown as { items: { entity_id: string }[] };
    const line = list.items.find(({ entity_id }) => entity_id === paymentId);
    expect(line).toMatchObject({
      type: 'payment',
      amount: 50_000,
      fee: 1180,
      tax: 180,
      credit: 48_820,
      debit: 0,
    });
    expect((await vendor.settlements.all()).items[0]).toMatchObject({
      entity: 'settlement',
      status: 'processed',
    });
  });

  it('accepts both kinds of signature', async () => {
    const order = await newOrder();
    const { paymentId, callback } = standIn.pay(order.id);
    const signature = callback.razorpay_signature ?? '';
    const told = { order_id: order.id, payment_id: paymentId };
    expect(validatePaymentVerification(told, signature, account.keySecret)).toBe(true);
    const find = () =>
      receiver.got.find(({ body }) => body.includes('"order.paid"') && body.includes(paymentId));
    await until(() => Boolean(find()), 'order.paid was told');
    const { body = '', headers = {} } = find() ?? {};
    expect(
      Razorpay.validateWebhookSignature(body, String(headers['x-razorpay-signature']), account.webhookSecret),
    ).toBe(true);
  });

  it('is refused as by the vendor', async () => {
    const order = await newOrder();
    const { paymentId } = standIn.pay(order.id);
    expect(await refusal(connect('wrong').orders.fetch(order.id))).toMatchObject({ statusCode: 401 });
    expect(await refusal(newOrder({ amount: 99 }))).toMatchObject({
      ...{ statusCode: 400, error: { code: 'BAD_REQUEST_ERROR', field: 'amount', source: 'business' } },
    });
    const refused: [Promise<unknown>, RegExp][] = [
      [newOrder({ amount: 100.5 }), /must be an integer/],
      [newOrder({ amount: -100 }), /at least INR 1.00/],
      [newOrder({ currency: 'USD' }), /not supported/],
      [newOrder({ receipt: 'r'.repeat(41) }), /greater than 40/],
      [
        newOrder({ notes: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, '1'])) }),
        /equal to 15/,
      ],
      [newOrder({ notes: { a: 'x'.repeat(257) } }), /256/],
      [newOrder({ hello: 1 }), /not required and should not be sent/],
      [vendor.payments.fetch('pay_doesnotexist'), /does not exist/],
      [vendor.payments.refund(paymentId, { amount: 50_001 }), /greater than amount captured/],
      [vendor.qrCode.create({ type: 'upi_qr', usage: 'single_use' } as never), /fixed amount/],
    ];
    for (const [act, words] of refused) expect((await refusal(act))?.error.description).toMatch(words);
  });
});
