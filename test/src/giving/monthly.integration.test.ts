import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { tellMonthly } from '../../../src/campaigns/donor-mails.ts';
import { accountOf, type GivingAccount } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { applyWebhook, receiveWebhook } from '../../../src/giving/inbox.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { readMonthly } from '../../../src/giving/monthly.ts';
import { changeMonthlyAmount, stepMonthly } from '../../../src/giving/monthly-change.ts';
import { askMonthly, followDueMonthly } from '../../../src/giving/monthly-follow.ts';
import { type GiftWish, recordGift } from '../../../src/giving/orders.ts';
import { reconcileOrders } from '../../../src/giving/reconcile.ts';
import { openTill } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
/** Webhooks wait, so that the test tells them. */
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
let account: GivingAccount;
beforeAll(async () => {
  await openTill(ground, till.url());
  account = await accountOf(ground, 'domestic');
});

const wish = (more: Partial<GiftWish> = {}): GiftWish => ({
  ...{ formKey: randomUUID(), stream: 'domestic', amount: 50_000n, monthly: true, language: 'en' },
  ...{ fund: accounts.general('domestic'), anonymous: false, message: 'With love', touch: null },
  donor: {
    ...{ kind: 'individual', name: 'Ammini K', email: `ammini-${randomUUID()}@people.example`, phone: null },
    ...{ address: null, language: 'en', source: {}, identity: null },
  },
  dedication: { kind: 'memory', name: 'Kunju', tell: { name: 'Lali', email: 'lali@people.example' } },
  consents: [
    { use: 'receipt', words: 'Send me the receipt.' },
    { use: 'newsletter', words: 'Send me the newsletter.' },
  ],
  ...more,
});
const BY = { actor: 'the person', origin: 'donor page' };

/** A monthly gift that waits for its mandate. */
async function begun(more: Partial<GiftWish> = {}) {
  const order = await recordGift(ground, wish(more));
  const { rows } = await ground.sql.query('SELECT monthly_id AS id FROM gift_order WHERE id = $1', [order]);
  const id = rows[0].id as string;
  await askMonthly(ground, id);
  return { order, id, gatewayId: (await gift(id)).gatewayId as string };
}
async function active(method: 'upi' | 'card' = 'card', more: Partial<GiftWish> = {}) {
  const made = await begun(more);
  const { paymentId } = till.mandate(made.gatewayId, { method });
  await applyPayment(ground, account, paymentId);
  await askMonthly(ground, made.id);
  return { ...made, paymentId };
}
async function gift(id: string) {
  const [found] = await readMonthly(ground.sql, 'id', [id]);
  if (!found) throw new Error('There is no such monthly gift.');
  return found;
}
const months = async (id: string) =>
  (
    await ground.sql.query(
      `SELECT o.id, o.amount::int, o.message, o.dedication, o.consents, d.id IS NOT NULL AS given, r.number::int
         FROM gift_order o LEFT JOIN payment p ON p.order_id = o.id AND p.captured_at IS NOT NULL
         LEFT JOIN donation d ON d.payment_id = p.id LEFT JOIN receipt r ON r.donation_id = d.id
        WHERE o.monthly_id = $1 ORDER BY o.created_at, o.id`,
      [id],
    )
  ).rows;

describe('A monthly gift', () => {
  it('is asked for once, however often, and waits for its mandate', async () => {
    const { id, order } = await begun();
    await Promise.all([askMonthly(ground, id), askMonthly(ground, id)]);
    expect(till.counter().store.of('subscription', till.counter().account.keyId)).toHaveLength(1);
    expect(await months(id)).toMatchObject([{ id: order, given: false }]);
    expect(await gift(id)).toMatchObject({ state: 'created', amount: 50_000n, paid: 0 });
  });

  it('becomes a gift each month, with a receipt of its own, whoever tells of it', async () => {
    const { id, gatewayId, paymentId, order } = await active();
    const before = await balance(ground.sql, accounts.general('domestic'));
    const second = till.charge(gatewayId);
    await Promise.all([
      ...[1, 2, 3].map(() => applyPayment(ground, account, second.paymentId)),
      applyPayment(ground, account, paymentId),
      askMonthly(ground, id),
    ]);
    const [first, next, ...more] = await months(id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: order, given: true, message: 'With love' });
    expect(next).toMatchObject({ given: true, amount: 50_000, message: null, dedication: null });
    // What was left since must not come back with the next month.
    expect(next.consents).toEqual([{ use: 'receipt', words: 'Send me the receipt.' }]);
    expect(next.number).toBe(first.number + 1);
    expect((await balance(ground.sql, accounts.general('domestic'))) - before).toBe(-50_000n);
    expect(await gift(id)).toMatchObject({ state: 'active', paid: 2, method: 'card' });
  });

  it('is found by its webhooks alone, told twice and out of order', async () => {
    const { id, gatewayId } = await begun();
    const { paymentId } = till.mandate(gatewayId);
    for (const { body, signature, id: event } of till.events(gatewayId).reverse())
      for (const _ of [1, 2])
        await receiveWebhook(ground, {
          ...{ account: account.id, raw: body },
          headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': event },
        });
    const { rows } = await ground.sql.query('SELECT id FROM webhook_inbox WHERE applied_at IS NULL');
    expect(rows.length).toBeGreaterThan(2);
    await Promise.all(rows.map((row) => applyWebhook(ground, row.id)));
    expect(await months(id)).toMatchObject([{ given: true }]);
    expect((await gift(id)).state).toBe('active');
    expect(paymentId).toMatch(/^pay_/);
  });

  it('is found by the clock when nobody told of it', async () => {
    const { id, gatewayId } = await begun();
    till.mandate(gatewayId);
    ground.clock.set(ground.clock.now().getTime() + 10 * 60_000);
    await reconcileOrders(ground);
    expect(await months(id)).toMatchObject([{ given: true }]);
    till.charge(gatewayId);
    expect(await months(id)).toHaveLength(1);
    ground.clock.set(ground.clock.now().getTime() + 26 * 3_600_000);
    expect(await followDueMonthly(ground)).toBeGreaterThan(0);
    expect(await months(id)).toHaveLength(2);
  });

  it('whose first try the bank refused is open still; a later refusal is no gift', async () => {
    const { id, gatewayId } = await begun();
    const refused = till.mandate(gatewayId, { fails: true });
    expect(await applyPayment(ground, account, refused.paymentId)).toBe('failed');
    const good = till.mandate(gatewayId);
    expect(await applyPayment(ground, account, good.paymentId)).toBe('captured');
    const missed = till.charge(gatewayId, { fails: true });
    expect(await applyPayment(ground, account, missed.paymentId)).toBe('failed');
    expect(await months(id)).toHaveLength(1);
    const again = till.charge(gatewayId);
    expect(await applyPayment(ground, account, again.paymentId)).toBe('captured');
    expect(await months(id)).toMatchObject([{ given: true }, { given: true }]);
  });

  it('that halts is told to its donor once', async () => {
    const { id, gatewayId } = await active();
    for (const _ of [1, 2, 3]) till.charge(gatewayId, { fails: true });
    await Promise.all([askMonthly(ground, id), askMonthly(ground, id)]);
    await askMonthly(ground, id);
    expect((await gift(id)).state).toBe('halted');
    await tellMonthly(ground);
    const { rows } = await ground.sql.query(
      "SELECT kind, html FROM notice WHERE kind LIKE 'monthly-%' AND address = (SELECT email FROM donor d JOIN monthly_gift m ON m.donor_id = d.id WHERE m.id = $1)",
      [id],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['monthly-halted']);
    expect(rows[0].html).toMatch(/\/my\/[\w-]{50}/);
  });

  it('charged with a sum that nobody agreed to is parked', async () => {
    const { id, gatewayId } = await active();
    const store = till.counter().store;
    const record = store.get('subscription', gatewayId);
    const other = await account.gateway.subscriptions?.createPlan({ amount: 90_000n, name: 'dearer' });
    if (!record || !other) throw new Error('The stand-in knows no subscription.');
    store.put('subscription', { ...record, planned: other });
    const { paymentId } = till.charge(gatewayId);
    const before = await balance(ground.sql, accounts.suspense('domestic'));
    expect(await applyPayment(ground, account, paymentId)).toBe('parked');
    expect((await balance(ground.sql, accounts.suspense('domestic'))) - before).toBe(-90_000n);
    expect(await months(id)).toHaveLength(1);
  });

  it.each([
    ['above ₹15,000', { amount: 1_500_100n }, /15,000/],
    ['from abroad', { stream: 'fcra' as const }, /money from India|from abroad/],
    ['without a mailbox', { donor: { ...wish().donor, email: null } }, /needs an email/],
  ])('%s is refused, and nothing is written', async (_name, more, words) => {
    const before = (await ground.sql.query('SELECT FROM monthly_gift')).rowCount;
    await expect(recordGift(ground, wish(more))).rejects.toThrow(words);
    expect((await ground.sql.query('SELECT FROM monthly_gift')).rowCount).toBe(before);
  });
});

describe('A change of a monthly gift', () => {
  it('pauses, goes on and ends it, and nothing else is possible after', async () => {
    const { id } = await active('upi');
    await stepMonthly(ground, { id, step: 'pause' }, BY);
    expect((await gift(id)).state).toBe('paused');
    await expect(stepMonthly(ground, { id, step: 'pause' }, BY)).rejects.toThrow('another state');
    await stepMonthly(ground, { id, step: 'resume' }, BY);
    await stepMonthly(ground, { id, step: 'cancel' }, BY);
    expect((await gift(id)).state).toBe('cancelled');
    await expect(stepMonthly(ground, { id, step: 'resume' }, BY)).rejects.toThrow('another state');
    const { rows } = await ground.sql.query(
      "SELECT action FROM audit_entry WHERE subject_type = 'monthly-gift' AND subject_id = $1 ORDER BY id",
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'monthly.paused',
      'monthly.resumed',
      'monthly.cancelled',
    ]);
  });

  it('of the amount holds from the next month on, by card and not by UPI', async () => {
    const { id, gatewayId } = await active('card');
    await changeMonthlyAmount(ground, { id, amount: 70_000n }, BY);
    expect(await gift(id)).toMatchObject({ amount: 50_000n, nextAmount: 70_000n });
    await applyPayment(ground, account, till.charge(gatewayId).paymentId);
    expect((await months(id)).map(({ amount }) => amount)).toEqual([50_000, 70_000]);
    expect(await gift(id)).toMatchObject({ amount: 70_000n, nextAmount: null });
    await expect(changeMonthlyAmount(ground, { id, amount: 1_600_000n }, BY)).rejects.toThrow('₹15,000');
    const byUpi = await active('upi');
    await expect(changeMonthlyAmount(ground, { id: byUpi.id, amount: 70_000n }, BY)).rejects.toThrow('UPI');
  });

  it('that the gateway does not answer to is refused, and may be asked again', async () => {
    const { id } = await active('card');
    till.set({ fault: { kind: 'status', status: 503, times: 20 } });
    await expect(stepMonthly(ground, { id, step: 'pause' }, BY)).rejects.toThrow('does not answer');
    till.set({ fault: null });
    expect((await gift(id)).state).toBe('active');
    await stepMonthly(ground, { id, step: 'pause' }, BY);
    expect((await gift(id)).state).toBe('paused');
  });
});
