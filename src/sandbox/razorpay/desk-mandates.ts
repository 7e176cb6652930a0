import type { Request } from 'express';
import { chargeNow } from './charging.ts';
import { ROOT } from './place.ts';
import { type House, kept, rupees } from './show.ts';
import type { Records } from './store.ts';
import { shownNow } from './subscriptions.ts';
import { ownerOf } from './vendor.ts';

const ROWS = 20;
const SIGNS: Record<string, string> = {
  ...{ created: 'deferred', active: 'sent', pending: 'sending', halted: 'failed', paused: 'held' },
};
/** Only such are charged. */
const CHARGED = ['active', 'pending'];

/** Mandates that were asked for lately, each with what its bank may say next. */
export function mandateRows(house: House, req: Request) {
  return house.accounts
    .flatMap(({ keyId }) => house.store.of('subscription', keyId).slice(-ROWS))
    .sort((one, other) => other.entity.created_at - one.entity.created_at)
    .slice(0, ROWS)
    .map((record) => row(house, req, record));
}

function row(house: House, req: Request, record: Records['subscription']) {
  const { id, plan_id: plan, status, paid_count: paid } = shownNow(ownerOf(house, record), record);
  const amount = house.store.get('plan', plan)?.entity.item.amount ?? 0;
  const answers = CHARGED.includes(status) ? (['yes', 'no'] as const) : [];
  return {
    ...{ id, paid, amount: rupees(amount), state: `practice.desk.mandate.${status}` },
    sign: SIGNS[status] ?? 'unknown',
    answers: answers.map((answer) => ({
      action: kept(req, `${ROOT}/mandates/${id}/${answer}`),
      words: `practice.desk.charge.${answer}`,
    })),
  };
}

/** A month has passed; the bank takes the next charge, or refuses it. */
export const chargeByDesk = (house: House, id: string, answer: string) =>
  chargeNow(ownerOf(house, house.store.get('subscription', id)), id, { fails: answer !== 'yes' });
