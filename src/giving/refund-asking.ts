import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { oneOf, type Role, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { formatAmount } from '../i18n.ts';
import { say } from '../say.ts';
import { LEAST } from './orders.ts';

/** Who may ask for a refund, and who may decide about one that somebody else asked for. */
export const REFUND_ASKERS: readonly Role[] = ['administrator', 'finance'];
export const REFUND_DECIDERS: readonly Role[] = ['administrator', 'approver', 'finance'];

/** The gateway takes no refund of an older payment (razorpay.com/docs/payments/refunds). */
const MONTHS = 6;
const LONGEST_REASON = 200;

/** Who asked, where a donor wishes it on their own page. */
export const DONOR = 'donor';
/** Their reason, as it is kept. */
export const GIVEN_TWICE = 'given twice';

interface Wish {
  payment: string;
  /** Paise; all that is left when there is none. */
  amount: bigint | null;
  reason: string;
}

/**
 * Asks for money to be given back. Nothing leaves before another person has approved it.
 *
 * @returns the refund's id
 * @throws Refusal that says why it cannot be: too old, too much, questioned by the payer's bank
 */
export async function askRefund(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { payment, amount: wished, reason }: Wish,
  asker: User,
): Promise<string> {
  mayBe(asker, REFUND_ASKERS);
  const why = reason.trim();
  if (!why || why.length > LONGEST_REASON || /\p{Cc}/u.test(why))
    throw new Refusal(say`Say in one line of at most ${LONGEST_REASON} letters why the money goes back.`);
  return transaction(sql, async (connection) => {
    const { left } = await refundable(connection, payment, clock.now());
    const amount = wished ?? left;
    checkAmount(amount, left);
    const id = uuid();
    await connection.query(
      `INSERT INTO refund (id, payment_id, key, amount, state, reason, asked_by, asked_at)
       VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7)`,
      [id, payment, `refund-${id.replaceAll('-', '')}`, amount, why, asker.id, clock.now()],
    );
    await tellWaits(connection, id);
    await note(connection, 'refund.asked', {
      id,
      actor: asker.email,
      after: { payment, amount: String(amount) },
    });
    return id;
  });
}

/** Those who look after the money are told that a refund waits, once it is asked for in this transaction. */
export const tellWaits = (connection: Connection, id: string) =>
  connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'refund.asked',
    JSON.stringify({ refund: id }),
  ]);

/**
 * Decides about a refund that another person asked for; an approved one is sent within seconds. Who approves
 * what a donor wishes asks for it by that, and somebody else decides.
 *
 * @returns what became of it
 * @param decision.answer why not, where it is declined
 * @throws Refusal (403) to whoever asked for it, (409) when it is decided already
 */
export async function decideRefund(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, approve, answer = '' }: { id: string; approve: boolean; answer?: string },
  decider: User,
): Promise<'taken-up' | 'approved' | 'declined'> {
  mayBe(decider, REFUND_DECIDERS);
  return transaction(sql, async (connection) => {
    const refund = await readAsked(connection, id);
    if (refund.askedBy === decider.id)
      throw new Refusal(say`You asked for this refund yourself. Another person must decide about it.`, 403);
    if (refund.state !== 'asked') throw new Refusal(say`This refund was decided already.`, 409);
    const why = answer.trim();
    if (!approve && (!why || why.length > LONGEST_REASON || /\p{Cc}/u.test(why)))
      throw new Refusal(say`Say in one line of at most ${LONGEST_REASON} letters why the money stays.`);
    if (approve && refund.askedBy === DONOR) return takeUp(connection, { id, decider });
    // Its own amount is held already; what is asked again is age and dispute.
    if (approve) await refundable(connection, refund.payment, clock.now());
    await connection.query(
      'UPDATE refund SET state = $2, decided_by = $3, decided_at = $4, answer = $5 WHERE id = $1',
      [id, approve ? 'approved' : 'declined', decider.id, clock.now(), approve ? null : why],
    );
    await note(connection, approve ? 'refund.approved' : 'refund.declined', { id, actor: decider.email });
    return approve ? 'approved' : 'declined';
  });
}

/** A donor's wish is asked for by the first of staff who agrees; another decides, as about any. */
async function takeUp(
  connection: Connection,
  { id, decider }: { id: string; decider: User },
): Promise<'taken-up'> {
  mayBe(decider, REFUND_ASKERS);
  await connection.query('UPDATE refund SET asked_by = $2 WHERE id = $1', [id, decider.id]);
  await note(connection, 'refund.taken-up', { id, actor: decider.email });
  return 'taken-up';
}

function mayBe({ roles }: User, allowed: readonly Role[]): void {
  if (!roles.some((role) => allowed.includes(role)))
    throw new Refusal(say`This needs the role ${oneOf(allowed)}.`, 403);
}

function checkAmount(amount: bigint, left: bigint): void {
  if (left < LEAST) throw new Refusal(say`Nothing of this payment is left to be given back.`, 409);
  if (amount < LEAST || amount > left)
    throw new Refusal(
      say`Give back between ₹1 and ${formatAmount(left)}, which is what is left of this payment.`,
    );
}

const readAsked = async (connection: Connection, id: string) => {
  const { rows } = await connection.query<{ payment: string; state: string; askedBy: string | null }>(
    `SELECT payment_id AS payment, state, asked_by AS "askedBy" FROM refund WHERE id::text = $1 FOR UPDATE`,
    [id],
  );
  return found(rows[0], say`There is no such refund.`);
};

/** Holds the payment until the transaction ends, so that two who ask at once are told one after the other. */
async function refundable(connection: Connection, payment: string, now: Date): Promise<{ left: bigint }> {
  const { rows } = await connection.query<{ captured: boolean; old: boolean }>(
    `SELECT captured_at IS NOT NULL AS captured, captured_at + make_interval(months => $3) < $2 AS old
       FROM payment WHERE id = $1 FOR UPDATE`,
    [payment, now, MONTHS],
  );
  const { captured, old } = found(rows[0], say`There is no such payment.`);
  if (!captured) throw new Refusal(say`This payment was never taken, so there is nothing to give back.`, 409);
  if (old)
    throw new Refusal(
      say`This payment was taken more than six months ago; the gateway gives nothing back any more. Send the money by bank transfer and note it there.`,
      409,
    );
  const open = await connection.query('SELECT FROM dispute WHERE payment_id = $1 AND ended_at IS NULL', [
    payment,
  ]);
  if (open.rowCount)
    throw new Refusal(
      say`The payer’s bank questions this payment. Answer the dispute first, so that the money does not go back twice.`,
      409,
    );
  return { left: await leftOf(connection, payment) };
}

/** What may still be asked back of a payment, in paise; what waits for a decision counts as gone. */
export async function leftOf(sql: Queryable, payment: string): Promise<bigint> {
  const { rows } = await sql.query<{ left: string }>(
    `SELECT (p.amount - greatest(p.refunded, sum(r.amount) FILTER (WHERE r.gateway_id IS NOT NULL AND r.state <> 'failed'))
             - coalesce(sum(r.amount) FILTER (WHERE r.gateway_id IS NULL AND r.state IN ('asked', 'approved', 'sent')), 0)
             - (SELECT coalesce(sum(deducted), 0) FROM dispute d WHERE d.payment_id = p.id))::bigint AS left
       FROM payment p LEFT JOIN refund r ON r.payment_id = p.id WHERE p.id = $1 GROUP BY p.id`,
    [payment],
  );
  const left = BigInt(rows[0]?.left ?? 0);
  return left > 0n ? left : 0n;
}

const note = (
  connection: Connection,
  action: string,
  { id, ...entry }: { id: string; actor: string; after?: unknown },
) => audit(connection, { ...entry, action, subjectType: 'refund', subjectId: id });
