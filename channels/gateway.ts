import type { FailureKind } from './failure.ts';
import type { GatewaySubscriptions } from './subscriptions.ts';

/**
 * What a payment gateway does for us. Amounts are whole paise. Each adapter is opened with the keys of one
 * account; which account serves a gift is decided by whoever calls.
 */
export interface Gateway {
  /**
   * Makes an order. It is safe to repeat with the same receipt: an order that exists under it is given back.
   *
   * @throws GatewayFailure; `unknown` when the vendor may have made it
   */
  createOrder(wish: OrderWish): Promise<GatewayOrder>;
  /** The order and every attempt to pay it, the oldest first. @throws GatewayFailure */
  fetchOrder(id: string): Promise<{ order: GatewayOrder; payments: GatewayPayment[] }>;
  /** What a page needs to let a donor pay an order. Asks nobody. */
  checkout(order: GatewayOrder, words: CheckoutWords): Checkout;
  /**
   * Whether a browser's return was signed by the vendor for the order that *we* kept. It proves that there
   * is such a payment, not that it was captured.
   *
   * @returns the payment, or null for anything that is not so signed
   */
  verifyCallback(orderId: string, fields: Record<string, unknown>): { paymentId: string } | null;
  /**
   * What a webhook tells, after its signature was checked against each of the account's secrets.
   *
   * @returns null when no secret fits, or when it is no event
   */
  readWebhook(raw: Buffer, headers: WebhookHeaders): GatewayEvent | null;
  /** What of a webhook's body may be stored: without names, addresses, numbers. Empty for what is no JSON. */
  redact(raw: Buffer): Buffer;
  /** @throws GatewayFailure; `permanent` with status 404 for a payment that does not exist */
  fetchPayment(id: string): Promise<GatewayPayment>;
  /** Every refund of a payment, the oldest first. @throws GatewayFailure */
  fetchRefunds(paymentId: string): Promise<GatewayRefund[]>;
  /** Gives back a part or all of a payment; safe to repeat with the same key. @throws GatewayFailure */
  refund(wish: RefundWish): Promise<GatewayRefund>;
  /** What was settled on a day of India's calendar, `2026-11-27`, line by line. @throws GatewayFailure */
  settlements(day: string): AsyncIterable<SettlementLine>;
  /** A code of one use that a UPI app can scan, where the vendor makes them. @throws GatewayFailure */
  createQr?(wish: QrWish): Promise<GatewayQr>;
  /** A code and what was paid by it, the oldest first, for when its webhook was lost. @throws GatewayFailure */
  fetchQr?(id: string): Promise<{ qr: GatewayQr; payments: GatewayPayment[] }>;
  /** Ends a code before its time. @throws GatewayFailure */
  closeQr?(id: string): Promise<void>;
  /** Gifts of every month, where the vendor takes them. */
  subscriptions?: GatewaySubscriptions;
  /** A payment that its payer's bank questions, where the vendor tells of such. @throws GatewayFailure */
  fetchDispute?(id: string): Promise<GatewayDispute>;
}

export interface OrderWish {
  amount: bigint;
  /** Ours, unique, at most 40 characters. */
  receipt: string;
  /** At most 15 entries of 256 characters. */
  notes: Record<string, string>;
}

export interface GatewayOrder {
  id: string;
  amount: bigint;
  paid: bigint;
  /** ISO 4217. */
  currency: string;
  receipt: string | null;
  /** An order stays `paid` after a refund. */
  state: 'created' | 'attempted' | 'paid';
  notes: Record<string, string>;
}

export type PaymentMethod = 'upi' | 'card' | 'netbanking' | 'wallet' | 'other';

/** Facts about one attempt to pay; they only grow. */
export interface GatewayPayment {
  id: string;
  /** Absent for a payment by a code that belongs to no order. */
  orderId: string | null;
  /** The code by which it came, where the vendor says so. */
  qrId: string | null;
  /** Of which it is a charge. */
  subscriptionId: string | null;
  amount: bigint;
  currency: string;
  /** `failed` may be followed by `captured`. */
  state: 'created' | 'authorised' | 'captured' | 'refunded' | 'failed';
  /** Whether the money was taken, also when it was given back since. */
  captured: boolean;
  /** Sum of what was given back. */
  refunded: bigint;
  /** The vendor's fee with its tax; null while it is not known. */
  fee: bigint | null;
  /** The tax that is part of the fee. */
  tax: bigint | null;
  method: PaymentMethod;
  /** Last four digits of a card; nothing else of it is kept. */
  last4: string | null;
  /** Of a card, a bank's code, a wallet's name. */
  network: string | null;
  international: boolean;
  /** The bank's own number for it: RRN, UTR, authorisation code. */
  bankReference: string | null;
  notes: Record<string, string>;
  /** Of the attempt. */
  createdAt: Date;
  /** When the money was taken, where the vendor says so. */
  capturedAt: Date | null;
  failure: { code: string; reason: string; description: string } | null;
}

export interface GatewayRefund {
  id: string;
  paymentId: string;
  amount: bigint;
  state: 'pending' | 'processed' | 'failed';
  /** The key it was asked for with, where the vendor tells it. */
  key: string | null;
  createdAt: Date;
}

export interface RefundWish {
  paymentId: string;
  amount: bigint;
  /** Ours, unique for each refund, 10 to 40 characters of A-Z a-z 0-9 - _. */
  key: string;
  notes: Record<string, string>;
}

/** A payer's bank questions a payment. Each round of it is a dispute of its own. */
export interface GatewayDispute {
  id: string;
  paymentId: string;
  amount: bigint;
  /** What the vendor has taken from us for it; nothing, unless it takes at once or the dispute is lost. */
  deducted: bigint;
  phase: 'fraud' | 'retrieval' | 'chargeback' | 'pre_arbitration' | 'arbitration';
  /** `open` waits for our answer, `review` for the bank. */
  state: 'open' | 'review' | 'won' | 'lost' | 'closed';
  /** In the vendor's or the bank's words: a code, never a person. */
  reason: string;
  /** Until when an answer is taken, while there is such a day. */
  respondBy: Date | null;
  createdAt: Date;
}

export interface QrWish {
  amount: bigint;
  /** What the payer's app shows. */
  name: string;
  description: string;
  closesAt: Date;
  notes: Record<string, string>;
}

export interface GatewayQr {
  id: string;
  /** Where the picture lies. */
  imageUrl: string;
  /** What opens a UPI app on the phone itself, where the vendor tells it; passed on unaltered. */
  intentUrl: string | null;
  closesAt: Date;
  open: boolean;
}

/** What the pay step shows of a gift. */
export interface CheckoutWords {
  /** The receiver, as the donor's app will show it. */
  name: string;
  description: string;
  language: string;
  /** BCP 47 languages and colours are the page's affair; these prefill the vendor's form. */
  donor: { name: string; email: string | null; phone: string | null };
  /** Where the vendor's form returns to, by a cross-site POST. */
  callbackUrl: string;
  cancelUrl: string;
}

export interface Checkout {
  /** For browsers that run scripts: `new window[opens](options).open()`, once the vendor's script is there. */
  script: { src: string; opens: string; origins: string[]; options: Record<string, unknown> };
  /** For those that do not: a form that is posted to the vendor; a plain link where it has no fields. It opens no UPI app. */
  hosted: { action: string; fields: Record<string, string> };
}

export type WebhookHeaders = Record<string, string | string[] | undefined>;

/** What an event is about; what it says of it is asked again, because events come in any order. */
export interface GatewayEvent {
  /** The vendor's number of the event, the same when it is told again. */
  id: string;
  /** In the vendor's words, such as `payment.captured`. */
  name: string;
  at: Date;
  /** Prefixed as the vendor's interface wants them, whatever the body holds. */
  paymentIds: string[];
  orderIds: string[];
  refundIds: string[];
  qrIds: string[];
  settlementIds: string[];
  disputeIds: string[];
  subscriptionIds: string[];
}

/** One line of a day's settlement: of a payment `credit = amount - fee`, of a refund a debit. */
export interface SettlementLine {
  kind: 'payment' | 'refund' | 'adjustment' | 'transfer';
  /** Of the payment or refund. */
  entityId: string;
  paymentId: string | null;
  orderId: string | null;
  /** Of an adjustment that a dispute made. */
  disputeId: string | null;
  amount: bigint;
  fee: bigint;
  tax: bigint;
  debit: bigint;
  credit: bigint;
  settlementId: string;
  /** The bank's number, which stands in its statement. */
  utr: string | null;
  settledAt: Date;
}

/** What a vendor's failure means, whatever words it has for it. */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  readonly kind: FailureKind;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** The vendor's code, such as BAD_REQUEST_ERROR; never its words about a person. */
  readonly code: string;
  /** For `throttled`: not before. */
  readonly until: Date | null;

  constructor(
    message: string,
    { kind, status = 0, code = '', until = null }: Partial<GatewayFailure> & { kind: FailureKind },
  ) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.until = until;
  }
}
