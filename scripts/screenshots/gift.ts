import { addUser, type Role, type User } from '../../src/access/users.ts';
import { tellGifts } from '../../src/campaigns/gift-mails.ts';
import { tellHead } from '../../src/campaigns/head-mails.ts';
import { accountOf, saveGatewayAccount } from '../../src/giving/accounts.ts';
import { applyPayment } from '../../src/giving/apply.ts';
import { findDifferences } from '../../src/giving/differences.ts';
import { applyDispute } from '../../src/giving/disputes.ts';
import { giverAt } from '../../src/giving/donor-link.ts';
import { askErasure } from '../../src/giving/erasure-requests.ts';
import { catchUp } from '../../src/giving/gift.ts';
import { accounts } from '../../src/giving/journal.ts';
import { type GiftWish, placeOrder, recordGift } from '../../src/giving/orders.ts';
import { reconcileSettlements } from '../../src/giving/reconciling.ts';
import { askRefund, decideRefund } from '../../src/giving/refund-asking.ts';
import { sendRefunds } from '../../src/giving/refund-sending.ts';
import { sealJournals } from '../../src/giving/seal.ts';
import type { Ground } from '../../src/ground.ts';
import { type RunningStandIn, startStandIn } from '../../src/sandbox/razorpay/stand-in.ts';

const ACTOR = 'cli:screenshots';
const KEY = {
  ...{ keyId: 'rzp_test_screenshots', keySecret: 'screenshots-key-secret' },
  ...{ webhookUrl: null, webhookSecret: 'screenshots-webhook-secret' },
};

/** A gateway, gifts that were paid, and what comes of money: refunds, a dispute, a settlement, money in suspense. */
export async function plantGift(ground: Ground): Promise<RunningStandIn> {
  const standIn = await startStandIn({ accounts: [KEY], log: ground.log, clock: ground.clock });
  const account = {
    ...{ stream: 'domestic' as const, keyId: KEY.keyId },
    secrets: { keySecret: KEY.keySecret, webhookSecrets: [KEY.webhookSecret] },
    settings: { baseUrl: standIn.url, checkoutUrl: `${standIn.url}/v1/checkout.js` },
  };
  await saveGatewayAccount(ground, account, ACTOR);
  const { order, gateway } = await placeOrder(ground, wish);
  await tell(standIn, 'donors', { order_id: gateway.id });
  await catchUp(ground, order.id, 0);
  await plantMoney(ground, standIn);
  await plantWishes(ground, standIn);
  return standIn;
}

/** What the far end answers to a donor who pays, or a bank that asks. */
interface Told {
  id: string;
  payment: { id: string };
}

const tell = async (standIn: RunningStandIn, path: string, body: object): Promise<Told> => {
  const answer = await fetch(`${standIn.url}/${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Told;
};

/** One gift was partly given back, one waits for its refund, one is disputed, one came without an order. */
async function plantMoney(ground: Ground, standIn: RunningStandIn): Promise<void> {
  const account = await accountOf(ground, 'domestic');
  const pay = async (formKey: string, name: string, amount: bigint) => {
    const donor = { ...wish.donor, name, identity: { kind: 'pan' as const, number: 'AAAPA1234A' } };
    const { order, gateway } = await placeOrder(ground, { ...wish, formKey, amount, donor });
    const { payment } = await tell(standIn, 'donors', { order_id: gateway.id, method: 'card' });
    await catchUp(ground, order.id, 0);
    return payment.id;
  };
  const [asker, decider] = [await staff(ground, 'finance'), await staff(ground, 'approver')];
  const partly = await pay('partly', 'Thomas Kurian', 500_000n);
  const given = { payment: partly, amount: 100_000n, reason: 'Paid twice by mistake' };
  const id = await askRefund(ground, given, asker);
  await decideRefund(ground, { id, approve: true }, decider);
  await sendRefunds(ground);
  const waiting = await pay('waiting', 'Fathima Beevi', 250_000n);
  await askRefund(ground, { payment: waiting, amount: null, reason: 'Meant for another fund' }, asker);
  const disputed = await pay('disputed', 'Jacob Mathew', 1_200_000n);
  const { id: dispute } = await tell(standIn, 'disputes', { payment_id: disputed });
  await applyDispute(ground, account, dispute);
  const stray = await account.gateway.createOrder({ amount: 70_000n, receipt: 'not-ours', notes: {} });
  const { payment } = await tell(standIn, 'donors', { order_id: stray.id });
  await applyPayment(ground, account, payment.id);
  await fetch(`${standIn.url}/settlement`, { method: 'POST' });
  await reconcileSettlements(ground);
  await ground.sql.query('UPDATE settlement_line SET fee = fee + 118 WHERE entity_id = $1', [partly]);
  await findDifferences(ground);
  await sealJournals(ground);
  await tellHead(ground);
}

/** A card in memory of somebody, a monthly gift that goes on, and a donor who wishes to be erased. */
async function plantWishes(ground: Ground, standIn: RunningStandIn): Promise<void> {
  const reader = { name: 'ലാലി', email: 'lali@sample.example' };
  const dedication = { kind: 'memory', name: 'കുഞ്ഞമ്മ', tell: reader } as const;
  const card: GiftWish = { ...wish, formKey: 'card', dedication };
  const { order, gateway } = await placeOrder(ground, card);
  await pays(standIn, gateway.id);
  await catchUp(ground, order.id, 0);
  await tellGifts(ground);
  const donor = { ...wish.donor, name: 'Ammini K', email: 'monthly@sample.example' };
  const month = await recordGift(ground, { ...wish, formKey: 'month', monthly: true, donor });
  await ground.sql.query(
    `UPDATE monthly_gift m SET state = 'active', method = 'card', paid = 3, next_at = now() + interval '9 days'
       FROM gift_order o WHERE o.id = $1 AND m.id = o.monthly_id`,
    [month],
  );
  const giver = await giverAt(ground.sql, donor.email);
  if (giver) await askErasure(ground, giver);
}

const pays = (standIn: RunningStandIn, order: string) => tell(standIn, 'donors', { order_id: order });

const staff = (ground: Ground, role: Role): Promise<User> =>
  addUser(
    ground,
    { email: `money.${role}@kssm.example`, name: role === 'finance' ? 'Biju K' : 'Leela R', roles: [role] },
    ACTOR,
  );

const wish: GiftWish = {
  ...{ formKey: 'screenshots', stream: 'domestic', amount: 150_000n, fund: accounts.general('domestic') },
  ...{ language: 'ml', anonymous: true, message: null, dedication: null, touch: null, consents: [] },
  donor: {
    ...{
      kind: 'individual',
      name: 'ശ്രീജ നായർ',
      email: 'giver@sample.example',
      phone: '+919876543210',
      language: 'ml',
    },
    ...{ address: 'പൂജപ്പുര, തിരുവനന്തപുരം 695012', identity: null },
    source: { question: 'person', answer: 'india' },
  },
};
