import { z } from 'zod';
import { type Checkout, type CheckoutWords, GatewayFailure } from '../gateway.ts';
import type { GatewaySubscription, GatewaySubscriptions, SubscriptionWish } from '../subscriptions.ts';
import { type CheckoutPlace, prefillOf, scriptOf, signedPayment } from './checkout.ts';
import { type Client, pathOf } from './client.ts';
import { numberOf, read } from './read.ts';
import { shapes } from './reading.ts';

const PAGE = 100;
const plan = z.object({ id: z.string().regex(/^plan_\w{1,40}$/) });
const invoice = z.object({
  payment_id: shapes.maybe(z.string().regex(/^pay_\w{1,40}$/)),
  subscription_id: shapes.maybe(z.string().regex(/^sub_\w{1,40}$/)),
  created_at: shapes.seconds,
});

/** Subscriptions (razorpay.com/docs/api/payments/subscriptions), of one month each time. */
export function openSubscriptions(
  client: Client,
  { place, keySecret }: { place: CheckoutPlace; keySecret: string },
): GatewaySubscriptions {
  const at = (id: string, ...rest: string[]) => pathOf('subscriptions', id, ...rest);
  /** Each sets a state, so that it may be asked for twice; what it is already is no failure. */
  const move = async (id: string, step: 'pause' | 'resume' | 'cancel', body: object) => {
    try {
      return read(
        shapes.subscription,
        await client.post(at(id, step), body, { headers: {}, again: true }),
        true,
      );
    } catch (error) {
      const now = read(shapes.subscription, await client.get(at(id)));
      if (now.state === AFTER[step]) return now;
      throw error;
    }
  };
  return {
    createPlan: (wish) => createPlan(client, wish),
    create: (wish) => create(client, wish),
    fetch: async (id) => read(shapes.subscription, await client.get(at(id))),
    fetchPayments: (id) => fetchPayments(client, id),
    checkout: (subscription, words) => checkoutOf(subscription, words, place),
    // "payment id, then subscription id" (…/subscriptions/integration-guide, "Verify Payment Signature").
    verifyCallback: (id, fields) => signedPayment(fields, keySecret, (paymentId) => `${paymentId}|${id}`),
    pause: (id) => move(id, 'pause', { pause_at: 'now' }),
    resume: (id) => move(id, 'resume', { resume_at: 'now' }),
    cancel: (id) => move(id, 'cancel', { cancel_at_cycle_end: false }),
    changePlan: async (id, planId) =>
      read(
        shapes.subscription,
        await client.patch(at(id), { plan_id: planId, schedule_change_at: 'cycle_end' }),
        true,
      ),
  };
}

const AFTER = { pause: 'paused', resume: 'active', cancel: 'cancelled' } as const;

async function createPlan(client: Client, { amount, name }: { amount: bigint; name: string }) {
  const item = { name, amount: numberOf(amount), currency: 'INR' };
  return read(plan, await client.post('/plans', { period: 'monthly', interval: 1, item }), true).id;
}

/** The vendor keeps no word of ours but the notes: so those of the plan are looked through before and after. */
async function create(client: Client, wish: SubscriptionWish): Promise<GatewaySubscription> {
  const known = await ofGift(client, wish);
  if (known) return known;
  try {
    return read(shapes.subscription, await client.post('/subscriptions', bodyOf(wish)), true);
  } catch (error) {
    const unknown = error instanceof GatewayFailure && error.kind === 'unknown';
    const made = unknown ? await ofGift(client, wish).catch(() => undefined) : undefined;
    if (made) return made;
    throw error;
  }
}

const bodyOf = ({ planId, gift, months, expiresAt }: SubscriptionWish) => ({
  ...{ plan_id: planId, total_count: months, quantity: 1, customer_notify: true },
  ...{ expire_by: Math.floor(expiresAt.getTime() / 1000), notes: { gift } },
});

/** The newest come first, and one that is asked for again was made a moment ago. */
async function ofGift(client: Client, { planId, gift }: SubscriptionWish) {
  const found = await client.get('/subscriptions', { plan_id: planId, count: PAGE });
  return read(shapes.subscriptions, found).find((one) => one.gift === gift);
}

async function fetchPayments(client: Client, id: string): Promise<string[]> {
  const all: z.output<typeof invoice>[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const query = { subscription_id: id, count: PAGE, skip };
    const page = read(shapes.collection(invoice), await client.get('/invoices', query));
    all.push(...page);
    if (page.length < PAGE) break;
  }
  // The newest come first, and several may be of one second.
  const sorted = all.reverse().sort((one, other) => +one.created_at - +other.created_at);
  return sorted.flatMap(({ payment_id }) => payment_id ?? []);
}

/** Of which subscription a payment is a charge: only its invoice tells. */
export async function subscriptionOf(client: Client, invoiceId: string | null): Promise<string | null> {
  if (!invoiceId) return null;
  return read(invoice, await client.get(pathOf('invoices', invoiceId))).subscription_id;
}

/** The hosted form takes no subscriptions; each has a page of its own at the vendor's instead. */
function checkoutOf(
  { id, url }: Pick<GatewaySubscription, 'id' | 'url'>,
  words: CheckoutWords,
  place: CheckoutPlace,
): Checkout {
  const { name, description, callbackUrl } = words;
  const shared = { key: place.keyId, subscription_id: id, name, description };
  const options = { ...shared, prefill: prefillOf(words), callback_url: callbackUrl, redirect: true };
  return {
    script: { ...scriptOf(place), options },
    hosted: { action: url ?? place.baseUrl, fields: {} },
  };
}
