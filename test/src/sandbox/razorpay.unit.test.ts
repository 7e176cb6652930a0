import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../../src/clock.ts';
import { createQr } from '../../../src/sandbox/razorpay/codes.ts';
import { feeOf } from '../../../src/sandbox/razorpay/fees.ts';
import { createOrder } from '../../../src/sandbox/razorpay/orders.ts';
import { authorise, decline, payByCode, payOrder } from '../../../src/sandbox/razorpay/paying.ts';
import { createRefund } from '../../../src/sandbox/razorpay/refunding.ts';
import { settle } from '../../../src/sandbox/razorpay/settling.ts';
import { openStandIn } from '../../../src/sandbox/razorpay/stand-in.ts';
import { type Counter, counterOf } from '../../../src/sandbox/razorpay/vendor.ts';
import { testReceiver } from '../../support/receiver.ts';
import { account, silentLog } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'stand-in-'));
afterAll(() => rmSync(folder, { recursive: true }));
const receiver = testReceiver();
const clock = fixedClock('2026-11-27T06:00:00Z');
const way = { door: 'program' as const, callbackUrl: null, cancelUrl: null, name: '' };
const opened: { close(): void }[] = [];
afterAll(() => {
  for (const one of opened) one.close();
});

function open(more: { file?: string; listens?: boolean } = {}) {
  const own = { ...account, webhookUrl: more.listens ? receiver.url() : null };
  const standIn = openStandIn({
    accounts: [own],
    clock,
    log: silentLog,
    ...(more.file && { file: more.file }),
  });
  opened.push(standIn);
  return { ...standIn, counter: counterOf(standIn.vendor, own.keyId) as Counter };
}
const order = (counter: Counter, more = {}) =>
  createOrder(counter, { amount: 50_000, currency: 'INR', receipt: 'r', ...more }).id;
const pay = (counter: Counter, id = order(counter)) =>
  authorise(counter, payOrder(counter, id, { method: 'card', way }).id).entity;
const named = (name: string) => receiver.got.filter(({ body }) => JSON.parse(body).event === name);

beforeEach(() => {
  clock.set('2026-11-27T06:00:00Z');
  receiver.got.length = 0;
  receiver.behaviour.status = 200;
});

describe('fees', () => {
  it.each([
    ['card', 50_000, 1180, 180],
    ['card', 100, 2, 0],
    ['netbanking', 12_345, 291, 44],
    ['upi', 50_000, 0, 0],
  ])('by %s of %i paise are %i, with GST of %i', (method, amount, fee, tax) => {
    expect(feeOf(amount, method)).toEqual({ fee, tax });
  });
});

describe('the vendor refuses', () => {
  it('a refund after six months', () => {
    const { counter } = open();
    const { id } = pay(counter);
    clock.set('2027-06-01T06:00:00Z');
    expect(() => createRefund(counter, id, { amount: 100 }, null)).toThrow(/6 months/);
  });

  it('to pay what is paid, and gives back what came too late', () => {
    const { counter } = open();
    const id = order(counter);
    const slow = payOrder(counter, id, { method: 'upi', way });
    pay(counter, id);
    expect(() => payOrder(counter, id, { method: 'upi', way })).toThrow(/already paid/);
    expect(authorise(counter, slow.id).entity).toMatchObject({ status: 'refunded', captured: false });
  });

  it('a code that is paid or past its time', () => {
    const { counter } = open();
    const wish = { type: 'upi_qr', usage: 'single_use', fixed_amount: true, payment_amount: 30_000 };
    const qr = () => createQr(counter, wish, 'http://127.0.0.1/razorpay').id;
    const [paid, late] = [qr(), qr()];
    authorise(counter, payByCode(counter, paid).id);
    expect(() => payByCode(counter, paid)).toThrow(/closed/);
    clock.set('2026-11-27T08:00:01Z');
    expect(() => payByCode(counter, late)).toThrow(/closed/);
  });
});

describe('a payment that failed', () => {
  it('may be taken later all the same', async () => {
    const { counter } = open({ listens: true });
    const begun = payOrder(counter, order(counter), { method: 'upi', way });
    decline(counter, begun.id);
    expect(authorise(counter, begun.id).entity).toMatchObject({ status: 'captured', error_code: null });
    await until(() => named('order.paid').length === 1, 'the order was told as paid');
    expect(named('payment.failed')).toHaveLength(1);
  });
});

describe('settling', () => {
  it('waits two days, and pays amounts less fees less refunds', () => {
    const { counter } = open();
    const { id } = pay(counter);
    expect(settle(counter)).toBeNull();
    createRefund(counter, id, { amount: 20_000 }, 'refund-key-1');
    clock.set('2026-11-29T06:00:01Z');
    expect(settle(counter)?.entity.amount).toBe(50_000 - 1180 - 20_000);
    expect(settle(counter)).toBeNull();
  });
});

describe('webhooks', () => {
  it('are told again until they are taken, under the same number and with the same bytes', async () => {
    const { counter, set, vendor } = open({ listens: true });
    set({ webhooks: { retryMs: 5 } });
    receiver.behaviour.status = 500;
    pay(counter);
    await until(() => named('order.paid').length >= 3, 'it was told again');
    receiver.behaviour.status = 200;
    await until(() => vendor.deliveries.waiting() === 0, 'all is told');
    const tellings = named('order.paid');
    expect(new Set(tellings.map(({ headers }) => headers['x-razorpay-event-id'])).size).toBe(1);
    expect(new Set(tellings.map(({ body }) => body)).size).toBe(1);
  });

  it('come more than once, in another order, or never, as the settings say', async () => {
    const { counter, set, vendor } = open({ listens: true });
    set({ webhooks: { duplicates: 2, jitterMs: 60 } });
    for (let n = 0; n < 20; n++) pay(counter);
    await until(() => vendor.deliveries.waiting() === 0, 'all is told');
    expect(named('order.paid')).toHaveLength(60);
    const names = receiver.got.map(({ body }) => JSON.parse(body).event);
    expect(names.indexOf('order.paid')).toBeLessThan(names.lastIndexOf('payment.authorized'));
    set({ webhooks: { lost: 1 } });
    receiver.got.length = 0;
    pay(counter);
    await until(() => vendor.deliveries.waiting() === 0, 'nothing waits');
    expect(receiver.got).toEqual([]);
    expect(vendor.deliveries.attempts()[0]?.status).toBe(-1);
  });
});

describe('what the vendor knows', () => {
  it('outlives its process, webhooks that were not taken among it', async () => {
    const file = path.join(folder, 'books.jsonl');
    receiver.behaviour.status = 500;
    const first = open({ file, listens: true });
    const { id } = pay(first.counter);
    await until(() => named('order.paid').length > 0, 'it was told once');
    first.close();
    receiver.behaviour.status = 200;
    receiver.got.length = 0;
    const second = open({ file, listens: true });
    expect(second.vendor.store.get('payment', id)?.entity.status).toBe('captured');
    await until(() => named('order.paid').length > 0, 'it was told again');
  });
});
