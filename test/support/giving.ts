import { randomUUID } from 'node:crypto';
import { accountOf, type Stream, saveGatewayAccount } from '../../src/giving/accounts.ts';
import { applyPayment } from '../../src/giving/apply.ts';
import { accounts } from '../../src/giving/journal.ts';
import { type GiftWish, placeOrder } from '../../src/giving/orders.ts';
import type { Ground } from '../../src/ground.ts';
import { account, type testStandIn } from './stand-in.ts';
import type { Asking } from './web.ts';

/** The account of a stream at a stand-in. @returns its id */
export const openTill = (ground: Ground, url: string, stream: Stream = 'domestic'): Promise<string> =>
  saveGatewayAccount(
    ground,
    {
      ...{ stream, keyId: account.keyId },
      secrets: { keySecret: account.keySecret, webhookSecrets: [account.webhookSecret] },
      settings: { baseUrl: url, checkoutUrl: `${url}/v1/checkout.js` },
    },
    'cli:test',
  );

export type Ask = (path: string, asking?: Asking) => Promise<Response>;

/** A donor who says all that must be said. */
export const SREEJA = {
  ...{ kind: 'individual', source: 'person.india', amount: 'other', sum: '1,500' },
  ...{ name: 'Sreeja Nair', phone: '98765 43210' },
};

/** Sends the form, as a browser does with all that it carries along. */
export const sendForm = (ask: Ask, fields: Record<string, string>, to = 'give', language = 'en') =>
  ask(`/give?lang=${language}`, { method: 'POST', body: new URLSearchParams({ ...fields, to }) });

/** What is hidden in a page, and what stands in its fields. */
export function fieldsIn(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*\sname="([^"]+)"[^>]*\svalue="([^"]*)"([^>]*)>/g)];
  const kept = inputs.filter(
    ([all, , , after]) => !/type="(radio|checkbox)"/.test(all) || /checked/.test(after ?? ''),
  );
  return Object.fromEntries(kept.map(([, name, value]) => [name, plain(value ?? '')]));
}

const plain = (text: string) =>
  text
    .replace(/&#x([0-9A-F]+);/gi, (_all, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Makes a gift by the form. @returns the path of its page, and what the gateway calls its order */
export async function makeGift(
  ground: Ground,
  ask: Ask,
  { language = 'en', ...fields }: Record<string, string> = {},
): Promise<{ path: string; order: string }> {
  const key = crypto.randomUUID();
  const answer = await sendForm(ask, { ...SREEJA, key, ...fields }, 'give', language);
  if (answer.status !== 303) throw new Error(`The form answered ${answer.status}.`);
  const path = String(answer.headers.get('location')).replace(/\?.*$/, '');
  const { rows } = await ground.sql.query('SELECT gateway_id FROM gift_order WHERE form_key LIKE $1', [
    `${key}.%`,
  ]);
  return { path, order: rows[0].gateway_id };
}

/** A gift of so many paise for the general fund, by a person who told a PAN and wants the receipt by mail. */
export const giftOf = (amount: bigint, more: Partial<GiftWish> = {}): GiftWish => ({
  ...{
    formKey: randomUUID(),
    stream: 'domestic',
    amount,
    fund: accounts.general('domestic'),
    language: 'en',
  },
  donor: {
    ...{ kind: 'individual', name: 'Sreeja Nair', email: 'sreeja@people.example', phone: null },
    ...{ address: 'Poojappura', language: 'en', source: {}, identity: { kind: 'pan', number: 'AAAPA1234A' } },
  },
  ...{ anonymous: false, message: null, dedication: null, touch: null },
  consents: [{ use: 'receipt', words: 'By mail' }],
  ...more,
});

/** A gift that was paid at the stand-in and applied. @returns the payment's id */
export async function paidGift(
  ground: Ground,
  till: ReturnType<typeof testStandIn>,
  { amount = 50_000n, method = 'upi', ...more }: Partial<GiftWish> & { method?: 'upi' | 'card' } = {},
): Promise<string> {
  const { order } = await placeOrder(ground, giftOf(amount, more));
  const { paymentId } = till.pay(order.gatewayId as string, { method });
  await applyPayment(ground, await accountOf(ground, 'domestic'), paymentId);
  return paymentId;
}

/** A payment at the gateway that no order of ours explains; its money is in suspense. */
export async function parkedPayment(ground: Ground, till: ReturnType<typeof testStandIn>, amount = 70_000n) {
  const account = await accountOf(ground, 'domestic');
  const stray = await account.gateway.createOrder({
    amount,
    receipt: `stray-${randomUUID()}`.slice(0, 40),
    notes: {},
  });
  const { paymentId } = till.pay(stray.id);
  await applyPayment(ground, account, paymentId);
  return paymentId;
}
