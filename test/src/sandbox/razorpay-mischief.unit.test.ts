import { beforeEach, describe, expect, it } from 'vitest';
import { testReceiver } from '../../support/receiver.ts';
import { account, testStandIn } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

// Over HTTP, as a benchmark or a test in another process does it.
const receiver = testReceiver();
const own = { ...account };
const standIn = testStandIn({ accounts: [own] });
beforeEach(async () => {
  own.webhookUrl = receiver.url();
  await put({ fault: null, latencyMs: 0 });
});

const authorization = `Basic ${Buffer.from(`${account.keyId}:${account.keySecret}`).toString('base64')}`;
const headers = { authorization, 'content-type': 'application/json' };
const call = (path: string, method = 'GET', body?: object) =>
  fetch(`${standIn.url()}${path}`, {
    ...{ method, headers, signal: AbortSignal.timeout(1000) },
    ...(body && { body: JSON.stringify(body) }),
  });
/** As much of the answers as these tests look at. */
interface Told {
  waiting: number;
  image_url: string;
  payment: { status: string };
  error: { code: string; source: string; description: string };
}
const told = async (answer: Response) => (await answer.json()) as Told;
const put = (change: object) => call('/settings', 'PUT', change);
const newOrder = async () => {
  const answer = await call('/v1/orders', 'POST', { amount: 50_000, currency: 'INR', receipt: 'r' });
  return (await answer.json()) as { id: string; status: string };
};

describe('settings', () => {
  it('are read and changed one by one, and refused with what is wrong', async () => {
    await put({ latencyMs: 5, webhooks: { duplicates: 1 } });
    const changed = await (await put({ refundMs: 7 })).json();
    expect(changed).toMatchObject({ latencyMs: 5, refundMs: 7, webhooks: { duplicates: 1, lost: 0 } });
    expect(await (await call('/settings')).json()).toEqual(changed);
    const refused = await put({ webhooks: { lost: 2 } });
    expect(refused.status).toBe(400);
    expect((await told(refused)).error.description).toContain('webhooks.lost');
    expect((await put({ unheard: true })).status).toBe(400);
    await put({ refundMs: 0, webhooks: { duplicates: 0 } });
  });

  it('are not changed by a page of another site', async () => {
    const answer = await fetch(`${standIn.url()}/settings`, {
      ...{
        method: 'POST',
        headers: { 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams({ lost: '1' }),
      },
    });
    expect(answer.status).toBe(403);
  });
});

describe('a fault', () => {
  it('lasts as often as it is told, on the method it is told', async () => {
    await put({ fault: { kind: 'status', status: 502, times: 2, method: 'POST' } });
    expect((await call('/v1/orders')).status).toBe(200);
    const order = { amount: 100, currency: 'INR' };
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await call('/v1/orders', 'POST', order)).status);
    expect(statuses).toEqual([502, 502, 200]);
  });

  it('may come after the work was done', async () => {
    const count = () => standIn.counter().store.of('order', account.keyId).length;
    const before = count();
    await put({ fault: { kind: 'silent' } });
    await expect(newOrder()).rejects.toThrow(/timeout/i);
    await put({ fault: { kind: 'cut' } });
    await expect(newOrder()).rejects.toThrow();
    expect(count()).toBe(before + 2);
  });

  it('asks for patience with Retry-After', async () => {
    await put({ fault: { kind: 'status', status: 429 } });
    const answer = await call('/v1/orders');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe('a donor without a browser', () => {
  it('pays, fails, fails and pays after all, or waits', async () => {
    for (const [outcome, status] of [
      ['paid', 'captured'],
      ['failed', 'failed'],
      ['failed-then-paid', 'captured'],
      ['waiting', 'created'],
    ]) {
      const { id } = await newOrder();
      const { payment } = await told(await call('/donors', 'POST', { order_id: id, outcome }));
      expect(payment.status, outcome).toBe(status);
    }
    const waiting = async () => (await told(await call('/waiting'))).waiting;
    await until(async () => (await waiting()) === 0, 'all is told');
    const events = receiver.got.map(({ body }) => JSON.parse(body).event);
    expect(events.filter((name) => name === 'order.paid')).toHaveLength(2);
    expect(events.filter((name) => name === 'payment.failed')).toHaveLength(2);
  });

  it('is refused what no donor can do', async () => {
    expect((await call('/donors', 'POST', { order_id: 'order_none' })).status).toBe(400);
    expect((await call('/donors', 'POST', { amount: 5 })).status).toBe(400);
  });
});

describe('the interface', () => {
  it('refuses what is no JSON, no address and no key, in the form of the vendor', async () => {
    const broken = await fetch(`${standIn.url()}/v1/orders`, { method: 'POST', headers, body: '{"amount":' });
    expect([broken.status, (await told(broken)).error.code]).toEqual([400, 'BAD_REQUEST_ERROR']);
    expect((await call('/v1/nothing')).status).toBe(400);
    const keyless = await fetch(`${standIn.url()}/v1/orders`);
    expect([keyless.status, (await told(keyless)).error.source]).toEqual([401, 'NA']);
  });

  it('gives a picture of a code', async () => {
    const wish = { type: 'upi_qr', usage: 'single_use', fixed_amount: true, payment_amount: 30_000 };
    const qr = await told(await call('/v1/payments/qr_codes', 'POST', wish));
    const picture = await fetch(qr.image_url);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });
});
