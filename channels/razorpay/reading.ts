import { z } from 'zod';
import type {
  GatewayDispute,
  GatewayOrder,
  GatewayPayment,
  GatewayQr,
  GatewayRefund,
  PaymentMethod,
} from '../gateway.ts';
import type { GatewaySubscription } from '../subscriptions.ts';

/**
 * The vendor's bodies as ours. Everything is looked at before it is believed, and what tells of a person
 * (`email`, `contact`, `vpa`, `card.name`, `card.iin`) is not read at all.
 */
const paise = z.int().nonnegative().transform(BigInt);
const seconds = z
  .int()
  .nonnegative()
  .max(8_640_000_000_000)
  .transform((value) => new Date(value * 1000));
const text = z.string().max(2000);
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{1,40}$`));
/** Null where the vendor has nothing to say, be it null, absent, empty or of another kind. */
const maybe = <T extends z.ZodType>(inner: T) => inner.nullable().catch(null).default(null);

/** An object of short texts; `[]` when there is none. */
const notes = z.unknown().transform((value): Record<string, string> => {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return {};
  const plain = Object.entries(value).filter(([name, one]) => name !== '__proto__' && isPlain(one));
  return Object.fromEntries(plain.map(([name, one]) => [name, String(one)]));
});
const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

const order = z
  .object({
    ...{ id: id('order'), amount: paise, amount_paid: paise, currency: text, receipt: maybe(text), notes },
    status: z.enum(['created', 'attempted', 'paid']),
  })
  .transform(({ amount_paid: paid, status: state, ...rest }): GatewayOrder => ({ ...rest, paid, state }));

const STATES = {
  created: 'created',
  authorized: 'authorised',
  captured: 'captured',
  refunded: 'refunded',
  failed: 'failed',
} as const;
const METHODS: readonly string[] = ['upi', 'card', 'netbanking', 'wallet'] satisfies PaymentMethod[];

const methodOf = (method: string | null | undefined) =>
  (METHODS.includes(method ?? '') ? method : 'other') as PaymentMethod;

const payment = z
  .object({
    ...{
      id: id('pay'),
      order_id: id('order').nullish(),
      invoice_id: maybe(id('inv')),
      amount: paise,
      currency: text,
    },
    status: z.enum(['created', 'authorized', 'captured', 'refunded', 'failed']),
    ...{ captured: z.boolean().nullish(), amount_refunded: paise.nullish(), fee: paise.nullish() },
    ...{ tax: paise.nullish(), method: text.nullish(), international: z.boolean().nullish(), notes },
    ...{ bank: maybe(text), wallet: maybe(text), created_at: seconds, captured_at: maybe(seconds) },
    card: maybe(z.object({ last4: maybe(z.coerce.string().regex(/^\d{4}$/)), network: maybe(text) })),
    acquirer_data: maybe(
      z.object({ rrn: maybe(text), bank_transaction_id: maybe(text), auth_code: maybe(text) }),
    ),
    ...{ error_code: maybe(text), error_reason: maybe(text), error_description: maybe(text) },
  })
  .transform((told): GatewayPayment & { invoiceId: string | null } => {
    const { acquirer_data: bank, card } = told;
    return {
      ...{ id: told.id, orderId: told.order_id ?? null, qrId: null, notes: told.notes },
      ...{ invoiceId: told.invoice_id, subscriptionId: null },
      ...{ amount: told.amount, currency: told.currency, state: STATES[told.status] },
      captured: told.captured ?? (told.status === 'captured' || told.status === 'refunded'),
      ...{ refunded: told.amount_refunded ?? 0n, fee: told.fee ?? null, tax: told.tax ?? null },
      method: methodOf(told.method),
      ...{ last4: card?.last4 ?? null, network: card?.network ?? told.bank ?? told.wallet },
      international: told.international ?? false,
      bankReference: bank?.rrn ?? bank?.bank_transaction_id ?? bank?.auth_code ?? null,
      ...{ createdAt: told.created_at, capturedAt: told.captured_at },
      failure: told.error_code
        ? {
            ...{ code: told.error_code, reason: told.error_reason ?? '' },
            description: (told.error_description ?? '').slice(0, 300),
          }
        : null,
    };
  });

/** Its `receipt` is the key that we asked with. */
const refund = z
  .object({
    ...{ id: id('rfnd'), payment_id: id('pay'), amount: paise, receipt: maybe(text), created_at: seconds },
    status: z.enum(['pending', 'processed', 'failed']).default('processed'),
  })
  .transform(
    (told): GatewayRefund => ({
      ...{ id: told.id, paymentId: told.payment_id, amount: told.amount, state: told.status },
      ...{ key: told.receipt, createdAt: told.created_at },
    }),
  );

const DISPUTES = {
  open: 'open',
  under_review: 'review',
  won: 'won',
  lost: 'lost',
  closed: 'closed',
} as const;

/** razorpay.com/docs/api/disputes/entity. Evidence is not read: it may tell of a person. */
const dispute = z
  .object({
    ...{ id: id('disp'), payment_id: id('pay'), amount: paise, amount_deducted: paise.nullish() },
    phase: z.enum(['fraud', 'retrieval', 'chargeback', 'pre_arbitration', 'arbitration']),
    status: z.enum(['open', 'under_review', 'won', 'lost', 'closed']),
    ...{ reason_code: maybe(text), respond_by: maybe(seconds), created_at: seconds },
  })
  .transform(
    (told): GatewayDispute => ({
      ...{ id: told.id, paymentId: told.payment_id, amount: told.amount, phase: told.phase },
      ...{ deducted: told.amount_deducted ?? 0n, state: DISPUTES[told.status] },
      ...{ reason: told.reason_code ?? '', respondBy: told.respond_by, createdAt: told.created_at },
    }),
  );

const qr = z
  .object({
    ...{ id: id('qr'), image_url: z.url({ protocol: /^https?$/ }), status: text },
    ...{ close_by: seconds, image_content: maybe(text) },
  })
  .transform(
    (told): GatewayQr => ({
      ...{ id: told.id, imageUrl: told.image_url, closesAt: told.close_by, open: told.status === 'active' },
      intentUrl: told.image_content,
    }),
  );

/** Its mandate may be by what we do not know; its page is left out where there is none. */
const subscription = z
  .object({
    ...{ id: id('sub'), plan_id: id('plan'), paid_count: z.int().nonnegative().default(0), notes },
    status: z.enum([
      ...(['created', 'authenticated', 'active', 'pending', 'halted', 'paused'] as const),
      ...(['cancelled', 'completed', 'expired'] as const),
    ]),
    ...{ payment_method: maybe(text), charge_at: maybe(seconds), short_url: maybe(z.url()) },
  })
  .transform(
    (told): GatewaySubscription => ({
      ...{ id: told.id, planId: told.plan_id, state: told.status, paid: told.paid_count },
      method: told.payment_method === null ? null : methodOf(told.payment_method),
      ...{ chargeAt: told.charge_at, url: told.short_url, gift: told.notes.gift ?? null },
    }),
  );

/** A list of which each entry must be readable: a payment that is passed over would be a gift that is lost. */
const collection = <T extends z.ZodType>(inner: T) =>
  z.object({ items: z.array(inner) }).transform(({ items }) => items);

export const shapes = {
  ...{ order, payment, refund, dispute, qr, subscription, paise, seconds, text, maybe },
  subscriptions: collection(subscription),
  orders: collection(order),
  payments: collection(payment),
  refunds: collection(refund),
  qrs: collection(qr),
  collection,
};
