import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { tellRefunds } from '../../../src/campaigns/refund-mails.ts';
import { accountOf, type GivingAccount } from '../../../src/giving/accounts.ts';
import { askDisputes, listDisputes } from '../../../src/giving/disputes.ts';
import { applyWebhook, receiveWebhook } from '../../../src/giving/inbox.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { reconcileSettlements } from '../../../src/giving/reconciling.ts';
import { endDispute, raiseDispute } from '../../../src/sandbox/razorpay/disputing.ts';
import { settle } from '../../../src/sandbox/razorpay/settling.ts';
import { expectSound } from '../../support/books.ts';
import { openTill, paidGift } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
let account: GivingAccount;
const general = accounts.general('domestic');
beforeAll(async () => {
  await openTill(ground, till.url());
  account = await accountOf(ground, 'domestic');
});

/** Every webhook that names the payment is told, in this order, and applied. */
async function tell(payment: string, order: (names: number) => number[] = (n) => [...Array(n).keys()]) {
  const told = till.events(payment);
  for (const n of order(told.length)) {
    const { body, signature } = told[n] as (typeof told)[number];
    const headers = { 'x-razorpay-signature': signature, 'x-razorpay-event-id': randomUUID() };
    await receiveWebhook(ground, { account: account.id, raw: body, headers });
  }
  const { rows } = await ground.sql.query<{ id: string }>(
    'SELECT id FROM webhook_inbox WHERE applied_at IS NULL ORDER BY id',
  );
  for (const { id } of rows) await applyWebhook(ground, id);
}
const giftBy = async (payment: string) => {
  const { rows } = await ground.sql.query(
    `SELECT d.refunded::int, count(*) FILTER (WHERE r.cancelled_at IS NULL)::int AS good
       FROM donation d LEFT JOIN receipt r ON r.donation_id = d.id WHERE d.payment_id = $1 GROUP BY d.id`,
    [payment],
  );
  return rows[0];
};
const sound = () => expectSound(ground);

describe('A dispute', () => {
  it('is kept with its deadline and takes nothing while it is open', async () => {
    const payment = await paidGift(ground, till, { amount: 90_000n });
    const before = await balance(ground.sql, general);
    const { id, entity } = raiseDispute(till.counter(), payment, { amount: 30_000 });
    await tell(payment);
    expect(await listDisputes(ground, { payment })).toMatchObject([
      {
        ...{ id, amount: 30_000n, deducted: 0n, phase: 'chargeback', state: 'open', endedAt: null },
        ...{
          reason: 'goods_or_services_not_received_or_partially_received',
          respondBy: new Date(entity.respond_by * 1000),
        },
      },
    ]);
    expect(await balance(ground.sql, general)).toBe(before);
    expect(await giftBy(payment)).toEqual({ refunded: 0, good: 1 });
  });

  it.each([
    ['in order', (n: number) => [...Array(n).keys()]],
    ['backwards and twice', (n: number) => [...[...Array(n).keys()].reverse(), ...Array(n).keys()]],
  ])('that is lost goes out of the fund once, told %s', async (_how, order) => {
    const payment = await paidGift(ground, till, { amount: 90_000n });
    const [fund, held] = [
      await balance(ground.sql, general),
      await balance(ground.sql, accounts.clearing('domestic')),
    ];
    const { id } = raiseDispute(till.counter(), payment, { amount: 30_000 });
    endDispute(till.counter(), id, 'under_review');
    endDispute(till.counter(), id, 'lost');
    await tell(payment, order);
    expect((await balance(ground.sql, general)) - fund).toBe(30_000n);
    expect((await balance(ground.sql, accounts.clearing('domestic'))) - held).toBe(-30_000n);
    expect(await giftBy(payment)).toEqual({ refunded: 30_000, good: 1 });
    expect(await listDisputes(ground, { payment })).toMatchObject([{ state: 'lost', deducted: 30_000n }]);
    await sound();
  });

  it('that is won or closed costs nothing', async () => {
    for (const ending of ['won', 'closed'] as const) {
      const payment = await paidGift(ground, till);
      const before = await balance(ground.sql, general);
      endDispute(till.counter(), raiseDispute(till.counter(), payment).id, ending);
      await tell(payment);
      expect(await balance(ground.sql, general)).toBe(before);
      expect(await giftBy(payment)).toEqual({ refunded: 0, good: 1 });
      expect(await listDisputes(ground, { payment })).toMatchObject([{ state: ending }]);
    }
  });

  it('whose money was taken and came back leaves the gift whole', async () => {
    const payment = await paidGift(ground, till);
    const before = await balance(ground.sql, general);
    const { id } = raiseDispute(till.counter(), payment);
    const lost = endDispute(till.counter(), id, 'lost');
    await tell(payment);
    till
      .counter()
      .store.put('dispute', { ...lost, entity: { ...lost.entity, status: 'won', amount_deducted: 0 } });
    await ground.sql.query('UPDATE dispute SET ended_at = NULL WHERE id = $1', [id]);
    await askDisputes(ground);
    expect(await balance(ground.sql, general)).toBe(before);
    expect(await giftBy(payment)).toEqual({ refunded: 0, good: 1 });
    await sound();
  });

  it('takes no more of a gift than is left; the rest is the Mission’s', async () => {
    const payment = await paidGift(ground, till);
    const fee = await balance(ground.sql, accounts.fee('domestic'));
    await account.gateway.refund({
      paymentId: payment,
      amount: 40_000n,
      key: `refund-${payment.slice(4, 20)}`,
      notes: {},
    });
    endDispute(till.counter(), raiseDispute(till.counter(), payment).id, 'lost');
    await tell(payment);
    expect((await balance(ground.sql, accounts.fee('domestic'))) - fee).toBe(40_000n);
    expect(await giftBy(payment)).toEqual({ refunded: 50_000, good: 0 });
    await sound();
  });

  it('whose webhooks were lost is learnt of by its settlement, which then agrees', async () => {
    const payment = await paidGift(ground, till, { amount: 200_000n });
    endDispute(till.counter(), raiseDispute(till.counter(), payment).id, 'lost');
    settle(till.counter(), { all: true });
    await paidGift(ground, till, { amount: 900_000n });
    settle(till.counter(), { all: true });
    expect(await reconcileSettlements(ground)).toMatchObject({ failed: 0 });
    expect(await listDisputes(ground, { payment })).toMatchObject([{ state: 'lost', deducted: 200_000n }]);
    const { rows } = await ground.sql.query(
      "SELECT kind FROM difference WHERE kind = 'adjustment' AND resolved_at IS NULL",
    );
    expect(rows).toEqual([]);
    expect(await balance(ground.sql, accounts.clearing('domestic'))).toBe(0n);
    await sound();
  });

  it('tells the donor nothing: the payer asked for the money at the bank', async () => {
    await tellRefunds(ground);
    await ground.sql.query('DELETE FROM notice');
    const payment = await paidGift(ground, till);
    endDispute(till.counter(), raiseDispute(till.counter(), payment).id, 'lost');
    await tell(payment);
    expect(await tellRefunds(ground)).toBe(1);
    expect((await ground.sql.query('SELECT FROM notice')).rowCount).toBe(0);
  });
});
