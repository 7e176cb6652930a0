import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addUser, type User } from '../../../src/access/users.ts';
import { accountOf } from '../../../src/giving/accounts.ts';
import {
  differenceKinds,
  findDifferences,
  listDifferences,
  resolveDifference,
} from '../../../src/giving/differences.ts';
import { applyWebhook, receiveWebhook } from '../../../src/giving/inbox.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { placeOrder } from '../../../src/giving/orders.ts';
import { reconcileSettlements } from '../../../src/giving/reconciling.ts';
import { askRefund, decideRefund } from '../../../src/giving/refund-asking.ts';
import { sendRefunds } from '../../../src/giving/refund-sending.ts';
import { listSettlements, settlementsAwaitingBank } from '../../../src/giving/settlements.ts';
import { assignParked, fundsOf, listParked } from '../../../src/giving/suspense.ts';
import { settle } from '../../../src/sandbox/razorpay/settling.ts';
import { expectSound } from '../../support/books.ts';
import { giftOf, openTill, paidGift, parkedPayment } from '../../support/giving.ts';
import { NOON, testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
let finance: User;
let approver: User;
beforeAll(async () => {
  await openTill(ground, till.url());
  const user = (role: string) =>
    addUser(ground, { email: `${role}@kssm.example`, name: role, roles: [role] }, 'cli:test');
  [finance, approver] = [await user('finance'), await user('approver')];
});
let day = 0;
/** Each test has ten days of its own, so that what another left behind is settled and done. */
beforeEach(() => {
  day += 10;
  ground.clock.set(new Date(NOON).getTime() + day * 86_400_000);
  till.set({ fault: null });
});

const later = (days: number) => ground.clock.set(ground.clock.now().getTime() + days * 86_400_000);
const payOut = () => settle(till.counter(), { all: true });
const refund = async (payment: string, amount: bigint) => {
  const id = await askRefund(ground, { payment, amount, reason: 'Paid twice' }, finance);
  await decideRefund(ground, { id, approve: true }, approver);
  await sendRefunds(ground);
};
const open = async () =>
  (await listDifferences(ground, { limit: 500 })).map(({ kind, subject }) => ({ kind, subject }));
const about = async (subject: string) =>
  (await open()).filter((one) => one.subject === subject).map(({ kind }) => kind);
const change = (sql: string, values: unknown[]) => ground.sql.query(sql, values);
const sound = () => expectSound(ground);

describe('A settlement', () => {
  it('moves what the gateway sent from clearing to bank, once, however often it is fetched', async () => {
    await paidGift(ground, till, { amount: 100_000n, method: 'card' });
    const refunded = await paidGift(ground, till, { amount: 60_000n });
    await refund(refunded, 10_000n);
    const sent = payOut();
    const bank = await balance(ground.sql, accounts.bank('domestic'));
    await Promise.all([reconcileSettlements(ground), reconcileSettlements(ground)]);
    await reconcileSettlements(ground);
    expect(BigInt(sent?.entity.amount ?? 0)).toBe(160_000n - 2360n - 10_000n);
    expect((await balance(ground.sql, accounts.bank('domestic'))) - bank).toBe(147_640n);
    expect(await balance(ground.sql, accounts.clearing('domestic'))).toBe(0n);
    const [shown] = await listSettlements(ground);
    expect(shown).toMatchObject({
      ...{
        id: sent?.id,
        utr: sent?.entity.utr,
        amount: 147_640n,
        fee: 2360n,
        tax: 360n,
        lines: 3,
        bankLine: null,
      },
    });
    expect(await open()).toEqual([]);
    await sound();
  });

  it('is fetched and posted as soon as the gateway tells of it', async () => {
    await paidGift(ground, till, { amount: 100_000n });
    const sent = payOut();
    const bank = await balance(ground.sql, accounts.bank('domestic'));
    const { id: account } = await accountOf(ground, 'domestic');
    for (const { body, signature, id } of till.events(sent?.id ?? ''))
      await receiveWebhook(ground, {
        ...{ account, raw: body },
        headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': id },
      });
    const { rows } = await ground.sql.query(
      "SELECT id FROM webhook_inbox WHERE applied_at IS NULL AND name LIKE 'settlement%'",
    );
    expect(rows).toHaveLength(1);
    await applyWebhook(ground, rows[0].id);
    expect((await listSettlements(ground)).map(({ id }) => id)).toContain(sent?.id);
    expect((await balance(ground.sql, accounts.bank('domestic'))) - bank).toBe(100_000n);
    await sound();
  });

  it('of any gifts and refunds leaves at the gateway exactly what was not settled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            rupees: fc.bigInt(5n, 3000n),
            card: fc.boolean(),
            back: fc.integer({ min: 0, max: 100 }),
          }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        async (gifts) => {
          for (const { rupees, card, back } of gifts) {
            const amount = rupees * 100n;
            const payment = await paidGift(ground, till, { amount, method: card ? 'card' : 'upi' });
            const sum = (amount * BigInt(back)) / 100n;
            if (sum >= 100n) await refund(payment, sum);
          }
          const paid = payOut();
          await reconcileSettlements(ground);
          const after = await balance(ground.sql, accounts.clearing('domestic'));
          // Where more went back than came, the gateway pays out nothing yet.
          if (paid) expect(after).toBe(0n);
          else expect(after).toBeLessThanOrEqual(0n);
        },
      ),
      { numRuns: 8 },
    );
    await sound();
  });

  it('tells of a payment whose webhook and return were both lost', async () => {
    const { order } = await placeOrder(ground, giftOf(80_000n));
    const { paymentId } = till.pay(order.gatewayId as string);
    payOut();
    await reconcileSettlements(ground);
    const { rows } = await ground.sql.query('SELECT amount::int FROM donation WHERE payment_id = $1', [
      paymentId,
    ]);
    expect(rows).toEqual([{ amount: 80_000 }]);
    expect(await about(paymentId)).toEqual([]);
  });

  it('waits for its bank line, and is a difference when it is not in the bank after days', async () => {
    await paidGift(ground, till);
    const sent = payOut();
    await reconcileSettlements(ground);
    expect((await settlementsAwaitingBank(ground.sql)).map(({ id }) => id)).toContain(sent?.id);
    expect(await about(sent?.id ?? '')).toEqual([]);
    later(5);
    await findDifferences(ground);
    expect(await about(sent?.id ?? '')).toEqual(['settlement-unbanked']);
    await change("UPDATE settlement SET bank_line = 'line-1' WHERE id = $1", [sent?.id]);
    await findDifferences(ground);
    expect(await about(sent?.id ?? '')).toEqual([]);
    expect((await settlementsAwaitingBank(ground.sql)).map(({ id }) => id)).not.toContain(sent?.id);
  });

  it('is asked for again from where the last run ended, when a gateway did not answer', async () => {
    await paidGift(ground, till);
    const sent = payOut();
    later(1);
    till.set({ fault: { kind: 'status', status: 503, times: 1000 } });
    expect(await reconcileSettlements(ground)).toMatchObject({ failed: 1, settlements: 0 });
    till.set({ fault: null });
    later(5);
    await reconcileSettlements(ground);
    expect((await listSettlements(ground)).map(({ id }) => id)).toContain(sent?.id);
  });
});

describe('A difference', () => {
  it.each([
    ['payment-amount', 'UPDATE settlement_line SET amount = amount + 100 WHERE entity_id = $1'],
    ['payment-fee', 'UPDATE settlement_line SET fee = fee + 100 WHERE entity_id = $1'],
    ['payment-unsettled', 'DELETE FROM settlement_line WHERE entity_id = $1'],
  ] as const)('%s is found, and gone when it is', async (kind, sql) => {
    const payment = await paidGift(ground, till, { amount: 100_000n, method: 'card' });
    payOut();
    await reconcileSettlements(ground);
    await change('CREATE TABLE IF NOT EXISTS kept_line AS SELECT * FROM settlement_line WHERE false', []);
    await change('INSERT INTO kept_line SELECT * FROM settlement_line WHERE entity_id = $1', [payment]);
    await change(sql, [payment]);
    later(7);
    await findDifferences(ground);
    expect(await about(payment)).toEqual([kind]);
    await change('DELETE FROM settlement_line WHERE entity_id = $1', [payment]);
    await change('INSERT INTO settlement_line SELECT * FROM kept_line WHERE entity_id = $1', [payment]);
    await findDifferences(ground);
    expect(await about(payment)).toEqual([]);
  });

  it.each([
    ['payment-unknown', 'payment', 'pay_unknown0000001'],
    ['refund-unknown', 'refund', 'rfnd_unknown000001'],
    ['adjustment', 'adjustment', 'adj_unknown0000001'],
  ] as const)('%s is found among the lines', async (kind, lineKind, entity) => {
    await paidGift(ground, till);
    const sent = payOut();
    await reconcileSettlements(ground);
    await change(
      `INSERT INTO settlement_line (settlement_id, kind, entity_id, amount, fee, tax, debit, credit)
       VALUES ($1, $2, $3, 500, 0, 0, 500, 0)`,
      [sent?.id, lineKind, entity],
    );
    await findDifferences(ground);
    expect(await about(entity)).toEqual([kind]);
    expect(await about(sent?.id ?? '')).toEqual(['settlement-changed']);
  });

  it('is resolved once, with a note and a name, and stays resolved', async () => {
    const [one] = await listDifferences(ground);
    if (!one) throw new Error('nothing differs');
    await expect(resolveDifference(ground, { id: one.id, note: ' ' }, finance.email)).rejects.toThrow(
      'one line',
    );
    await resolveDifference(
      ground,
      { id: one.id, note: 'Asked the gateway, credited on Monday' },
      finance.email,
    );
    await expect(resolveDifference(ground, { id: one.id, note: 'again' }, finance.email)).rejects.toThrow(
      'already',
    );
    await findDifferences(ground);
    expect((await listDifferences(ground, { limit: 500 })).map(({ id }) => id)).not.toContain(one.id);
    const over = await listDifferences(ground, { over: true, limit: 500 });
    expect(over.find(({ id }) => id === one.id)).toMatchObject({ resolvedBy: finance.email, kind: one.kind });
    const { rows } = await ground.sql.query(
      "SELECT after FROM audit_entry WHERE action = 'difference.resolved'",
    );
    expect(rows).toEqual([{ after: expect.objectContaining({ kind: one.kind }) }]);
    expect(differenceKinds).toContain(one.kind);
  });
});

describe('Money in suspense', () => {
  const words = { donor: { name: 'Thomas Kurian', address: null }, note: 'He wrote to us with the number' };

  it('is on the list until finance says what it is for, and then a gift with a receipt', async () => {
    const payment = await parkedPayment(ground, till);
    expect((await listParked(ground)).map((one) => one.payment)).toContain(payment);
    const fund = accounts.general('domestic');
    const before = await balance(ground.sql, accounts.suspense('domestic'));
    await assignParked(ground, { payment, fund, ...words }, finance);
    expect((await balance(ground.sql, accounts.suspense('domestic'))) - before).toBe(70_000n);
    const { rows } = await ground.sql.query(
      'SELECT d.amount::int, n.name, r.number IS NOT NULL AS receipt FROM donation d JOIN donor n ON n.id = d.donor_id LEFT JOIN receipt r ON r.donation_id = d.id WHERE d.payment_id = $1',
      [payment],
    );
    expect(rows).toEqual([{ amount: 70_000, name: 'Thomas Kurian', receipt: true }]);
    expect((await listParked(ground)).map((one) => one.payment)).not.toContain(payment);
    await expect(assignParked(ground, { payment, fund, ...words }, finance)).rejects.toThrow('suspense');
    await sound();
    await refund(payment, 20_000n);
    await sound();
  });

  it('assigned by two at once is one gift', async () => {
    const payment = await parkedPayment(ground, till);
    const wish = { payment, fund: accounts.general('domestic'), ...words };
    const all = await Promise.allSettled([
      assignParked(ground, wish, finance),
      assignParked(ground, wish, finance),
    ]);
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await sound();
  });

  it('can be given back instead, and then is for nobody', async () => {
    const payment = await parkedPayment(ground, till);
    await refund(payment, 70_000n);
    expect((await listParked(ground)).map((one) => one.payment)).not.toContain(payment);
    await expect(
      assignParked(ground, { payment, fund: accounts.general('domestic'), ...words }, finance),
    ).rejects.toThrow('goes back');
    await sound();
  });

  it('never goes to a fund of the other stream, nor by somebody without the role', async () => {
    const payment = await parkedPayment(ground, till);
    const wish = { payment, fund: accounts.general('fcra'), ...words };
    expect(await fundsOf(ground, 'domestic')).toEqual([accounts.general('domestic')]);
    await expect(assignParked(ground, wish, finance)).rejects.toThrow('no such fund');
    await expect(assignParked(ground, wish, approver)).rejects.toThrow('This needs the role');
    expect((await accountOf(ground, 'domestic')).stream).toBe('domestic');
  });
});
