import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountOf, type GivingAccount, saveGatewayAccount } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { applyWebhook, receiveWebhook, sweepWebhooks } from '../../../src/giving/inbox.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { type GiftWish, placeOrder } from '../../../src/giving/orders.ts';
import { reconcileOrders } from '../../../src/giving/reconcile.ts';
import { expectSound } from '../../support/books.ts';
import { testGround } from '../../support/ground.ts';
import { account as practice, testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
/** Webhooks wait, so that the test tells them. */
const till = testStandIn({ settings: { webhooks: { delayMs: 3_600_000 } } });
let account: GivingAccount;
const general = accounts.general('domestic');
beforeAll(async () => {
  const { keyId, keySecret, webhookSecret } = practice;
  await saveGatewayAccount(
    ground,
    {
      ...{ stream: 'domestic', keyId, settings: { baseUrl: till.url() } },
      secrets: { keySecret, webhookSecrets: ['a newer secret', webhookSecret] },
    },
    'cli:test',
  );
  account = await accountOf(ground, 'domestic');
});

const wish = (amount: bigint): GiftWish => ({
  ...{ formKey: randomUUID(), stream: 'domestic', amount, fund: general, language: 'ml', anonymous: false },
  donor: {
    ...{
      kind: 'individual',
      name: 'Sreeja Nair',
      email: 'sreeja@people.example',
      phone: null,
      address: null,
    },
    ...{ language: 'ml', source: {}, identity: { kind: 'pan', number: 'AAAPA1234A' } },
  },
  ...{ message: null, dedication: null, touch: null, consents: [] },
});
const ordered = async (amount = 50_000n) => (await placeOrder(ground, wish(amount))).order;
const one = async (query: string, values: unknown[] = []) => (await ground.sql.query(query, values)).rows[0];
const giftsOf = async (orderId: string) =>
  (
    await ground.sql.query(
      `SELECT d.amount::int, d.refunded::int, count(r.*)::int AS receipts, count(r.*) FILTER (WHERE r.cancelled_at IS NULL)::int AS good
         FROM donation d JOIN payment p ON p.id = d.payment_id LEFT JOIN receipt r ON r.donation_id = d.id
        WHERE p.order_id = $1 GROUP BY d.id`,
      [orderId],
    )
  ).rows;
const later = (ms: number) => ground.clock.set(ground.clock.now().getTime() + ms);
const sound = () => expectSound(ground);

describe('A payment', () => {
  it('becomes one gift with one receipt, whoever tells of it and however often', async () => {
    const order = await ordered();
    const { paymentId } = till.pay(order.gatewayId as string);
    const before = await balance(ground.sql, general);
    await Promise.all(Array.from({ length: 6 }, () => applyPayment(ground, account, paymentId)));
    expect(await giftsOf(order.id)).toEqual([{ amount: 50_000, refunded: 0, receipts: 1, good: 1 }]);
    expect((await balance(ground.sql, general)) - before).toBe(-50_000n);
    expect((await one("SELECT count(*)::int AS n FROM outbox WHERE event = 'gift.paid'")).n).toBe(1);
    await sound();
  });

  it('leaves the fee to the Mission, and the gross to the fund', async () => {
    const order = await ordered(100_000n);
    const [fees, held] = [
      await balance(ground.sql, accounts.fee('domestic')),
      await balance(ground.sql, accounts.clearing('domestic')),
    ];
    const { paymentId } = till.pay(order.gatewayId as string, { method: 'card' });
    await applyPayment(ground, account, paymentId);
    const { fee } = await account.gateway.fetchPayment(paymentId);
    expect(fee).toBeGreaterThan(0n);
    expect((await balance(ground.sql, accounts.fee('domestic'))) - fees).toBe(fee);
    expect((await balance(ground.sql, accounts.clearing('domestic'))) - held).toBe(
      100_000n - (fee as bigint),
    );
  });

  it('may fail first and be captured later, and is waited for while the bank is silent', async () => {
    const order = await ordered();
    const failed = till.pay(order.gatewayId as string, { fails: true });
    expect(await applyPayment(ground, account, failed.paymentId)).toBe('failed');
    const silent = till.begin(order.gatewayId as string);
    expect(await applyPayment(ground, account, silent)).toBe('waiting');
    expect(await giftsOf(order.id)).toEqual([]);
    const good = till.pay(order.gatewayId as string);
    expect(await applyPayment(ground, account, good.paymentId)).toBe('captured');
    expect(await applyPayment(ground, account, failed.paymentId)).toBe('failed');
    expect(await giftsOf(order.id)).toHaveLength(1);
  });

  it('finds its order by our receipt when the answer that named it was lost', async () => {
    const order = await ordered();
    await ground.sql.query('UPDATE gift_order SET gateway_id = NULL WHERE id = $1', [order.id]);
    const { paymentId } = till.pay(order.gatewayId as string);
    expect(await applyPayment(ground, account, paymentId)).toBe('captured');
    expect((await one('SELECT gateway_id FROM gift_order WHERE id = $1', [order.id])).gateway_id).toBe(
      order.gatewayId,
    );
  });

  it('by a code is the gift of the order the code was made for', async () => {
    const order = await ordered(1_23_400n);
    const code = await account.gateway.createQr?.({
      ...{ amount: order.amount, name: 'We Care', description: 'A gift', notes: {} },
      closesAt: new Date(Date.now() + 1_800_000),
    });
    await ground.sql.query('UPDATE gift_order SET qr_id = $2 WHERE id = $1', [order.id, code?.id]);
    const { paymentId } = till.scan(code?.id as string);
    expect(await applyPayment(ground, account, paymentId, { qr: code?.id as string })).toBe('captured');
    expect(await giftsOf(order.id)).toHaveLength(1);
  });

  it('that belongs to no order of ours is parked with its money in suspense', async () => {
    const stray = await account.gateway.createOrder({ amount: 70_000n, receipt: 'not-ours', notes: {} });
    const { paymentId } = till.pay(stray.id);
    const before = await balance(ground.sql, accounts.suspense('domestic'));
    expect(await applyPayment(ground, account, paymentId)).toBe('parked');
    expect((await balance(ground.sql, accounts.suspense('domestic'))) - before).toBe(-70_000n);
    await sound();
  });

  it('cannot be used for an order of another amount', async () => {
    const order = await ordered(90_000n);
    await ground.sql.query('ALTER TABLE gift_order DISABLE TRIGGER ALL');
    await ground.sql.query('UPDATE gift_order SET amount = 9_000_000 WHERE id = $1', [order.id]);
    const { paymentId } = till.pay(order.gatewayId as string);
    expect(await applyPayment(ground, account, paymentId)).toBe('parked');
    expect(await giftsOf(order.id)).toEqual([]);
  });
});

describe('A refund', () => {
  it('lowers the gift and cancels its receipt; of a part that is kept another is issued', async () => {
    const order = await ordered(60_000n);
    const { paymentId } = till.pay(order.gatewayId as string);
    await applyPayment(ground, account, paymentId);
    const refund = (amount: bigint) =>
      account.gateway.refund({ paymentId, amount, key: `test-${amount}-${order.id.slice(0, 8)}`, notes: {} });
    await refund(20_000n);
    await applyPayment(ground, account, paymentId);
    await applyPayment(ground, account, paymentId);
    expect(await giftsOf(order.id)).toEqual([{ amount: 60_000, refunded: 20_000, receipts: 2, good: 1 }]);
    await refund(40_000n);
    await applyPayment(ground, account, paymentId);
    expect(await giftsOf(order.id)).toEqual([{ amount: 60_000, refunded: 60_000, receipts: 2, good: 0 }]);
    await sound();
  });
});

it('gives numbers without a gap, however many pay at once, by the day the money was taken', async () => {
  const orders = await Promise.all(Array.from({ length: 25 }, () => ordered()));
  await Promise.all(
    orders.map(({ gatewayId }) => applyPayment(ground, account, till.pay(gatewayId as string).paymentId)),
  );
  const { rows } = await ground.sql.query(
    'SELECT year, count(*)::int AS n, min(number)::int, max(number)::int FROM receipt GROUP BY year',
  );
  for (const { n, min, max } of rows) expect([min, max]).toEqual([1, n]);
});

describe('A webhook', () => {
  const post = (raw: Buffer, signature: string, id: string) =>
    receiveWebhook(ground, {
      ...{ account: account.id, raw },
      headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': id },
    });

  it('that nobody signed is refused and not kept', async () => {
    const body = Buffer.from('{"entity":"event","event":"payment.captured","created_at":1,"payload":{}}');
    for (const signature of ['', 'x', 'a'.repeat(64)])
      await expect(post(body, signature, 'evt1')).rejects.toThrow('not signed');
    expect((await one('SELECT count(*)::int AS n FROM webhook_inbox')).n).toBe(0);
  });

  it('told in any order, any number of times, with its refund first, comes to the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { minLength: 4, maxLength: 8 }),
        fc.boolean(),
        async (order, refunded) => {
          const gift = await ordered();
          const { paymentId } = till.pay(gift.gatewayId as string);
          if (refunded)
            await account.gateway.refund({
              paymentId,
              amount: 10_000n,
              key: `prop-${gift.id}`.slice(0, 40),
              notes: {},
            });
          const told = till.events(paymentId);
          for (const n of order) {
            const { body, signature, id } = told[n % told.length] as (typeof told)[number];
            await post(body, signature, id);
          }
          await Promise.all(
            [...(await waiting()), ...(await waiting())].map((id) => applyWebhook(ground, id)),
          );
          expect(await giftsOf(gift.id)).toEqual([
            { amount: 50_000, refunded: refunded ? 10_000 : 0, receipts: expect.any(Number), good: 1 },
          ]);
        },
      ),
      { numRuns: 12 },
    );
    await sound();
  });
  const waiting = async () =>
    (
      await ground.sql.query<{ id: string }>('SELECT id FROM webhook_inbox WHERE applied_at IS NULL')
    ).rows.map(({ id }) => id);

  it('waits while the gateway does not answer, and is applied afterwards', async () => {
    const gift = await ordered();
    const { paymentId } = till.pay(gift.gatewayId as string);
    const [told] = till.events(paymentId);
    await post(told?.body as Buffer, told?.signature as string, told?.id as string);
    till.set({ fault: { kind: 'status', status: 503, times: 50 } });
    for (const id of await waiting()) await applyWebhook(ground, id);
    expect(await giftsOf(gift.id)).toEqual([]);
    till.set({ fault: null });
    expect(await sweepWebhooks(ground)).toBe(0);
    later(60_000);
    expect(await sweepWebhooks(ground)).toBe(1);
    for (const id of await waiting()) await applyWebhook(ground, id);
    expect(await giftsOf(gift.id)).toHaveLength(1);
  });
});

it('is found by the reconciler when neither browser nor webhook told of it', async () => {
  const gift = await ordered();
  till.pay(gift.gatewayId as string);
  later(10 * 60_000);
  await reconcileOrders(ground);
  expect(await giftsOf(gift.id)).toHaveLength(1);
});
