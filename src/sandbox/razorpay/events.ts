import type { Dispute, Order, Payment, QrCode, Refund, Settlement } from './entities.ts';
import type { Subscription, SubscriptionEvent } from './subscription-entities.ts';

export type EventName =
  | 'payment.authorized'
  | 'payment.captured'
  | 'payment.failed'
  | 'order.paid'
  | 'refund.created'
  | 'refund.processed'
  | 'refund.failed'
  | 'qr_code.credited'
  | 'qr_code.closed'
  | 'settlement.processed'
  | `payment.dispute.${'created' | 'under_review' | 'action_required' | 'won' | 'lost' | 'closed'}`
  | SubscriptionEvent;

/** What an event tells of, in the order in which the vendor names it. */
export interface Told {
  subscription?: Subscription;
  refund?: Refund;
  payment?: Payment;
  order?: Order;
  qr_code?: QrCode;
  settlement?: Settlement;
  dispute?: Dispute;
}

/** A webhook's body, as the vendor's samples show it. */
export function bodyOf(event: EventName, told: Told, { accountId, at }: { accountId: string; at: number }) {
  const entities = Object.entries(told) as [keyof Told, object][];
  return {
    ...{ entity: 'event', account_id: accountId, event },
    contains: entities.map(([kind]) => kind),
    payload: Object.fromEntries(entities.map(([kind, entity]) => [kind, { entity }])),
    created_at: at,
  };
}
