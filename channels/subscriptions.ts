import type { Checkout, CheckoutWords, PaymentMethod } from './gateway.ts';

/**
 * Gifts that repeat each month, by a mandate that the donor gives their bank once. Each charge is a payment
 * like any other, which names its subscription; word to the payer a day before is the bank's and the
 * vendor's (Reserve Bank of India, "Processing of e-mandates for recurring transactions").
 */
export interface GatewaySubscriptions {
  /** What is taken each month. One that is made twice does no harm. @returns its id @throws GatewayFailure */
  createPlan(wish: { amount: bigint; name: string }): Promise<string>;
  /**
   * Begins one, which waits for its mandate. It is safe to repeat with the same gift: what exists for it is
   * given back.
   *
   * @throws GatewayFailure; `unknown` when the vendor may have made it
   */
  create(wish: SubscriptionWish): Promise<GatewaySubscription>;
  /** @throws GatewayFailure */
  fetch(id: string): Promise<GatewaySubscription>;
  /** Ids of every payment that was taken, the oldest first. @throws GatewayFailure */
  fetchPayments(id: string): Promise<string[]>;
  /** What a page needs to let a donor give the mandate. Asks nobody. */
  checkout(subscription: Pick<GatewaySubscription, 'id' | 'url'>, words: CheckoutWords): Checkout;
  /** As `verifyCallback` of a gateway, for the subscription that *we* kept. */
  verifyCallback(id: string, fields: Record<string, unknown>): { paymentId: string } | null;
  /** Takes nothing until it is resumed. @throws GatewayFailure */
  pause(id: string): Promise<GatewaySubscription>;
  /** @throws GatewayFailure */
  resume(id: string): Promise<GatewaySubscription>;
  /** Ends it for good. @throws GatewayFailure */
  cancel(id: string): Promise<GatewaySubscription>;
  /** Another plan from the next charge on. @throws GatewayFailure; `permanent` where the mandate forbids it */
  changePlan(id: string, planId: string): Promise<GatewaySubscription>;
}

export interface SubscriptionWish {
  planId: string;
  /** Ours, by which it is found again. */
  gift: string;
  /** How many months at most. */
  months: number;
  /** The mandate is given by then, or not at all. */
  expiresAt: Date;
}

/** `pending`: a charge failed and is tried again; `halted`: all tries failed, and the donor has to act. */
export type SubscriptionState =
  | ('created' | 'authenticated' | 'active' | 'pending')
  | ('halted' | 'paused' | 'cancelled' | 'completed' | 'expired');

export interface GatewaySubscription {
  id: string;
  planId: string;
  state: SubscriptionState;
  /** By what the mandate was given; null before. */
  method: PaymentMethod | null;
  /** Months that were paid. */
  paid: number;
  /** The next charge. */
  chargeAt: Date | null;
  /** Where the mandate can be given without a script. */
  url: string | null;
  /** Ours, see SubscriptionWish. */
  gift: string | null;
}
