import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountOf, type GivingAccount } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { readGoal } from '../../../src/giving/goals.ts';
import { quoteShare, releaseHolds, type Share, ShareChanged } from '../../../src/giving/holds.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { askGateway, type GiftWish, recordGift } from '../../../src/giving/orders.ts';
import { expectSound } from '../../support/books.ts';
import { openTill } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { liveProject, offerFor } from '../../support/projects.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
const till = testStandIn({ settings: { webhooks: { delayMs: 3_600_000 } } });
let account: GivingAccount;
beforeAll(async () => {
  await openTill(ground, till.url());
  account = await accountOf(ground, 'domestic');
});

const general = accounts.general('domestic');
const raisedIn = async (projectId: string) =>
  -(await balance(ground.sql, accounts.project(projectId, 'domestic')));
const quote = (projectId: string, amount: bigint) =>
  quoteShare(ground.sql, { projectId, amount, now: ground.clock.now() });
const wish = (projectId: string, amount: bigint, shown: Share): GiftWish => ({
  ...{ formKey: randomUUID(), stream: 'domestic', amount, fund: accounts.project(projectId, 'domestic') },
  ...{ project: { id: projectId, shown }, language: 'ml', anonymous: false, message: null, dedication: null },
  ...{ touch: null, consents: [] },
  donor: {
    ...{
      kind: 'individual',
      name: 'Sreeja Nair',
      email: 'sreeja@people.example',
      phone: null,
      address: null,
    },
    ...{ language: 'ml', source: {}, identity: null },
  },
});
const order = async (projectId: string, amount: bigint, shown?: Share) =>
  (
    await askGateway(
      ground,
      await recordGift(ground, wish(projectId, amount, shown ?? (await quote(projectId, amount)))),
    )
  ).order;
const pay = async (gatewayId: string | null) => {
  const { paymentId } = till.pay(gatewayId as string);
  await applyPayment(ground, account, paymentId);
  return paymentId;
};
const later = (minutes: number) => ground.clock.set(ground.clock.now().getTime() + minutes * 60_000);
const giftBy = async (paymentId: string) =>
  (
    await ground.sql.query(
      'SELECT amount::int, beyond::int, matched::int, refunded::int FROM donation WHERE payment_id = $1',
      [paymentId],
    )
  ).rows[0];
const offerNow = async (id: string) =>
  (await ground.sql.query('SELECT taken::int, held::int FROM matching_offer WHERE id = $1', [id])).rows[0];
const sound = () => expectSound(ground);

describe('A gift for a project', () => {
  it('stands in the books of the project, and on its counter', async () => {
    const { id } = await liveProject(ground, { goal: 1_000_000n });
    await pay((await order(id, 50_000n)).gatewayId);
    expect(await raisedIn(id)).toBe(50_000n);
    expect(await readGoal(ground.sql, id)).toMatchObject({ raised: 50_000n, gifts: 1, held: 0n });
    await sound();
  });

  it('goes beyond a goal that is not capped', async () => {
    const { id } = await liveProject(ground, { goal: 10_000n });
    await pay((await order(id, 50_000n)).gatewayId);
    expect(await raisedIn(id)).toBe(50_000n);
  });

  it('is divided where a capped goal has less room, as the form had said', async () => {
    const { id } = await liveProject(ground, { goal: 100_000n, capped: true });
    await pay((await order(id, 70_000n)).gatewayId);
    const before = await balance(ground.sql, general);
    expect(await quote(id, 50_000n)).toMatchObject({ project: 30_000n, beyond: 20_000n });
    const paid = await pay((await order(id, 50_000n)).gatewayId);
    expect(await giftBy(paid)).toMatchObject({ amount: 50_000, beyond: 20_000 });
    expect(await raisedIn(id)).toBe(100_000n);
    expect(before - (await balance(ground.sql, general))).toBe(20_000n);
    await sound();
  });

  it('is asked about again when somebody else was faster, and nothing is written', async () => {
    const { id } = await liveProject(ground, { goal: 100_000n, capped: true });
    const shown = await quote(id, 80_000n);
    await order(id, 60_000n);
    const orders = async () =>
      (await ground.sql.query('SELECT count(*)::int AS n FROM gift_order WHERE project_id = $1', [id]))
        .rows[0].n;
    const refused = await recordGift(ground, wish(id, 80_000n, shown)).catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(ShareChanged);
    expect((refused as ShareChanged).share).toMatchObject({ project: 40_000n, beyond: 40_000n });
    expect(await orders()).toBe(1);
  });

  it('that comes after its place was let go takes what is there then', async () => {
    const { id } = await liveProject(ground, { goal: 100_000n, capped: true });
    const slow = await order(id, 80_000n);
    later(31);
    expect(await releaseHolds(ground)).toBeGreaterThan(0);
    expect(await readGoal(ground.sql, id)).toMatchObject({ held: 0n });
    await pay((await order(id, 70_000n)).gatewayId);
    const paid = await pay(slow.gatewayId);
    expect(await giftBy(paid)).toMatchObject({ amount: 80_000, beyond: 50_000 });
    expect(await raisedIn(id)).toBe(100_000n);
    expect(await readGoal(ground.sql, id)).toMatchObject({ raised: 100_000n, held: 0n, gifts: 2 });
    await sound();
  });

  it('that is given back lowers the project and what a sponsor adds, the part beyond first', async () => {
    const { id } = await liveProject(ground, { goal: 60_000n, capped: true });
    const offer = await offerFor(ground, id, { amount: 1_000_000n, percent: 50 });
    const paid = await pay((await order(id, 100_000n)).gatewayId);
    expect(await giftBy(paid)).toMatchObject({ beyond: 40_000, matched: 30_000 });
    await account.gateway.refund({ paymentId: paid, amount: 50_000n, key: randomUUID(), notes: {} });
    await applyPayment(ground, account, paid);
    expect(await raisedIn(id)).toBe(50_000n);
    expect(await giftBy(paid)).toMatchObject({ refunded: 50_000, matched: 15_000 });
    expect(await offerNow(offer)).toEqual({ taken: 15_000, held: 0 });
    await account.gateway.refund({ paymentId: paid, amount: 50_000n, key: randomUUID(), notes: {} });
    await applyPayment(ground, account, paid);
    expect(await readGoal(ground.sql, id)).toMatchObject({ raised: 0n, gifts: 0 });
    expect(await offerNow(offer)).toEqual({ taken: 0, held: 0 });
    await sound();
  });
});

describe('Two hundred donors who race for the last ₹1,000', () => {
  const DONORS = 200;
  it('of a capped goal and of a sponsor’s promise: all sums agree to the paisa, and each got what the form had said', async () => {
    const { id } = await liveProject(ground, { goal: 100_000n, capped: true });
    const offer = await offerFor(ground, id, { amount: 40_000n });
    const before = await balance(ground.sql, general);
    const placed = await Promise.all(
      Array.from({ length: DONORS }, (_, n) => place(id, BigInt(1000 + n * 37))),
    );
    const slow = placed.filter((_, n) => n % 10 === 3);
    const quick = await Promise.all(
      placed.filter((one) => !slow.includes(one)).map((one) => finish(one, false)),
    );
    later(31);
    await releaseHolds(ground);
    const given = [...quick, ...(await Promise.all(slow.map((one) => finish(one, true))))];
    const sum = (of: (one: Given) => bigint) => given.reduce((all, one) => all + of(one), 0n);
    const goal = await readGoal(ground.sql, id);
    // Some let their place go and came late: nobody gets more than the form had said, all of the goal is filled.
    for (const one of given)
      expect(one.got.project <= one.shown.project && one.got.match <= one.shown.match).toBe(true);
    for (const { got, shown } of quick) expect(got).toMatchObject(shown);
    expect(goal).toMatchObject({ held: 0n, gifts: DONORS });
    expect(goal?.raised).toBeLessThanOrEqual(100_000n);
    expect(await raisedIn(id)).toBe(sum(({ got }) => got.project));
    expect(before - (await balance(ground.sql, general))).toBe(sum(({ got }) => got.beyond));
    expect(sum(({ got }) => got.project + got.beyond)).toBe(sum(({ amount }) => amount));
    const { taken, held } = await offerNow(offer);
    expect(held).toBe(0);
    expect(BigInt(taken)).toBe(sum(({ got }) => got.match));
    expect(taken).toBeLessThanOrEqual(40_000);
    await sound();
  }, 120_000);

  interface Given {
    amount: bigint;
    late: boolean;
    shown: { project: bigint; match: bigint };
    got: { project: bigint; beyond: bigint; match: bigint };
  }

  /** Agrees to what the form says until it holds. */
  async function place(id: string, amount: bigint) {
    for (let shown = await quote(id, amount); ; ) {
      try {
        return { amount, shown: bare(shown), gatewayId: (await order(id, amount, shown)).gatewayId };
      } catch (err) {
        if (!(err instanceof ShareChanged)) throw err;
        shown = err.share;
      }
    }
  }

  const finish = async (
    { gatewayId, ...one }: Awaited<ReturnType<typeof place>>,
    late: boolean,
  ): Promise<Given> => ({
    ...{ ...one, late },
    got: await gotBy(await pay(gatewayId)),
  });

  const bare = ({ project, match }: Share) => ({ project, match });
  async function gotBy(paymentId: string): Promise<Given['got']> {
    const { amount, beyond, matched } = await giftBy(paymentId);
    return { project: BigInt(amount - beyond), beyond: BigInt(beyond), match: BigInt(matched) };
  }
});

it('whatever is ordered, paid, let go and given back, in any order, a capped goal is never passed', async () => {
  const step = fc.record({
    what: fc.constantFrom('order', 'pay', 'expire', 'refund'),
    amount: fc.bigInt({ min: 1000n, max: 60_000n }),
    which: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const { id } = await liveProject(ground, { goal: 100_000n, capped: true });
      const offer = await offerFor(ground, id, { amount: 50_000n });
      const [orders, paid]: [(string | null)[], string[]] = [[], []];
      for (const { what, amount, which } of steps) {
        if (what === 'order') orders.push((await order(id, amount)).gatewayId);
        if (what === 'pay' && orders.length)
          paid.push(await pay(orders.splice(which % orders.length, 1)[0] as string));
        if (what === 'expire') {
          later(31);
          await releaseHolds(ground);
        }
        if (what === 'refund' && paid.length) {
          const payment = paid.splice(which % paid.length, 1)[0] as string;
          await account.gateway.refund({ paymentId: payment, amount: 900n, key: randomUUID(), notes: {} });
          await applyPayment(ground, account, payment);
        }
        const goal = await readGoal(ground.sql, id);
        const { taken, held } = await offerNow(offer);
        expect((goal?.raised ?? 0n) + (goal?.held ?? 0n)).toBeLessThanOrEqual(100_000n);
        expect(await raisedIn(id)).toBe(goal?.raised);
        expect(taken + held).toBeLessThanOrEqual(50_000);
      }
    }),
    { numRuns: 15 },
  );
  await sound();
}, 120_000);
