import { v7 as uuid } from 'uuid';
import type { GatewayRefund } from '../../channels/gateway.ts';
import type { Connection } from '../db.ts';
import type { GivingAccount } from './accounts.ts';
import { indianDay } from './calendar.ts';
import { beyondLeft, type Divided, refundLines } from './divided.ts';
import type { KnownPayment } from './facts.ts';
import { lowerMatch } from './holds.ts';
import { accounts, type Entry, type JournalKind, post } from './journal.ts';
import { cancelReceipt, type IssueGround, issueReceipt } from './receipts.ts';

type Needs = IssueGround;
interface Back {
  account: GivingAccount;
  payment: KnownPayment;
  refunds: GatewayRefund[];
  /** What the money was given for. */
  parts: Divided;
}

/**
 * Applies what went back of a payment, whether we asked for it or somebody did at the gateway: the fund
 * gives it up when it is asked for, the gateway's holding when it has gone, and a refund that failed comes
 * back. The receipt is cancelled; of a part that remains another is issued.
 */
export async function applyRefunds(ground: Needs, connection: Connection, back: Back): Promise<void> {
  for (const refund of back.refunds) {
    await growRefund(ground, connection, refund);
    await postRefund(ground, connection, { ...back, refund });
  }
  if (back.refunds.length) await lowerDonation(ground, connection, back);
}

async function growRefund({ clock }: Needs, connection: Connection, refund: GatewayRefund): Promise<void> {
  const { id, paymentId, amount, state, key } = refund;
  const processedAt = state === 'processed' ? clock.now() : null;
  const told = state === 'pending' ? 'sent' : state;
  const { rowCount } = await connection.query(
    `UPDATE refund SET gateway_id = $1, processed_at = coalesce(processed_at, $4),
            state = CASE WHEN state IN ('processed', 'failed') THEN state ELSE $3 END
      WHERE gateway_id = $1 OR (key = $2 AND gateway_id IS NULL)`,
    [id, key, told, processedAt],
  );
  if (rowCount) return;
  await connection.query(
    `INSERT INTO refund (id, payment_id, key, gateway_id, amount, state, asked_at, processed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (gateway_id) DO NOTHING`,
    [uuid(), paymentId, id, id, amount, told, refund.createdAt, processedAt],
  );
}

async function postRefund(
  { clock }: Needs,
  connection: Connection,
  { account: { stream }, parts, payment, refund }: Back & { refund: GatewayRefund },
): Promise<void> {
  const subject = `refund:${refund.id}`;
  const common = { subject, day: indianDay(refund.createdAt), at: clock.now() };
  const { amount, state } = refund;
  const owed = accounts.refunds(stream);
  const from = (paise: bigint) => refundLines(connection, { parts, paymentId: payment.id, paise });
  const move = (kind: JournalKind, lines: Entry['lines']) => post(connection, { ...common, kind, lines });
  await move('refund', [...(await from(amount)), [owed, -amount]]);
  if (state === 'processed')
    await move('refund-paid', [
      [owed, amount],
      [accounts.clearing(stream), -amount],
    ]);
  if (state === 'failed') await move('refund-failed', [...(await from(-amount)), [owed, amount]]);
}

async function lowerDonation(
  ground: Needs,
  connection: Connection,
  { account, payment, parts }: Back,
): Promise<void> {
  const { rows } = await connection.query<{ id: string; before: string; left: string; day: string }>(
    `UPDATE donation d SET refunded = r.sum
       FROM (SELECT coalesce(sum(amount), 0) AS sum FROM refund
              WHERE payment_id = $1 AND gateway_id IS NOT NULL AND state <> 'failed') r,
            (SELECT refunded FROM donation WHERE payment_id = $1 FOR UPDATE) o
      WHERE d.payment_id = $1 AND d.refunded <> r.sum
      RETURNING d.id, (d.amount - o.refunded)::bigint AS before, (d.amount - d.refunded)::bigint AS left,
                d.given_on::text AS day`,
    [payment.id],
  );
  const gift = rows[0];
  if (!gift) return;
  const left = BigInt(gift.left);
  await lowerMatch(connection, { donationId: gift.id, before: BigInt(gift.before), left });
  await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'gift.refunded',
    JSON.stringify({ donation: gift.id }),
  ]);
  const words = await cancelReceipt(ground, connection, gift.id);
  if (!words || left <= 0n) return;
  const beyond = String(await beyondLeft(connection, parts, payment.id));
  const project = words.project && { project: { ...words.project, beyond } };
  await issueReceipt(ground, connection, {
    ...{ donationId: gift.id, stream: account.stream, amount: left, day: gift.day },
    words: { ...words, ...project },
  });
}
