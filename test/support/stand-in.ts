import { afterAll, beforeAll } from 'vitest';
import { openRazorpay, type RazorpayAccount } from '../../channels/razorpay/razorpay.ts';
import { type StandInAccount, sign } from '../../src/sandbox/razorpay/account.ts';
import { chargeNow } from '../../src/sandbox/razorpay/charging.ts';
import { mandateOrder } from '../../src/sandbox/razorpay/mandates.ts';
import { callbackOf } from '../../src/sandbox/razorpay/outcome.ts';
import { authorise, decline, payByCode, payOrder } from '../../src/sandbox/razorpay/paying.ts';
import {
  type RunningStandIn,
  type StandInOptions,
  startStandIn,
} from '../../src/sandbox/razorpay/stand-in.ts';
import { type Counter, counterOf } from '../../src/sandbox/razorpay/vendor.ts';

export const silentLog = { warn: () => undefined, error: () => undefined };
export const account: StandInAccount = {
  ...{ keyId: 'rzp_test_practice', keySecret: 'practice-key-secret' },
  ...{ webhookUrl: null, webhookSecret: 'practice-webhook-secret' },
};

/** The vendor on this computer, for the tests of one file. */
export function testStandIn(more: Partial<StandInOptions> = {}) {
  let running: RunningStandIn;
  beforeAll(async () => {
    running = await startStandIn({ accounts: [account], log: silentLog, ...more });
  });
  afterAll(() => running.end());
  const counter = (): Counter => counterOf(running.vendor, account.keyId) as Counter;
  const way = { door: 'program' as const, callbackUrl: null, cancelUrl: null, name: '' };
  type How = { method?: 'upi' | 'card'; fails?: boolean };
  const pay = (orderId: string, { method = 'upi', fails = false }: How = {}) => {
    const begun = payOrder(counter(), orderId, { method, way });
    const payment = (fails ? decline : authorise)(counter(), begun.id);
    return { paymentId: payment.id, callback: callbackOf(counter(), payment) };
  };
  return {
    counter,
    url: () => running.url,
    set: (change: Parameters<RunningStandIn['set']>[0]) => running.set(change),
    open: (change: Partial<RazorpayAccount> = {}) =>
      openRazorpay({
        ...{ keyId: account.keyId, keySecret: account.keySecret, webhookSecrets: [account.webhookSecret] },
        ...{ baseUrl: running.url, timeoutMs: 400, ...change },
      }),
    /** A donor pays by this method, or the bank says no. */
    pay,
    /** A donor gives the mandate of a subscription, or the bank says no. */
    mandate: (id: string, how: How = {}) => pay(mandateOrder(counter(), id).id, how),
    /** A month has passed. */
    charge: (id: string, how: { fails?: boolean } = {}) => ({ paymentId: chargeNow(counter(), id, how).id }),
    /** A donor begins, and the bank is silent. */
    begin: (orderId: string) => payOrder(counter(), orderId, { method: 'upi', way }).id,
    /** The webhooks that tell of a payment, as long as settings keep them waiting. */
    events: (paymentId: string) =>
      counter()
        .store.of('event', 'waiting')
        .filter(({ entity }) => entity.includes(paymentId))
        .map(({ id, entity }) => ({
          ...{ id, body: Buffer.from(entity) },
          signature: sign(account.webhookSecret, entity),
        })),
    scan: (qrId: string) => ({ paymentId: authorise(counter(), payByCode(counter(), qrId).id).id }),
  };
}
