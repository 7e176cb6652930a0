import { z } from 'zod';
import type { SettlementLine } from '../gateway.ts';
import type { Client } from './client.ts';
import { read } from './read.ts';
import { shapes } from './reading.ts';

/** The most that one answer holds (razorpay.com/docs/api/settlements/fetch-recon). */
const PAGE = 1000;
const { paise, seconds, text, maybe } = shapes;

/** Disputes and whatever else is settled change the sum, and are looked at by a person. */
const kind = z.enum(['payment', 'refund', 'adjustment', 'transfer']).catch('adjustment');
const none = paise.nullish().transform((value) => value ?? 0n);

const line = z
  .object({
    ...{ entity_id: text, type: kind },
    ...{ amount: paise, fee: none, tax: none, debit: none, credit: none, settlement_id: text },
    ...{
      payment_id: maybe(text),
      order_id: maybe(text),
      dispute_id: maybe(text),
      settlement_utr: maybe(text),
      settled_at: seconds,
    },
  })
  .transform(
    (told): SettlementLine => ({
      ...{ kind: told.type, entityId: told.entity_id, orderId: told.order_id },
      paymentId: told.type === 'payment' ? told.entity_id : told.payment_id,
      disputeId: told.dispute_id,
      ...{ amount: told.amount, fee: told.fee, tax: told.tax, debit: told.debit, credit: told.credit },
      ...{ settlementId: told.settlement_id, utr: told.settlement_utr, settledAt: told.settled_at },
    }),
  );
/** What is not settled yet has no settlement, and is not of this day. */
const lines = shapes.collection(
  z.union([z.looseObject({ settled: z.literal(false) }).transform(() => null), line]),
);

/**
 * Every line of a day, page by page.
 *
 * @param day of India's calendar, `2026-11-27`
 * @throws RangeError for what is no day, GatewayFailure
 */
export async function* readSettlements(client: Client, day: string): AsyncIterable<SettlementLine> {
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (!year) throw new RangeError(`${day} is no day like 2026-11-27.`);
  const query = { year: Number(year), month: Number(month), day: Number(date), count: PAGE };
  for (let skip = 0; ; skip += PAGE) {
    const answer = await client.get('/settlements/recon/combined', { ...query, skip });
    const page = read(lines, answer);
    for (const one of page) if (one) yield one;
    if (page.length < PAGE) return;
  }
}
