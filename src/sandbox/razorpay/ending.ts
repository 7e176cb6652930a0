import type { Request, Response } from 'express';
import { callbackOf } from './outcome.ts';
import { ROOT } from './place.ts';
import { missing } from './refused.ts';
import { type House, kept, rupees, show } from './show.ts';
import type { Records } from './store.ts';
import { type Counter, ownerOf } from './vendor.ts';

type Paid = Records['payment'];

/** A payment that a page is about. */
export interface At {
  req: Request;
  res: Response;
  counter: Counter;
  record: Paid;
}

/** @throws Refused for a payment that does not exist */
export function begun(house: House, id: string): { counter: Counter; record: Paid } {
  const record = house.store.get('payment', id);
  if (!record) throw missing();
  return { counter: ownerOf(house, record), record };
}

export type End = 'paid' | 'failed' | 'later' | 'left' | 'closed';

export const endOf = ({ entity }: Paid): End => {
  if (entity.status === 'failed' || (entity.status === 'refunded' && !entity.captured)) return 'failed';
  return entity.status === 'created' ? 'later' : 'paid';
};

const SIGNS: Record<End, string> = {
  paid: 'sent',
  failed: 'failed',
  later: 'unknown',
  left: 'held',
  closed: 'failed',
};

type Ending = Pick<At, 'req' | 'res'> & { end: End; counter?: Counter; record?: Paid };

/** How it ended, for whoever reads it and for the page around. */
export function showEnd(house: House, { req, res, end, counter, record }: Ending): void {
  const amount = record ? rupees(record.entity.amount) : '';
  const words = end === 'closed' ? 'practice.app.closed' : `practice.done.${end}`;
  const framed = !record || record.way.door === 'standard';
  const again = end === 'failed' && record?.way.door === 'standard' ? retryOf(house, req, record) : null;
  show(house, req, res, {
    ...{ template: 'done', title: words, values: { amount } },
    data: {
      ...{ amount, words, state: end, sign: SIGNS[end], textless: false },
      ...{ href: again, button: 'practice.done.retry' },
    },
    ...(framed && end !== 'closed' && { message: messageOf(end, counter, record) }),
  });
}

/** In the form that the vendor's script gives its listeners. */
function messageOf(end: End, counter: Counter | undefined, record: Paid | undefined): object {
  if (end === 'paid' && counter && record) return { ended: 'paid', fields: callbackOf(counter, record) };
  if (end !== 'failed' || !record) return { ended: end };
  const { entity } = record;
  const metadata = { payment_id: entity.id, order_id: entity.order_id };
  const { error_code: code, error_description: description, error_reason: reason } = entity;
  return {
    ended: 'failed',
    error: { code, description, reason, source: 'bank', step: entity.error_step, metadata },
  };
}

/** The same order once more. */
function retryOf(house: House, req: Request, { account, way, entity }: Paid): string {
  const invoice = entity.invoice_id ? house.store.get('invoice', entity.invoice_id) : undefined;
  const subscription = invoice?.entity.subscription_id;
  const query = new URLSearchParams({ key_id: account, name: way.name });
  query.set(subscription ? 'subscription_id' : 'order_id', subscription ?? entity.order_id ?? '');
  if (way.callbackUrl) query.set('callback_url', way.callbackUrl);
  return kept(req, `${ROOT}/checkout?${query}`);
}
