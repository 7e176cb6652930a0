import type { Gateway, GatewayPayment, GatewayRefund } from '../../channels/gateway.ts';
import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { GivingAccount } from './accounts.ts';
import { indianDay } from './calendar.ts';
import { type Divided, dividedFor, givenAs, suspended } from './divided.ts';
import { giveDonation } from './donations.ts';
import { growPayment, type KnownPayment } from './facts.ts';
import { accounts, post } from './journal.ts';
import { orderOfMonth } from './monthly-order.ts';
import { nameOrder, type Order } from './orders.ts';
import type { IssueGround } from './receipts.ts';
import { applyRefunds } from './refunded.ts';

type Needs = IssueGround & Pick<Ground, 'sql'>;

/** What came of applying a payment. */
export type Applied = 'captured' | 'waiting' | 'failed' | 'parked';

/**
 * The one place where a payment takes effect, whoever woke it: a browser's return, a webhook, the
 * reconciler. It asks the gateway, then moves facts forward, writes the books and the receipt and tells
 * the rest of the house, all in one transaction; to do it again, or by two at once, changes nothing.
 *
 * @param by.qr the code a payment came by, where it names no order
 * @throws GatewayFailure when the gateway cannot be asked: try again later
 */
export async function applyPayment(
  ground: Needs,
  account: GivingAccount,
  paymentId: string,
  by: { qr?: string } = {},
): Promise<Applied> {
  const told = await account.gateway.fetchPayment(paymentId);
  const refunds = told.refunded > 0n ? await account.gateway.fetchRefunds(paymentId) : [];
  const asks = told.orderId !== null && told.subscriptionId === null;
  const receipt = asks ? await receiptOf(ground, account.gateway, told.orderId as string) : null;
  const qr = by.qr ?? told.qrId;
  return transaction(ground.sql, (connection) =>
    settle(ground, connection, { account, told, refunds, receipt, qr }),
  );
}

interface Told {
  account: GivingAccount;
  told: GatewayPayment;
  refunds: GatewayRefund[];
  /** What the gateway's order says of ours, asked when we do not know its name. */
  receipt: string | null;
  qr: string | null;
}

/** A crash between the gateway's answer and our note leaves an order that only its receipt tells. */
async function receiptOf({ sql }: Needs, gateway: Gateway, orderId: string): Promise<string | null> {
  const { rowCount } = await sql.query('SELECT FROM gift_order WHERE gateway_id = $1', [orderId]);
  return rowCount ? null : (await gateway.fetchOrder(orderId)).order.receipt;
}

async function settle(ground: Needs, connection: Connection, by: Told): Promise<Applied> {
  const { account, told, refunds } = by;
  // Two that are woken for one payment take turns.
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`payment:${told.id}`]);
  const order = await orderFor(ground, connection, by);
  const fits = order && told.amount === order.amount && told.currency === 'INR';
  if (order && !fits)
    ground.log.warn({ payment: told.id, order: order.id }, 'a payment does not fit its order: parked');
  const grown = { accountId: account.id, orderId: fits ? order.id : null, at: ground.clock.now() };
  const payment = await growPayment(connection, told, grown);
  if (!payment.capturedAt) return told.state === 'failed' ? 'failed' : 'waiting';
  const { stream } = account;
  const parts = fits
    ? await dividedFor(ground, connection, { order, payment, stream })
    : suspended(stream, payment.amount);
  await keepBooks(ground, connection, { account, payment, parts });
  if (fits) await giveDonation(ground, connection, { order, payment, told, stream, parts });
  const given = fits ? parts : await givenAs(connection, payment.id, stream);
  await applyRefunds(ground, connection, { account, payment, refunds, parts: given });
  return fits ? 'captured' : 'parked';
}

/** Gross to the fund; fee and tax are owed by the Mission, because the fund pays for nothing administrative. */
async function keepBooks(
  { clock }: Needs,
  connection: Connection,
  { account: { stream }, payment, parts }: { account: GivingAccount; payment: KnownPayment; parts: Divided },
): Promise<void> {
  const day = indianDay(payment.capturedAt as Date);
  const common = { subject: `payment:${payment.id}`, day, at: clock.now() };
  const clearing = accounts.clearing(stream);
  await post(connection, {
    ...common,
    kind: 'capture',
    lines: [[clearing, payment.amount], ...parts.lines],
  });
  if (!payment.fee) return;
  await post(connection, {
    ...common,
    kind: 'fee',
    lines: [
      [accounts.fee(stream), payment.fee],
      [clearing, -payment.fee],
    ],
  });
}

/**
 * Our order for a payment: the month of a monthly gift, or by the gateway's name, our receipt, or the code it
 * came through.
 */
async function orderFor(
  { clock }: Needs,
  connection: Connection,
  { account, told, receipt, qr }: Told,
): Promise<Order | null> {
  const [column, value] = told.subscriptionId
    ? ['id', await orderOfMonth(connection, { account, told, at: clock.now() })]
    : receipt
      ? ['receipt', receipt]
      : told.orderId
        ? ['gateway_id', told.orderId]
        : ['qr_id', qr];
  if (!value) return null;
  const { rows } = await connection.query(
    `SELECT id, stream, receipt, gateway_id AS "gatewayId", amount, fund,
            project_id AS "projectId", language, created_at AS "createdAt"
       FROM gift_order WHERE ${column} = $1 AND account_id = $2 FOR UPDATE`,
    [value, account.id],
  );
  if (!rows[0]) return null;
  if (receipt && told.orderId) await nameOrder({ sql: connection }, rows[0].id, told.orderId);
  return { ...rows[0], amount: BigInt(rows[0].amount) };
}
