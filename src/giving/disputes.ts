import type { GatewayDispute } from '../../channels/gateway.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount, type Stream } from './accounts.ts';
import { applyPayment } from './apply.ts';
import { indianDay } from './calendar.ts';
import { givenAs, refundLines } from './divided.ts';
import { accounts, type Entry, post } from './journal.ts';
import { lowerDonation } from './lowering.ts';
import type { IssueGround } from './receipts.ts';

type Needs = IssueGround & Pick<Ground, 'sql'>;

/**
 * Applies what a gateway says of a dispute now. What it took for a lost one goes out of the fund that the
 * gift was for, as far as the gift reaches; the rest, and any fee, is the Mission's. A won one costs nothing.
 *
 * @throws GatewayFailure when the gateway cannot be asked: try again later
 */
export async function applyDispute(ground: Needs, account: GivingAccount, id: string): Promise<void> {
  const told = await account.gateway.fetchDispute?.(id);
  if (!told) return;
  await applyPayment(ground, account, told.paymentId);
  await transaction(ground.sql, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `payment:${told.paymentId}`,
    ]);
    await growDispute(ground, connection, { account, told });
    await keepBooks(ground, connection, { stream: account.stream, told });
    await lowerDonation(ground, connection, {
      ...{ payment: told.paymentId, stream: account.stream, by: 'dispute' },
    });
  });
}

async function growDispute(
  { clock }: Needs,
  connection: Connection,
  { account, told }: { account: GivingAccount; told: GatewayDispute },
): Promise<void> {
  const ended = told.state === 'open' || told.state === 'review' ? null : clock.now();
  await connection.query(
    `INSERT INTO dispute AS d (id, account_id, payment_id, amount, deducted, phase, state, reason, respond_by, created_at, ended_at, asked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (id) DO UPDATE SET deducted = excluded.deducted, phase = excluded.phase, asked_at = excluded.asked_at,
       state = CASE WHEN d.ended_at IS NOT NULL AND excluded.ended_at IS NULL THEN d.state ELSE excluded.state END,
       respond_by = coalesce(excluded.respond_by, d.respond_by), ended_at = coalesce(d.ended_at, excluded.ended_at)`,
    [
      ...[told.id, account.id, told.paymentId, told.amount, told.deducted, told.phase, told.state],
      ...[told.reason.slice(0, 200), told.respondBy, told.createdAt, ended, clock.now()],
    ],
  );
}

/** Money that was taken and came back is two journals; the second is the first turned round. */
async function keepBooks(
  { clock }: Needs,
  connection: Connection,
  { stream, told }: { stream: Stream; told: GatewayDispute },
): Promise<void> {
  const { paymentId } = told;
  const parts = await givenAs(connection, paymentId, stream);
  const from = (paise: bigint) => refundLines(connection, { parts, paymentId, paise });
  const taken = told.state === 'won' || told.state === 'closed' ? 0n : told.deducted;
  const common = { subject: `dispute:${told.id}`, day: indianDay(clock.now()), at: clock.now() };
  if (taken > 0n) {
    const fromGift = await reach(connection, told.paymentId, taken);
    const rest: Entry['lines'] = [
      [accounts.fee(stream), taken - fromGift],
      [accounts.clearing(stream), -taken],
    ];
    const lines = [...(fromGift ? await from(fromGift) : []), ...rest.filter(([, paise]) => paise)];
    if (await post(connection, { ...common, kind: 'dispute', lines }))
      await connection.query('UPDATE dispute SET taken = $2 WHERE id = $1', [told.id, fromGift]);
    return;
  }
  const { rows } = await connection.query<{ account: string; amount: string }>(
    `SELECT p.account, p.amount FROM journal j JOIN posting p ON p.journal = j.id
      WHERE j.subject = $1 AND j.kind = 'dispute' ORDER BY p.line`,
    [common.subject],
  );
  if (!rows.length) return;
  const turned = rows.map(({ account, amount }): [string, bigint] => [account, -BigInt(amount)]);
  const own = ([account]: [string, bigint]) => account === parts.fund || account === parts.general;
  const back = turned.filter(own).reduce((sum, [, paise]) => sum + paise, 0n);
  const lines = [...(back ? await from(back) : []), ...turned.filter((line) => !own(line))];
  await post(connection, { ...common, kind: 'dispute-returned', lines });
  await connection.query('UPDATE dispute SET taken = 0 WHERE id = $1', [told.id]);
}

/** How much of a sum the gift still has. */
async function reach(connection: Connection, payment: string, sum: bigint): Promise<bigint> {
  const { rows } = await connection.query<{ left: string }>(
    `SELECT (p.amount - coalesce((SELECT sum(amount) FROM refund WHERE payment_id = p.id AND gateway_id IS NOT NULL AND state <> 'failed'), 0)
             - (SELECT coalesce(sum(taken), 0) FROM dispute WHERE payment_id = p.id))::bigint AS left FROM payment p WHERE p.id = $1`,
    [payment],
  );
  const left = BigInt(rows[0]?.left ?? 0);
  return left < 0n ? 0n : left < sum ? left : sum;
}

/** A dispute as finance sees it. */
export interface DisputeLine {
  id: string;
  payment: string;
  stream: Stream;
  amount: bigint;
  deducted: bigint;
  phase: GatewayDispute['phase'];
  state: GatewayDispute['state'];
  reason: string;
  respondBy: Date | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** Disputes: those that must be answered first, by when, then those that are over, the newest first. */
export async function listDisputes(
  { sql }: { sql: Queryable },
  { payment, open, limit = 200 }: { payment?: string; open?: boolean; limit?: number } = {},
): Promise<DisputeLine[]> {
  const { rows } = await sql.query(
    `SELECT d.id, d.payment_id AS payment, a.stream, d.amount, d.deducted, d.phase, d.state, d.reason,
            d.respond_by AS "respondBy", d.created_at AS "createdAt", d.ended_at AS "endedAt"
       FROM dispute d JOIN gateway_account a ON a.id = d.account_id
      WHERE ($1::text IS NULL OR d.payment_id = $1) AND ($2::boolean IS NOT TRUE OR d.ended_at IS NULL)
      ORDER BY d.ended_at IS NOT NULL, d.state <> 'open', d.respond_by, d.created_at DESC LIMIT $3`,
    [payment ?? null, open ?? null, limit],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), deducted: BigInt(row.deducted) }));
}

/** Asks again about every dispute that is not over, in case a word about it was lost. @returns how many */
export async function askDisputes(ground: Needs): Promise<number> {
  const { rows } = await ground.sql.query<{ id: string; account: string }>(
    'SELECT id, account_id AS account FROM dispute WHERE ended_at IS NULL ORDER BY asked_at LIMIT 500',
  );
  for (const { id, account } of rows) {
    try {
      await applyDispute(ground, (await accountById(ground, account)) as GivingAccount, id);
    } catch (err) {
      ground.log.warn({ err, dispute: id }, 'the gateway could not be asked about a dispute');
    }
  }
  return rows.length;
}
