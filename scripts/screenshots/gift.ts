import { saveGatewayAccount } from '../../src/giving/accounts.ts';
import { catchUp } from '../../src/giving/gift.ts';
import { accounts } from '../../src/giving/journal.ts';
import { type GiftWish, placeOrder } from '../../src/giving/orders.ts';
import type { Ground } from '../../src/ground.ts';
import { type RunningStandIn, startStandIn } from '../../src/sandbox/razorpay/stand-in.ts';

const KEY = {
  ...{ keyId: 'rzp_test_screenshots', keySecret: 'screenshots-key-secret' },
  ...{ webhookUrl: null, webhookSecret: 'screenshots-webhook-secret' },
};

/** A gateway, a gift that was paid, and so a receipt. */
export async function plantGift(ground: Ground): Promise<RunningStandIn> {
  const standIn = await startStandIn({ accounts: [KEY], log: ground.log });
  const account = {
    ...{ stream: 'domestic' as const, keyId: KEY.keyId },
    secrets: { keySecret: KEY.keySecret, webhookSecrets: [KEY.webhookSecret] },
    settings: { baseUrl: standIn.url, checkoutUrl: `${standIn.url}/v1/checkout.js` },
  };
  await saveGatewayAccount(ground, account, 'cli:screenshots');
  const { order, gateway } = await placeOrder(ground, wish);
  await fetch(`${standIn.url}/donors`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ order_id: gateway.id }),
  });
  await catchUp(ground, order.id, 0);
  return standIn;
}

const wish: GiftWish = {
  ...{ formKey: 'screenshots', stream: 'domestic', amount: 150_000n, fund: accounts.general('domestic') },
  ...{ language: 'ml', anonymous: true, message: null, dedication: null, touch: null, consents: [] },
  donor: {
    ...{ kind: 'individual', name: 'ശ്രീജ നായർ', email: null, phone: '+919876543210', language: 'ml' },
    ...{ address: 'പൂജപ്പുര, തിരുവനന്തപുരം 695012', identity: null },
    source: { question: 'person', answer: 'india' },
  },
};
