import { expect, it } from 'vitest';
import { endDispute, raiseDispute } from '../../../src/sandbox/razorpay/disputing.ts';
import { createOrder } from '../../../src/sandbox/razorpay/orders.ts';
import { testStandIn } from '../../support/stand-in.ts';

const till = testStandIn({ settings: { webhooks: { delayMs: 3_600_000 } } });
const paid = (amount = 50_000) =>
  till.pay(createOrder(till.counter(), { amount, currency: 'INR' }).id).paymentId;
const post = (path: string, body?: object) =>
  fetch(`${till.url()}/${path}`, {
    ...{ method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json' } },
    ...(body && { body: JSON.stringify(body) }),
  });
const namesOf = (id: string) => till.events(id).map(({ body }) => JSON.parse(String(body)).event);

it('raises and ends a dispute for a program, each step with its event', async () => {
  const payment = paid();
  const { id, ...raised } = (await (
    await post('disputes', { payment_id: payment, amount: 20_000, phase: 'fraud' })
  ).json()) as { id: string };
  expect(raised).toMatchObject({ status: 'open', amount: 20_000, phase: 'fraud', amount_deducted: 0 });
  await post(`disputes/${id}`, { ending: 'under_review' });
  expect(await (await post(`disputes/${id}`, { ending: 'lost' })).json()).toMatchObject({
    ...{ status: 'lost', amount_deducted: 20_000 },
  });
  expect(namesOf(payment).filter((name) => name.startsWith('payment.dispute'))).toEqual([
    ...['payment.dispute.created', 'payment.dispute.under_review', 'payment.dispute.lost'],
  ]);
});

it('raises and ends one by the buttons of the desk, which shows it', async () => {
  const payment = paid();
  expect((await post(`payments/${payment}/dispute`)).status).toBe(303);
  const [made] = till.counter().store.of('dispute', payment);
  const desk = await (await fetch(till.url(), { headers: { accept: 'text/html' } })).text();
  expect(desk).toContain(`/questions/${made?.id}/lost`);
  await post(`questions/${made?.id}/won`);
  expect(till.counter().store.get('dispute', made?.id ?? '')?.entity.status).toBe('won');
  const elsewhere = await fetch(`${till.url()}/questions/${made?.id}/lost`, {
    ...{ method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } },
  });
  expect(elsewhere.status).toBe(403);
});

it('refuses one of money that was never taken, of more than was, and a second end', () => {
  const counter = till.counter();
  const { paymentId } = till.pay(createOrder(counter, { amount: 50_000, currency: 'INR' }).id, {
    fails: true,
  });
  expect(() => raiseDispute(counter, paymentId)).toThrow('was not captured');
  expect(() => raiseDispute(counter, paid(), { amount: 50_100 })).toThrow('greater than the payment');
  const { id } = raiseDispute(counter, paid());
  expect(endDispute(counter, id, 'action_required').entity.status).toBe('open');
  endDispute(counter, id, 'closed');
  expect(() => endDispute(counter, id, 'won')).toThrow('over already');
});
