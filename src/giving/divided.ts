import type { Connection } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Stream } from './accounts.ts';
import type { KnownPayment } from './facts.ts';
import { least, type Share, takeShare } from './holds.ts';
import { accounts, type Entry } from './journal.ts';
import type { Order } from './orders.ts';

/** What a captured payment is for: its share, and the lines by which the funds get it. */
export interface Divided extends Share {
  lines: Entry['lines'];
  general: string;
  fund: string;
}

/** Divides a payment once; asked again, it says what was done then. */
export async function dividedFor(
  { clock }: Pick<Ground, 'clock'>,
  connection: Connection,
  { order, payment, stream }: { order: Order; payment: KnownPayment; stream: Stream },
): Promise<Divided> {
  const { id, amount } = payment;
  const whole: Share = { project: amount, beyond: 0n, match: 0n, offerId: null };
  const { projectId } = order;
  if (!projectId) return withLines(order.fund, stream, whole);
  const known = await shareGiven(connection, id, amount);
  const wanted = { orderId: order.id, projectId, amount, now: clock.now() };
  const share =
    known ?? (await takeShare(connection, { ...wanted, paidAt: payment.capturedAt ?? wanted.now }));
  return withLines(order.fund, stream, share);
}

/**
 * What a payment was given for, as its gift says; of money that no order of ours explains, what finance said
 * that it is for, or nobody yet.
 */
export async function givenAs(connection: Connection, paymentId: string, stream: Stream): Promise<Divided> {
  const { rows } = await connection.query<{ fund: string; amount: string; beyond: string }>(
    'SELECT fund, amount, beyond FROM donation WHERE payment_id = $1',
    [paymentId],
  );
  const [gift] = rows;
  if (!gift) return suspended(stream, 0n);
  const beyond = BigInt(gift.beyond);
  const share = { project: BigInt(gift.amount) - beyond, beyond, match: 0n, offerId: null };
  return withLines(gift.fund, stream, share);
}

/** Money whose purpose is not known. */
export const suspended = (stream: Stream, amount: bigint): Divided =>
  withLines(accounts.suspense(stream), stream, { project: amount, beyond: 0n, match: 0n, offerId: null });

function withLines(fund: string, stream: Stream, share: Share): Divided {
  const general = accounts.general(stream);
  const lines: Entry['lines'] = [
    [fund, -share.project],
    [general, -share.beyond],
  ];
  return { ...share, fund, general, lines: lines.filter(([, paise]) => paise) };
}

async function shareGiven(connection: Connection, paymentId: string, amount: bigint): Promise<Share | null> {
  const { rows } = await connection.query<{ beyond: string; matched: string; offer: string | null }>(
    'SELECT beyond, matched, offer_id AS offer FROM donation WHERE payment_id = $1',
    [paymentId],
  );
  const [row] = rows;
  if (!row) return null;
  const beyond = BigInt(row.beyond);
  return { project: amount - beyond, beyond, match: BigInt(row.matched), offerId: row.offer };
}

/**
 * From where a refund is taken, or where one that failed goes back to (`paise` is negative then): what went
 * beyond the project first, so that the project keeps what was meant for it as long as it can.
 */
export async function refundLines(
  connection: Connection,
  { parts, paymentId, paise }: { parts: Divided; paymentId: string; paise: bigint },
): Promise<Entry['lines']> {
  const { fund, general, beyond } = parts;
  if (!beyond) return [[fund, paise]];
  const back = await wentBack(connection, paymentId, parts);
  const after = back.fund + back.general + paise;
  const fromGeneral = least(after, beyond);
  const lines: Entry['lines'] = [
    [general, fromGeneral - back.general],
    [fund, after - fromGeneral - back.fund],
  ];
  return lines.filter(([, moved]) => moved);
}

/** What the general fund still has of a gift that was for a project. */
export const beyondLeft = async (
  connection: Connection,
  parts: Divided,
  paymentId: string,
): Promise<bigint> => parts.beyond && parts.beyond - (await wentBack(connection, paymentId, parts)).general;

/** What of a payment went back from its two funds so far, less what came back again. */
async function wentBack(connection: Connection, paymentId: string, { fund, general }: Divided) {
  const { rows } = await connection.query<{ fund: string; general: string }>(
    `SELECT coalesce(sum(p.amount) FILTER (WHERE p.account = $2), 0)::bigint AS fund,
            coalesce(sum(p.amount) FILTER (WHERE p.account = $3), 0)::bigint AS general
       FROM (SELECT 'refund:' || gateway_id AS subject FROM refund WHERE payment_id = $1
             UNION ALL SELECT 'dispute:' || id FROM dispute WHERE payment_id = $1) b
       JOIN journal j ON j.subject = b.subject JOIN posting p ON p.journal = j.id`,
    [paymentId, fund, general],
  );
  return { fund: BigInt(rows[0]?.fund ?? 0), general: BigInt(rows[0]?.general ?? 0) };
}
