import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addUser, type Role, type User } from '../../../src/access/users.ts';
import { tellAskedRefunds } from '../../../src/campaigns/refund-asks.ts';
import { tellRefunds } from '../../../src/campaigns/refund-mails.ts';
import { accountOf } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { applyDispute } from '../../../src/giving/disputes.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { askRefund, DONOR, decideRefund, leftOf } from '../../../src/giving/refund-asking.ts';
import { listRefunds, readRefund } from '../../../src/giving/refund-list.ts';
import { sendRefunds } from '../../../src/giving/refund-sending.ts';
import { raiseDispute } from '../../../src/sandbox/razorpay/disputing.ts';
import { expectSound } from '../../support/books.ts';
import { openTill, paidGift } from '../../support/giving.ts';
import { NOON, testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
const staff = {} as Record<Role, User>;
beforeAll(async () => {
  await openTill(ground, till.url());
  for (const role of ['finance', 'approver', 'administrator', 'author'] as const)
    staff[role] = await addUser(
      ground,
      { email: `${role}@kssm.example`, name: role, roles: [role] },
      'cli:test',
    );
});
beforeEach(() => {
  ground.clock.set(NOON);
  till.set({ fault: null });
});

const reason = 'Paid twice';
const ask = (payment: string, amount: bigint | null = null, by = staff.finance) =>
  askRefund(ground, { payment, amount, reason }, by);
const approve = (id: string, by = staff.approver) => decideRefund(ground, { id, approve: true }, by);
const later = (seconds: number) => ground.clock.set(ground.clock.now().getTime() + seconds * 1000);
const made = (payment: string) => till.counter().store.of('refund', payment);
const giftBy = async (payment: string) => {
  const { rows } = await ground.sql.query(
    `SELECT d.amount::int, d.refunded::int, count(*) FILTER (WHERE r.cancelled_at IS NULL)::int AS good
       FROM donation d LEFT JOIN receipt r ON r.donation_id = d.id WHERE d.payment_id = $1 GROUP BY d.id`,
    [payment],
  );
  return rows[0];
};
const sound = () => expectSound(ground);

describe('A refund', () => {
  it('goes back when one person asked and another approved, and lowers fund, gift and receipt', async () => {
    const payment = await paidGift(ground, till, { amount: 60_000n });
    const before = await balance(ground.sql, accounts.general('domestic'));
    const id = await ask(payment, 20_000n);
    expect(await sendRefunds(ground)).toBe(0);
    expect(made(payment)).toEqual([]);
    await approve(id);
    await sendRefunds(ground);
    expect(await readRefund(ground, id)).toMatchObject({
      ...{ state: 'processed', amount: 20_000n, askedBy: 'finance', decidedBy: 'approver' },
    });
    expect(await giftBy(payment)).toEqual({ amount: 60_000, refunded: 20_000, good: 1 });
    expect((await balance(ground.sql, accounts.general('domestic'))) - before).toBe(20_000n);
    expect(await balance(ground.sql, accounts.refunds('domestic'))).toBe(0n);
    await sound();
  });

  it('that a donor wishes is asked for by one of staff and decided by another', async () => {
    const payment = await paidGift(ground, till, { amount: 60_000n });
    const id = await ask(payment, 60_000n);
    await ground.sql.query(`UPDATE refund SET asked_by = $2 WHERE id = $1`, [id, DONOR]);
    await expect(approve(id)).rejects.toThrow('needs the role');
    expect(await approve(id, staff.finance)).toBe('taken-up');
    expect(await sendRefunds(ground)).toBe(0);
    await expect(approve(id, staff.finance)).rejects.toThrow('yourself');
    expect(await approve(id)).toBe('approved');
    await sendRefunds(ground);
    expect(await giftBy(payment)).toEqual({ amount: 60_000, refunded: 60_000, good: 0 });
  });

  it('is never decided by whoever asked, in the domain or in the database', async () => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await expect(approve(id, staff.finance)).rejects.toThrow('Another person must decide');
    const alone =
      "UPDATE refund SET state = 'approved', decided_by = asked_by, decided_at = now() WHERE id = $1";
    await expect(ground.sql.query(alone, [id])).rejects.toThrow('refund_two_persons');
    const undecided = "UPDATE refund SET state = 'approved' WHERE id = $1";
    await expect(ground.sql.query(undecided, [id])).rejects.toThrow('refund_decided');
    expect((await readRefund(ground, id)).state).toBe('asked');
  });

  it('is asked for by finance and decided by some roles only, and refused requests write nothing', async () => {
    const payment = await paidGift(ground, till);
    await expect(ask(payment, null, staff.author)).rejects.toThrow('This needs the role');
    await expect(ask(payment, null, staff.approver)).rejects.toThrow('This needs the role');
    await expect(ask('pay_nosuchpayment0')).rejects.toThrow('There is no such payment.');
    await expect(askRefund(ground, { payment, amount: null, reason: ' ' }, staff.finance)).rejects.toThrow(
      'why',
    );
    const id = await ask(payment);
    await expect(approve(id, staff.author)).rejects.toThrow('This needs the role');
    expect(await listRefunds(ground, { payment })).toHaveLength(1);
  });

  it('that waits for a second person is mailed to all of finance but whoever asked, once', async () => {
    const email = 'second@kssm.example';
    const second = await addUser(ground, { email, name: 'Biju', roles: ['finance', 'author'] }, 'cli:test');
    await ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [second.id]);
    const mailed = async () =>
      (
        await ground.sql.query(
          "SELECT address, language, subject, text FROM notice WHERE kind = 'refund-waiting' ORDER BY address",
        )
      ).rows;
    await tellAskedRefunds(ground);
    await ground.sql.query("DELETE FROM notice WHERE kind = 'refund-waiting'");
    const id = await ask(await paidGift(ground, till, { amount: 60_000n }), 20_000n);
    await Promise.all([tellAskedRefunds(ground), tellAskedRefunds(ground)]);
    await tellAskedRefunds(ground);
    expect(await mailed()).toMatchObject([
      { address: email, language: 'ml', subject: '₹200 തിരികെ നൽകാൻ തീരുമാനം വേണം' },
    ]);
    expect((await mailed())[0].text).toContain(`/console/refunds/${id}`);
    // One that was decided by then waits for nobody.
    const decided = await ask(await paidGift(ground, till), null, second);
    await approve(decided);
    await tellAskedRefunds(ground);
    expect(await mailed()).toHaveLength(1);
    await ground.sql.query('UPDATE app_user SET disabled_at = now() WHERE id = $1', [second.id]);
  });

  it('that was declined says why, goes nowhere and can be asked for again', async () => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await expect(decideRefund(ground, { id, approve: false }, staff.approver)).rejects.toThrow('stays');
    await decideRefund(ground, { id, approve: false, answer: 'The donor wants it kept' }, staff.approver);
    await expect(approve(id, staff.administrator)).rejects.toThrow('decided already');
    await sendRefunds(ground);
    expect(made(payment)).toEqual([]);
    expect(await leftOf(ground.sql, payment)).toBe(50_000n);
    await ask(payment);
  });

  it('is refused above what is left, after six months, and while a bank questions the payment', async () => {
    const payment = await paidGift(ground, till);
    await expect(ask(payment, 50_100n)).rejects.toThrow('Give back between ₹1 and ₹500');
    await expect(ask(payment, 99n)).rejects.toThrow('Give back between');
    const account = await accountOf(ground, 'domestic');
    await applyDispute(ground, account, raiseDispute(till.counter(), payment).id);
    await expect(ask(payment)).rejects.toThrow('Answer the dispute first');
    const old = await paidGift(ground, till);
    const waiting = await ask(old);
    ground.clock.set('2027-05-22T06:30:00Z');
    await expect(ask(old, 100n)).rejects.toThrow('more than six months ago');
    await expect(approve(waiting)).rejects.toThrow('more than six months ago');
  });

  it('asked for by many at once never exceeds the payment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt(100n, 60_000n), { minLength: 2, maxLength: 7 }),
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        async (amounts, approved) => {
          const payment = await paidGift(ground, till);
          const ids = await Promise.allSettled(amounts.map((amount) => ask(payment, amount)));
          const asked = ids.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
          await Promise.all(asked.filter((_, n) => approved[n]).map((id) => approve(id)));
          await sendRefunds(ground);
          const sum = made(payment).reduce((all, { entity }) => all + BigInt(entity.amount), 0n);
          const open = (await listRefunds(ground, { payment }))
            .filter(({ state }) => state === 'asked')
            .reduce((all, { amount }) => all + amount, 0n);
          expect(sum + open).toBeLessThanOrEqual(50_000n);
          expect(await leftOf(ground.sql, payment)).toBe(50_000n - sum - open);
          expect((await giftBy(payment)).refunded).toBe(Number(sum));
        },
      ),
      { numRuns: 10 },
    );
    await sound();
  });
});

describe('A refund whose end is not known', () => {
  const troubled = async (kind: 'cut' | 'garbage') => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await approve(id);
    till.set({ fault: { kind, times: 3, method: 'POST' } });
    await sendRefunds(ground);
    till.set({ fault: null });
    return { payment, id };
  };

  it.each(['cut', 'garbage'] as const)('by %s is found by its key, and is one', async (kind) => {
    const { payment, id } = await troubled(kind);
    expect(made(payment)).toHaveLength(1);
    later(3600);
    await sendRefunds(ground);
    expect((await readRefund(ground, id)).state).toBe('processed');
    expect(made(payment)).toHaveLength(1);
    await sound();
  });

  it('that never reached the gateway is sent later under the same key', async () => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await approve(id);
    till.set({ fault: { kind: 'status', status: 503, times: 50, method: 'POST' } });
    await sendRefunds(ground);
    expect(await readRefund(ground, id)).toMatchObject({
      state: 'sent',
      trouble: expect.stringContaining('fault'),
    });
    expect(made(payment)).toEqual([]);
    till.set({ fault: null });
    expect(await sendRefunds(ground)).toBe(0);
    later(3600);
    await sendRefunds(ground);
    const { rows } = await ground.sql.query('SELECT key FROM refund WHERE id = $1', [id]);
    expect(made(payment).map(({ key }) => key)).toEqual([rows[0].key]);
    expect((await readRefund(ground, id)).state).toBe('processed');
  });

  it('sent by two processes at once is one', async () => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await approve(id);
    await Promise.all([sendRefunds(ground), sendRefunds(ground), sendRefunds(ground)]);
    expect(made(payment)).toHaveLength(1);
    expect((await readRefund(ground, id)).state).toBe('processed');
  });

  it('that the gateway refuses is failed, says why, and sets its money free again', async () => {
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await approve(id);
    till.set({ fault: { kind: 'status', status: 400, times: 1, method: 'POST' } });
    await sendRefunds(ground);
    expect(await readRefund(ground, id)).toMatchObject({
      state: 'failed',
      trouble: expect.stringContaining('400'),
    });
    expect(await leftOf(ground.sql, payment)).toBe(50_000n);
    expect(await giftBy(payment)).toMatchObject({ refunded: 0, good: 1 });
  });

  it('with the gateway for long is asked about again when its webhook was lost', async () => {
    // Long enough for a busy computer to look before it ends.
    till.set({ refundMs: 3000 });
    const payment = await paidGift(ground, till);
    const id = await ask(payment);
    await approve(id);
    await sendRefunds(ground);
    till.set({ refundMs: 0 });
    await expect.poll(() => made(payment)[0]?.entity.status, { timeout: 15_000 }).toBe('processed');
    const before = (await readRefund(ground, id)).state;
    later(2 * 3600);
    await sendRefunds(ground);
    expect([before, (await readRefund(ground, id)).state]).toEqual(['sent', 'processed']);
  });
});

describe('The donor', () => {
  const mails = async () =>
    (
      await ground.sql.query(
        "SELECT subject, text, language, about FROM notice WHERE kind = 'gift-refunded' ORDER BY created_at, id",
      )
    ).rows;

  it('is told in their language what goes back and which receipt holds', async () => {
    await tellRefunds(ground);
    await ground.sql.query("DELETE FROM notice WHERE kind = 'gift-refunded'");
    const part = await paidGift(ground, till, { amount: 1_23_400n });
    const whole = await paidGift(ground, till, { language: 'ml' });
    for (const [payment, amount] of [
      [part, 23_400n],
      [whole, null],
    ] as const)
      await approve(await ask(payment, amount));
    await sendRefunds(ground);
    expect(await tellRefunds(ground)).toBe(2);
    expect(await tellRefunds(ground)).toBe(0);
    // Which goes first is not said.
    const [english, malayalam] = (await mails()).sort((a, b) => a.language.localeCompare(b.language));
    expect(english).toMatchObject({ subject: '₹234 of your gift goes back to you', language: 'en' });
    expect(english.text).toMatch(/WC\/2026-27\/\d{6}[\s\S]*₹1,000[\s\S]*WC\/2026-27\/\d{6}/);
    expect(english.about).toMatch(/^gift:/);
    expect(malayalam.subject).toBe('നിങ്ങളുടെ സംഭാവനയിൽ ₹500 തിരികെ നൽകുന്നു');
    expect(malayalam.text).not.toContain('{{');
    expect(malayalam.text).not.toContain('പുതിയ രസീത');
  });

  it('hears nothing when a refund fails and comes back, and has a good receipt again', async () => {
    await tellRefunds(ground);
    const payment = await paidGift(ground, till);
    await approve(await ask(payment));
    await sendRefunds(ground);
    await tellRefunds(ground);
    const told = (await mails()).length;
    const [record] = made(payment);
    if (!record) throw new Error('no refund was made');
    till.counter().store.put('refund', { ...record, entity: { ...record.entity, status: 'failed' } });
    await ground.sql.query("UPDATE refund SET state = 'sent' WHERE payment_id = $1", [payment]);
    await applyPayment(ground, await accountOf(ground, 'domestic'), payment);
    expect(await giftBy(payment)).toMatchObject({ refunded: 0, good: 1 });
    expect(await tellRefunds(ground)).toBe(1);
    expect((await mails()).length).toBe(told);
  });
});

it('keeps who asked and who approved in the log, with no word about the donor', async () => {
  const { rows } = await ground.sql.query(
    "SELECT actor, action, after FROM audit_entry WHERE action LIKE 'refund.%' ORDER BY id LIMIT 2",
  );
  expect(rows).toEqual([
    {
      actor: 'finance@kssm.example',
      action: 'refund.asked',
      after: { payment: expect.any(String), amount: '20000' },
    },
    { actor: 'approver@kssm.example', action: 'refund.approved', after: null },
  ]);
});
