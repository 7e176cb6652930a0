import { describe, expect, it } from 'vitest';
import type { Gateway, WebhookHeaders } from '../../channels/gateway.ts';
import type { GatewaySubscriptions } from '../../channels/subscriptions.ts';
import type { Paid, Trouble } from './gateway.ts';

/** What a far end with subscriptions does besides. */
export interface MandateEnd {
  gateway: Gateway;
  /** A donor gives the mandate, or their bank refuses. */
  mandate(id: string, how?: { method?: 'upi' | 'card'; fails?: boolean }): Promise<Paid>;
  /** A month has passed: the bank pays, or refuses. */
  charge(id: string, how?: { fails?: boolean }): Promise<{ paymentId: string }>;
  trouble(trouble: Trouble, times: number, method?: 'GET' | 'POST'): void;
  told(name: string, id: string): Promise<{ raw: Buffer; headers: WebhookHeaders }>;
  count(kind: 'subscription'): number;
}

/** What every gateway does that takes gifts of every month; nothing is asked of one that does not. */
export function testSubscriptions(farEnd: () => MandateEnd): void {
  const begun = async (amount = 50_000n, gift = crypto.randomUUID()) => {
    const { gateway } = farEnd();
    const subscriptions = gateway.subscriptions as GatewaySubscriptions;
    const planId = await subscriptions.createPlan({ amount, name: 'We Care' });
    const expiresAt = new Date(Date.now() + 3 * 86_400_000);
    const wish = { planId, gift, months: 120, expiresAt };
    return { subscriptions, wish, made: await subscriptions.create(wish) };
  };
  const active = async (method: 'upi' | 'card' = 'card') => {
    const { subscriptions, made } = await begun();
    const paid = await farEnd().mandate(made.id, { method });
    return { subscriptions, id: made.id, ...paid };
  };

  describe('a subscription', () => {
    it('is made as wished, waits for its mandate, and is given back when asked for again', async () => {
      const { subscriptions, wish, made } = await begun();
      expect(made).toMatchObject({
        ...{ planId: wish.planId, gift: wish.gift, state: 'created', paid: 0, method: null },
        url: expect.stringMatching(/^https?:/),
      });
      const before = farEnd().count('subscription');
      expect(await subscriptions.create(wish)).toEqual(made);
      expect(farEnd().count('subscription')).toBe(before);
      expect(await subscriptions.fetchPayments(made.id)).toEqual([]);
    });

    it('whose making was never answered is one after all', async () => {
      const { subscriptions, wish } = await begun();
      const gift = crypto.randomUUID();
      const before = farEnd().count('subscription');
      farEnd().trouble('cut-after', 1, 'POST');
      await subscriptions.create({ ...wish, gift });
      expect(farEnd().count('subscription')).toBe(before + 1);
    });

    it('begins with a mandate, whose payment names it and whose return is proof for it alone', async () => {
      const { subscriptions, id, paymentId, callback } = await active('upi');
      const { gateway } = farEnd();
      expect(await gateway.fetchPayment(paymentId)).toMatchObject({
        ...{ subscriptionId: id, amount: 50_000n, captured: true, orderId: expect.stringMatching(/\w/) },
      });
      expect(await subscriptions.fetch(id)).toMatchObject({ state: 'active', paid: 1, method: 'upi' });
      expect((await subscriptions.fetch(id)).chargeAt?.getTime()).toBeGreaterThan(
        Date.now() + 27 * 86_400_000,
      );
      expect(subscriptions.verifyCallback(id, callback)).toEqual({ paymentId });
      const other = await begun();
      expect(subscriptions.verifyCallback(other.made.id, callback)).toBeNull();
      expect(gateway.verifyCallback(id, callback)).toBeNull();
      expect(
        subscriptions.verifyCallback(id, { ...callback, razorpay_signature: 'a'.repeat(64) }),
      ).toBeNull();
    });

    it('does not begin where the bank refuses, and may be tried again', async () => {
      const { subscriptions, made } = await begun();
      const { paymentId } = await farEnd().mandate(made.id, { fails: true });
      expect(await farEnd().gateway.fetchPayment(paymentId)).toMatchObject({
        ...{ state: 'failed', subscriptionId: made.id },
      });
      expect((await subscriptions.fetch(made.id)).state).toBe('created');
      await farEnd().mandate(made.id);
      expect((await subscriptions.fetch(made.id)).state).toBe('active');
    });

    it('is charged each month, and tells of it by name', async () => {
      const { subscriptions, id, paymentId } = await active();
      const second = await farEnd().charge(id);
      expect(await subscriptions.fetchPayments(id)).toEqual([paymentId, second.paymentId]);
      expect((await subscriptions.fetch(id)).paid).toBe(2);
      const { raw, headers } = await farEnd().told('subscription.charged', second.paymentId);
      expect(farEnd().gateway.readWebhook(raw, headers)).toMatchObject({
        ...{ subscriptionIds: [id], paymentIds: [second.paymentId] },
      });
    });

    it('waits after a refusal, halts after the third, and is cancelled for good', async () => {
      const { subscriptions, id } = await active();
      await farEnd().charge(id, { fails: true });
      expect((await subscriptions.fetch(id)).state).toBe('pending');
      await farEnd().charge(id, { fails: true });
      await farEnd().charge(id, { fails: true });
      expect((await subscriptions.fetch(id)).state).toBe('halted');
      expect((await subscriptions.cancel(id)).state).toBe('cancelled');
      expect((await subscriptions.cancel(id)).state).toBe('cancelled');
    });

    it('rests while it is paused, and goes on, however often that is asked', async () => {
      const { subscriptions, id } = await active();
      for (const _ of [1, 2]) expect((await subscriptions.pause(id)).state).toBe('paused');
      await expect(farEnd().charge(id)).rejects.toThrow();
      for (const _ of [1, 2]) expect((await subscriptions.resume(id)).state).toBe('active');
      await farEnd().charge(id);
      expect((await subscriptions.fetch(id)).paid).toBe(2);
    });

    it('takes another sum from the next month on, where its mandate lets it', async () => {
      const byCard = await active('card');
      const plan = await byCard.subscriptions.createPlan({ amount: 70_000n, name: 'We Care' });
      await byCard.subscriptions.changePlan(byCard.id, plan);
      const { paymentId } = await farEnd().charge(byCard.id);
      expect((await farEnd().gateway.fetchPayment(paymentId)).amount).toBe(70_000n);
      const byUpi = await active('upi');
      await expect(byUpi.subscriptions.changePlan(byUpi.id, plan)).rejects.toMatchObject({
        kind: 'permanent',
      });
    });
  });
}
