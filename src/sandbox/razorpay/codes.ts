import { amountOf, choiceOf, type Fields, notesOf, only, textOf } from './checks.ts';
import { newId, type QrCode } from './entities.ts';
import { Refused } from './refused.ts';
import type { Records } from './store.ts';
import { type Counter, nowOf } from './vendor.ts';

const FIELDS = [
  ...[
    'type',
    'name',
    'usage',
    'fixed_amount',
    'payment_amount',
    'description',
    'customer_id',
    'close_by',
    'notes',
  ],
];
const SHORTEST = 120;
const LONGEST = 7200;

/**
 * A code that a UPI app reads (razorpay.com/docs/api/qr-codes/create).
 *
 * @param place address of the stand-in, as this request reached it
 * @throws Refused as the vendor does
 */
export function createQr(counter: Counter, body: unknown, place: string): Records['qr'] {
  const fields = only(body, ...FIELDS);
  const type = choiceOf(fields, 'type', ['upi_qr']);
  const usage = choiceOf(fields, 'usage', ['single_use', 'multiple_use']);
  const fixed = fields.fixed_amount === true || fields.fixed_amount === 1;
  if (usage === 'single_use' && !fixed) {
    throw new Refused('The fixed amount field must be true for single use.', { field: 'fixed_amount' });
  }
  const id = newId('qr');
  return counter.store.put('qr', {
    ...{ id, account: counter.account.keyId },
    entity: {
      ...{
        id,
        entity: 'qr_code',
        created_at: nowOf(counter),
        name: textOf(fields, 'name', 255),
        usage,
        type,
      },
      ...{ image_url: `${place}/codes/${id}.png`, image_content: `${place}/app/${id}` },
      payment_amount: fixed ? amountOf(fields, 'payment_amount') : null,
      ...{ status: 'active', description: textOf(fields, 'description', 255), fixed_amount: fixed },
      ...{
        payments_amount_received: 0,
        payments_count_received: 0,
        notes: notesOf(fields),
        customer_id: null,
      },
      ...{ close_by: closeByOf(counter, usage, fields), closed_at: null, close_reason: null },
    },
  });
}

/** Two hours at most, whatever is asked for; two minutes at least. */
function closeByOf(counter: Counter, usage: QrCode['usage'], { close_by: wish }: Fields): number | null {
  const now = nowOf(counter);
  if (usage === 'multiple_use') {
    if (wish === undefined || wish === null) return null;
    throw new Refused('close_by is/are not required and should not be sent', { field: 'close_by' });
  }
  if (wish === undefined || wish === null) return now + LONGEST;
  if (typeof wish !== 'number' || !Number.isInteger(wish) || wish < 946_684_800 || wish > 4_765_046_400) {
    throw new Refused('close_by must be between 946684800 and 4765046400', { field: 'close_by' });
  }
  if (wish < now + SHORTEST) {
    throw new Refused('close_by should be at least 2 minutes after current time', { field: 'close_by' });
  }
  return Math.min(wish, now + LONGEST);
}

export const isOpen = (counter: Counter, { status, close_by: end }: QrCode): boolean =>
  status === 'active' && (end === null || end > nowOf(counter));

/** As it is told: what is past its time is closed. */
export const shown = (counter: Counter, entity: QrCode): QrCode =>
  entity.status === 'active' && !isOpen(counter, entity)
    ? { ...entity, status: 'closed', closed_at: entity.close_by }
    : entity;

/** @throws Refused when it is closed */
export function closeQr(
  counter: Counter,
  record: Records['qr'],
  reason: 'on_demand' | 'paid',
): Records['qr'] {
  if (shown(counter, record.entity).status === 'closed') throw new Refused('The QR code is already closed.');
  const entity = {
    ...record.entity,
    status: 'closed' as const,
    closed_at: nowOf(counter),
    close_reason: reason,
  };
  return counter.store.put('qr', { ...record, entity });
}
