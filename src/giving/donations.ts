import { v7 as uuid } from 'uuid';
import type { GatewayPayment } from '../../channels/gateway.ts';
import type { Connection } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Stream } from './accounts.ts';
import { indianDay } from './calendar.ts';
import type { Divided } from './divided.ts';
import type { KnownPayment } from './facts.ts';
import { readIssuer } from './issuer.ts';
import type { Order } from './orders.ts';
import { projectNamed } from './project-words.ts';
import { type IssueGround, issueReceipt, type ReceiptWords } from './receipts.ts';

interface Captured {
  order: Order;
  payment: KnownPayment;
  told: GatewayPayment;
  stream: Stream;
  parts: Divided;
}

/**
 * Makes a captured payment a gift: the donation, the order's end, word to the rest of the house, and last
 * of all the receipt. A second payment of one order is a second gift: the money came.
 */
export async function giveDonation(
  ground: IssueGround,
  connection: Connection,
  { order, payment, told, stream, parts }: Captured,
): Promise<void> {
  const capturedAt = payment.capturedAt as Date;
  const day = indianDay(capturedAt);
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO donation (id, stream, fund, donor_id, payment_id, amount, mode, reference, given_on, anonymous, message, created_at,
       project_id, beyond, matched, offer_id, occasion_id, show_amount)
     SELECT $1, $2, o.fund, o.donor_id, $3, $4, $5, $6, $7, o.anonymous, o.message, $8, o.project_id, $10, $11, $12, o.occasion_id, o.show_amount
       FROM gift_order o WHERE o.id = $9
     ON CONFLICT (payment_id) DO NOTHING RETURNING id`,
    [
      ...[uuid(), stream, payment.id, payment.amount, told.method, told.bankReference ?? payment.id, day],
      ...[ground.clock.now(), order.id, parts.beyond, parts.match, parts.offerId],
    ],
  );
  const donationId = rows[0]?.id;
  if (!donationId) return;
  await connection.query('UPDATE gift_order SET paid_at = coalesce(paid_at, $2) WHERE id = $1', [
    order.id,
    capturedAt,
  ]);
  await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'gift.paid',
    JSON.stringify({ donation: donationId }),
  ]);
  const named = await projectNamed(connection, order.fund);
  const project = named && { ...named, beyond: String(parts.beyond) };
  const words = await wordsOf(ground, connection, { order, told, paymentId: payment.id, project });
  await issueReceipt(ground, connection, { donationId, stream, amount: payment.amount, day, words });
}

async function wordsOf(
  { keys }: Pick<Ground, 'keys'>,
  connection: Connection,
  {
    order,
    told,
    paymentId,
    project,
  }: { order: Order; told: GatewayPayment; paymentId: string; project: ReceiptWords['project'] | null },
) {
  const { rows } = await connection.query(
    'SELECT d.name, d.kind, d.address, d.identity FROM donor d JOIN gift_order o ON o.donor_id = d.id WHERE o.id = $1',
    [order.id],
  );
  const { name, kind, address, identity } = rows[0];
  return {
    donor: { name, kind, address, identity: identity && JSON.parse(keys.open('donor-identity', identity)) },
    ...{ mode: told.method, reference: told.bankReference ?? paymentId },
    ...{ purpose: order.fund, language: order.language, ...(project && { project }) },
    issuer: await readIssuer(connection),
  };
}
