import { describe, expect, it } from 'vitest';
import {
  type Gateway,
  GatewayFailure,
  type GatewayOrder,
  type SettlementLine,
  type WebhookHeaders,
} from '../../channels/gateway.ts';

export type Trouble = 'fault' | 'throttle' | 'silent-before' | 'silent-after' | 'cut-after' | 'garbage-after';

/** A gateway with the far end it speaks to, and hands on that far end. */
export interface FarEnd {
  gateway: Gateway;
  /** The same with a key that is not known there. */
  stranger: Gateway;
  /** A donor pays, or fails to. */
  pay(order: GatewayOrder, how?: { method?: 'upi' | 'card'; fails?: boolean }): Promise<Paid>;
  /** A donor scans a code. */
  scan(qrId: string): Promise<{ paymentId: string }>;
  /** The next calls meet this, of one HTTP method or of all. */
  trouble(trouble: Trouble, times: number, method?: 'GET' | 'POST'): void;
  /** A payer's bank questions a payment, or has decided; null where the vendor knows no disputes. */
  dispute(
    paymentId: string,
    more?: { amount?: bigint; ending?: 'won' | 'lost' },
  ): Promise<{ disputeId: string } | null>;
  /** Pays out at once. */
  settle(): void;
  /** Webhooks that were sent about a payment, the oldest first, once there is one of this name. */
  told(name: string, paymentId: string): Promise<{ raw: Buffer; headers: WebhookHeaders }>;
  /** How many orders, or refunds, it made in all. */
  count(kind: 'order' | 'refund'): number;
  /** Today in India. */
  day(): string;
}

export interface Paid {
  paymentId: string;
  /** What the browser brings back. */
  callback: Record<string, unknown>;
}

let number = 0;
const wish = (more: { amount?: bigint; notes?: Record<string, string> } = {}) => {
  number += 1;
  return { amount: 50_000n, receipt: `gift-${process.pid}-${number}`, notes: { touch: 't1' }, ...more };
};
const key = () => `refund-${process.pid}-${++number}`;
const failure = async (act: Promise<unknown>): Promise<GatewayFailure> => {
  const error = await act.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatewayFailure);
  return error as GatewayFailure;
};
const linesOf = async (gateway: Gateway, day: string): Promise<SettlementLine[]> => {
  const lines: SettlementLine[] = [];
  for await (const line of gateway.settlements(day)) lines.push(line);
  return lines;
};

/** What every gateway does. @param farEnd that of the test that calls, once it is there */
export function testGateway(farEnd: () => FarEnd): void {
  describe('an order', () => {
    it('is made as wished, and given back when its receipt is asked for again', async () => {
      const { gateway, count } = farEnd();
      const wanted = wish();
      const order = await gateway.createOrder(wanted);
      expect(order).toMatchObject({ ...wanted, currency: 'INR', state: 'created', paid: 0n });
      const made = count('order');
      expect(await gateway.createOrder(wanted)).toEqual(order);
      expect(count('order')).toBe(made);
    });

    it('of another amount under the same receipt is refused', async () => {
      const { gateway } = farEnd();
      const wanted = wish();
      await gateway.createOrder(wanted);
      const error = await failure(gateway.createOrder({ ...wanted, amount: 60_000n }));
      expect(error.kind).toBe('permanent');
    });

    it.each(['silent-after', 'cut-after', 'garbage-after'] as const)(
      'whose making ended with %s is one order after all',
      async (trouble) => {
        const { gateway, trouble: meet, count } = farEnd();
        const wanted = wish();
        const before = count('order');
        meet(trouble, 1, 'POST');
        const first = await gateway.createOrder(wanted).catch((error: GatewayFailure) => error.kind);
        if (typeof first === 'string') expect(first).toBe('unknown');
        const again = await gateway.createOrder(wanted);
        expect(again.receipt).toBe(wanted.receipt);
        expect(count('order')).toBe(before + 1);
      },
    );

    it('tells its attempts, a failed one before the one that was paid', async () => {
      const { gateway, pay } = farEnd();
      const order = await gateway.createOrder(wish());
      await pay(order, { fails: true });
      const { paymentId } = await pay(order);
      const told = await gateway.fetchOrder(order.id);
      expect(told.order).toMatchObject({ state: 'paid', paid: 50_000n });
      expect(told.payments.map(({ state }) => state).sort()).toEqual(['captured', 'failed']);
      expect(told.payments.find(({ state }) => state === 'captured')?.id).toBe(paymentId);
      expect(told.payments.find(({ state }) => state === 'failed')?.failure?.code).toMatch(/\w/);
    });
  });

  describe('a payment', () => {
    it('tells its money, its order and its notes, and of a card only the last four digits', async () => {
      const { gateway, pay } = farEnd();
      const order = await gateway.createOrder(wish({ amount: 123_456n }));
      const { paymentId } = await pay(order, { method: 'card' });
      const payment = await gateway.fetchPayment(paymentId);
      expect(payment).toMatchObject({
        ...{ id: paymentId, orderId: order.id, amount: 123_456n, currency: 'INR', refunded: 0n },
        ...{ state: 'captured', captured: true, method: 'card', notes: { touch: 't1' }, qrId: null },
        ...{ last4: expect.stringMatching(/^\d{4}$/), network: expect.stringMatching(/\w/), failure: null },
      });
      expect(Number(payment.fee)).toBeGreaterThan(Number(payment.tax));
      expect(
        JSON.stringify(payment, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ).not.toMatch(/@|\+91/);
    });

    it('that does not exist is refused for good, as 404', async () => {
      const error = await failure(farEnd().gateway.fetchPayment('pay_doesnotexist0'));
      expect(error).toMatchObject({ kind: 'permanent', status: 404 });
    });
  });

  describe('a return', () => {
    it('is proof for its own order and for no other', async () => {
      const { gateway, pay } = farEnd();
      const [order, other] = [await gateway.createOrder(wish()), await gateway.createOrder(wish())];
      const { paymentId, callback } = await pay(order);
      expect(gateway.verifyCallback(order.id, callback)).toEqual({ paymentId });
      expect(gateway.verifyCallback(other.id, callback)).toBeNull();
      expect(gateway.verifyCallback(order.id, {})).toBeNull();
    });
  });

  describe('a webhook', () => {
    it('is read as it was sent, and not with a byte changed or without its signature', async () => {
      const { gateway, pay, told } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()));
      const { raw, headers } = await told('payment.captured', paymentId);
      expect(gateway.readWebhook(raw, headers)).toMatchObject({ paymentIds: [paymentId] });
      const changed = Buffer.from(raw);
      changed[10] = (changed[10] ?? 0) ^ 1;
      expect(gateway.readWebhook(changed, headers)).toBeNull();
      expect(gateway.readWebhook(raw, {})).toBeNull();
    });
  });

  describe('a refund', () => {
    it('is one for its key, however often it is asked for', async () => {
      const { gateway, pay, count } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()));
      const asked = { paymentId, amount: 20_000n, key: key(), notes: {} };
      const refund = await gateway.refund(asked);
      expect(refund).toMatchObject({ paymentId, amount: 20_000n, key: asked.key });
      const made = count('refund');
      expect(await gateway.refund(asked)).toEqual(refund);
      expect(count('refund')).toBe(made);
      expect(await gateway.fetchRefunds(paymentId)).toEqual([refund]);
      expect(await gateway.fetchPayment(paymentId)).toMatchObject({ refunded: 20_000n, captured: true });
    });

    it.each(['silent-after', 'cut-after', 'garbage-after'] as const)(
      'whose answer was lost by %s is one refund after all',
      async (trouble) => {
        const { gateway, pay, trouble: meet, count } = farEnd();
        const { paymentId } = await pay(await gateway.createOrder(wish()));
        const before = count('refund');
        const asked = { paymentId, amount: 50_000n, key: key(), notes: {} };
        meet(trouble, 1, 'POST');
        await gateway.refund(asked);
        expect(count('refund')).toBe(before + 1);
      },
    );

    it('that never gets an answer is unknown, and is found by its key', async () => {
      const { gateway, pay, trouble, count } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()));
      const before = count('refund');
      const asked = { paymentId, amount: 50_000n, key: key(), notes: {} };
      trouble('silent-after', 3, 'POST');
      expect((await failure(gateway.refund(asked))).kind).toBe('unknown');
      const refunds = await gateway.fetchRefunds(paymentId);
      expect(refunds.map((refund) => refund.key)).toEqual([asked.key]);
      expect(count('refund')).toBe(before + 1);
    });

    it('of more than was paid is refused for good, and so is another under the same key', async () => {
      const { gateway, pay } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()));
      const asked = { paymentId, amount: 50_100n, key: key(), notes: {} };
      expect((await failure(gateway.refund(asked))).kind).toBe('permanent');
      const half = { ...asked, amount: 25_000n, key: key() };
      await gateway.refund(half);
      const error = await failure(gateway.refund({ ...half, amount: 10_000n }));
      expect(['permanent', 'unknown']).toContain(error.kind);
      expect(await gateway.fetchPayment(paymentId)).toMatchObject({ refunded: 25_000n });
    });
  });

  describe('a day of settlements', () => {
    it('credits each payment with its amount less its fee, and debits refunds whole', async () => {
      const { gateway, pay, settle, day } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()), { method: 'card' });
      const refund = await gateway.refund({ paymentId, amount: 10_000n, key: key(), notes: {} });
      settle();
      const lines = await linesOf(gateway, day());
      const own = lines.filter((line) => line.paymentId === paymentId);
      expect(own.map(({ kind }) => kind).sort()).toEqual(['payment', 'refund']);
      for (const line of lines.filter(({ kind }) => kind === 'payment')) {
        expect(line.credit).toBe(line.amount - line.fee);
        expect(line.debit).toBe(0n);
      }
      expect(own.find(({ kind }) => kind === 'refund')).toMatchObject({
        entityId: refund.id,
        debit: 10_000n,
      });
      expect(new Set(lines.map(({ utr }) => utr)).has(null)).toBe(false);
    });

    it('on which nothing was settled has no line', async () => {
      expect(await linesOf(farEnd().gateway, '2019-01-01')).toEqual([]);
    });
  });

  describe('a dispute', () => {
    it('tells what is questioned, by when to answer, and takes nothing while it is open or won', async () => {
      const { gateway, pay, dispute } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish()));
      const raised = await dispute(paymentId, { amount: 30_000n });
      if (!raised || !gateway.fetchDispute) return;
      const told = await gateway.fetchDispute(raised.disputeId);
      expect(told).toMatchObject({
        ...{ id: raised.disputeId, paymentId, amount: 30_000n, deducted: 0n, state: 'open' },
        ...{ phase: 'chargeback', reason: expect.stringMatching(/\w/) },
      });
      expect(Number(told.respondBy)).toBeGreaterThan(Number(told.createdAt));
      await dispute(paymentId, { ending: 'won' });
      expect(await gateway.fetchDispute(raised.disputeId)).toMatchObject({ state: 'won', deducted: 0n });
    });

    it('that is lost takes its amount, which the settlement says is its own', async () => {
      const { gateway, pay, dispute, settle, day, told } = farEnd();
      const { paymentId } = await pay(await gateway.createOrder(wish({ amount: 90_000n })));
      const raised = await dispute(paymentId, { amount: 30_000n });
      if (!raised || !gateway.fetchDispute) return;
      const { raw, headers } = await told('payment.dispute.created', paymentId);
      expect(gateway.readWebhook(raw, headers)).toMatchObject({
        ...{ disputeIds: [raised.disputeId], paymentIds: [paymentId] },
      });
      await dispute(paymentId, { ending: 'lost' });
      expect(await gateway.fetchDispute(raised.disputeId)).toMatchObject({
        state: 'lost',
        deducted: 30_000n,
      });
      settle();
      const own = (await linesOf(gateway, day())).filter(({ disputeId }) => disputeId === raised.disputeId);
      expect(own).toMatchObject([{ kind: 'adjustment', debit: 30_000n, credit: 0n, paymentId }]);
    });

    it('that does not exist is refused for good, as 404', async () => {
      const { gateway } = farEnd();
      if (!gateway.fetchDispute) return;
      const error = await failure(gateway.fetchDispute('disp_doesnotexist0'));
      expect(error).toMatchObject({ kind: 'permanent', status: 404 });
    });
  });

  describe('a failure', () => {
    it('of the key is unauthorised', async () => {
      expect((await failure(farEnd().stranger.createOrder(wish()))).kind).toBe('unauthorised');
    });

    it('of the far end may pass when something was asked, and is unknown when something was changed', async () => {
      const { gateway, trouble } = farEnd();
      const order = await gateway.createOrder(wish());
      trouble('fault', 9, 'GET');
      expect(await failure(gateway.fetchOrder(order.id))).toMatchObject({ kind: 'retryable', status: 503 });
      trouble('fault', 1, 'POST');
      expect((await failure(gateway.createOrder(wish()))).kind).toBe('unknown');
    });

    it('once is got over when something was asked', async () => {
      const { gateway, trouble } = farEnd();
      const order = await gateway.createOrder(wish());
      for (const once of ['fault', 'silent-before', 'cut-after'] as const) {
        trouble(once, 1, 'GET');
        expect((await gateway.fetchOrder(order.id)).order.id).toBe(order.id);
      }
    });

    it('for haste says how long to wait', async () => {
      const { gateway, trouble } = farEnd();
      const order = await gateway.createOrder(wish());
      trouble('throttle', 1);
      const error = await failure(gateway.fetchOrder(order.id));
      expect(error.kind).toBe('throttled');
      expect(Number(error.until)).toBeGreaterThan(Date.now());
    });

    it('holds no word of the vendor about a person', async () => {
      const error = await failure(farEnd().gateway.fetchPayment('pay_doesnotexist0'));
      expect(error.message).not.toMatch(/razorpay|does not exist/i);
    });
  });

  describe('a code', () => {
    it('takes one payment, which says by which code it came', async () => {
      const { gateway, scan } = farEnd();
      if (!gateway.createQr || !gateway.fetchQr || !gateway.closeQr) return;
      const closesAt = new Date(Date.now() + 30 * 60_000);
      const words = { name: 'We Care', description: 'A gift', notes: { gift: 'g1' }, closesAt };
      const qr = await gateway.createQr({ ...words, amount: 50_000n });
      expect(qr).toMatchObject({ open: true, imageUrl: expect.stringMatching(/^https?:/) });
      expect(Math.abs(Number(qr.closesAt) - Number(closesAt))).toBeLessThan(1000);
      const { paymentId } = await scan(qr.id);
      const payment = await gateway.fetchPayment(paymentId);
      expect(payment).toMatchObject({ orderId: null, qrId: qr.id, method: 'upi', notes: { gift: 'g1' } });
      expect(await gateway.fetchQr(qr.id)).toEqual({ qr: { ...qr, open: false }, payments: [payment] });
      await gateway.closeQr(qr.id);
    });

    it('that is closed twice is closed', async () => {
      const { gateway } = farEnd();
      const words = { name: 'We Care', description: 'A gift', notes: {}, amount: 100n };
      const qr = await gateway.createQr?.({ ...words, closesAt: new Date(Date.now() + 600_000) });
      if (!qr) return;
      await gateway.closeQr?.(qr.id);
      await gateway.closeQr?.(qr.id);
      expect((await gateway.fetchQr?.(qr.id))?.qr.open).toBe(false);
    });
  });
}
