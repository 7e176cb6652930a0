import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Checkout, GatewayOrder } from '../../channels/gateway.ts';
import { portOf } from '../../src/listen.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsOf } from '../support/faults.ts';
import { account, testStandIn } from '../support/stand-in.ts';

const standIn = testStandIn();
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const gateway = () => standIn.open({ timeoutMs: 5000 });

// A page of ours where a gift is paid, under a policy as strict as ours.
let html = '';
let policy = '';
let returned: URLSearchParams | null = null;
const shop = createServer(async (req, res) => {
  if (req.url === '/start.js') return res.setHeader('content-type', 'text/javascript').end(START);
  res.setHeader('content-type', 'text/html; charset=utf-8');
  if (req.method === 'POST') {
    returned = new URLSearchParams(await textOf(req));
    return res.end('<h1>Back</h1>');
  }
  res.setHeader('content-security-policy', policy).end(req.url === '/' ? html : `<h1>At ${req.url}</h1>`);
});
const START = `
  const options = JSON.parse(document.querySelector('template').innerHTML);
  document.querySelector('button').addEventListener('click', () => {
    const checkout = new Razorpay({ ...options, modal: { ondismiss: () => { document.title = 'left'; } } });
    checkout.on('payment.failed', ({ error }) => { document.title = 'failed ' + error.metadata.order_id; });
    checkout.open();
  });`;
const at = (path = '/') => `http://127.0.0.1:${portOf(shop)}${path}`;

beforeAll(() => new Promise<void>((done) => shop.listen(0, '127.0.0.1', done)));
afterAll(() => {
  shop.closeAllConnections();
  shop.close();
});
beforeEach(() => {
  returned = null;
});

async function offer(): Promise<{ order: GatewayOrder; checkout: Checkout }> {
  const receipt = `gift-${Math.random().toString(36).slice(2)}`;
  const order = await gateway().createOrder({ amount: 50_000n, receipt, notes: {} });
  const donor = { name: 'ശ്രീജ', email: 'sreeja@family.example', phone: null };
  const words = { name: 'വി കെയർ', description: 'വീട്ടിൽ പരിചരണം', language: 'ml', donor };
  const checkout = gateway().checkout(order, {
    ...words,
    callbackUrl: at('/back'),
    cancelUrl: at('/cancelled'),
  });
  return { order, checkout };
}

function showForm({ hosted }: Checkout): void {
  const fields = Object.entries(hosted.fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  policy = `default-src 'none'; form-action ${new URL(hosted.action).origin} 'self'`;
  html = `<form method="post" action="${hosted.action}">${fields.join('')}<button>Pay</button></form>`;
}

function showScript({ script }: Checkout): void {
  const origins = script.origins.join(' ');
  policy = `default-src 'none'; script-src 'self' ${origins}; frame-src ${origins}; form-action 'self'`;
  const options = JSON.stringify(script.options);
  html = `<html lang="ml"><title>Give</title><meta name="viewport" content="width=device-width">
    <button>Pay</button><template>${options}</template><script src="${script.src}"></script><script src="/start.js"></script>`;
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it('a card pays by the hosted form on a small phone without JavaScript, in Malayalam', async () => {
    const { order, checkout } = await offer();
    showForm(checkout);
    const page = await openPage({ viewport: phone, javaScriptEnabled: false, locale: 'ml-IN' });
    await page.goto(at());
    await page.getByRole('button').click();
    expect(await page.getByText('പരിശീലനം മാത്രം, പണം കൈമാറുന്നില്ല').isVisible()).toBe(true);
    expect(await page.getByRole('radio').count()).toBe(3); // UPI is not among them
    await page.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await page.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await page.waitForURL(at('/back'));
    const callback = gateway().verifyCallback(order.id, Object.fromEntries(returned ?? []));
    const payment = await gateway().fetchPayment(callback?.paymentId ?? '');
    expect(payment).toMatchObject({ orderId: order.id, state: 'captured', method: 'card', amount: 50_000n });
    expect([...(returned ?? new URLSearchParams()).keys()]).toHaveLength(3);
  });

  it('a bank that says no is told to the page of the gift, and who cancels goes back', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    const { order, checkout } = await offer();
    showForm(checkout);
    await page.goto(at());
    await page.getByRole('button').click();
    await page.getByRole('button', { name: 'Pay ₹500' }).click();
    await page.getByRole('button', { name: 'No, do not pay' }).click();
    await page.waitForURL(at('/back'));
    expect(returned?.get('error[code]')).toBe('BAD_REQUEST_ERROR');
    expect(gateway().verifyCallback(order.id, Object.fromEntries(returned ?? []))).toBeNull();
    await page.goto(at());
    await page.getByRole('button').click();
    await page.getByRole('link', { name: 'Cancel and go back' }).click();
    await page.waitForURL(at('/cancelled'));
  });

  it('UPI pays in the frame of standard checkout, under a strict policy', async () => {
    const { order, checkout } = await offer();
    showScript(checkout);
    const page = await openPage({ viewport: phone });
    const refused: string[] = [];
    page.on('console', (told) => told.type() === 'error' && refused.push(told.text()));
    await page.goto(at());
    await page.getByRole('button').click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await frame.getByRole('link', { name: 'പരിശീലന ആപ്പ് തുറക്കുക' }).click();
    await frame.getByRole('button', { name: 'അതെ, ₹500 അടയ്ക്കുക' }).click();
    await page.waitForURL(at('/back'));
    expect(gateway().verifyCallback(order.id, Object.fromEntries(returned ?? []))).not.toBeNull();
    expect(refused.filter((text) => !text.includes('favicon'))).toEqual([]);
  });

  it('a payment that failed in the frame can be tried again, and the frame can be left', async () => {
    const { order, checkout } = await offer();
    showScript(checkout);
    const page = await openPage({ viewport: phone });
    await page.goto(at());
    await page.getByRole('button').click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('radio', { name: 'കാർഡ്' }).check();
    await frame.getByRole('button', { name: '₹500 അടയ്ക്കുക' }).click();
    await frame.getByRole('button', { name: 'വേണ്ട, അടയ്ക്കരുത്' }).click();
    await expect.poll(() => page.title()).toBe(`failed ${order.id}`);
    await frame.getByRole('link', { name: 'വീണ്ടും ശ്രമിക്കുക' }).click();
    await frame.getByRole('link', { name: 'വേണ്ട, തിരികെ പോകുക' }).click();
    await expect.poll(() => page.title()).toBe('left');
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('the till, the bank, the app and the desk have nothing for axe to say', async () => {
    const { order } = await offer();
    const qr = await gateway().createQr?.({
      ...{ amount: 30_000n, name: 'We Care', description: 'A gift', notes: {} },
      closesAt: new Date(Date.now() + 600_000),
    });
    const till = `${standIn.url()}/checkout?key_id=${account.keyId}&order_id=${order.id}&name=We+Care`;
    for (const [colorScheme, lang] of [
      ['light', 'ml'],
      ['dark', 'en'],
    ] as const) {
      const page = await openPage({ viewport: phone, colorScheme });
      await page.goto(`${till}&lang=${lang}`);
      expect(await faultsOf(page)).toEqual([]);
      await page.locator('input[value=netbanking]').check();
      await page.locator('form button').click();
      for (const address of [page.url(), `${qr?.intentUrl}?lang=${lang}`, `${standIn.url()}?lang=${lang}`]) {
        await page.goto(address);
        expect(await faultsOf(page), address).toEqual([]);
      }
      await page.context().close();
    }
  });
});
