import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { oneOf, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';
import { indianDay } from './calendar.ts';
import { keepDonor } from './donors.ts';
import { readIssuer } from './issuer.ts';
import { accounts, post } from './journal.ts';
import { projectNamed } from './project-words.ts';
import { type IssueGround, issueReceipt } from './receipts.ts';
import { REFUND_ASKERS } from './refund-asking.ts';

/** Money that came and that no order of ours explains. */
export interface Parked {
  payment: string;
  stream: Stream;
  amount: bigint;
  /** What is not given back, nor asked back. */
  left: bigint;
  method: string;
  reference: string | null;
  takenAt: Date;
}

const PARKED = `
SELECT p.id AS payment, a.stream, p.amount, p.method, p.bank_reference AS reference, p.captured_at AS "takenAt",
       (p.amount - coalesce((SELECT sum(amount) FROM refund r WHERE r.payment_id = p.id AND r.state NOT IN ('declined', 'failed')), 0)
        - (SELECT coalesce(sum(taken), 0) FROM dispute WHERE payment_id = p.id))::bigint AS left
  FROM payment p JOIN gateway_account a ON a.id = p.account_id
 WHERE p.order_id IS NULL AND p.captured_at IS NOT NULL AND NOT EXISTS (SELECT FROM donation d WHERE d.payment_id = p.id)`;

/** Payments whose money waits in suspense, the oldest first. */
export async function listParked({ sql }: { sql: Queryable }): Promise<Parked[]> {
  const { rows } = await sql.query(
    `SELECT * FROM (${PARKED}) q WHERE q.left > 0 ORDER BY "takenAt" LIMIT 200`,
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), left: BigInt(row.left) }));
}

/** Funds of a stream that money may be assigned to, by their account. */
export async function fundsOf({ sql }: { sql: Queryable }, stream: Stream): Promise<string[]> {
  const { rows } = await sql.query<{ code: string }>(
    "SELECT code FROM ledger_account WHERE kind = 'fund' AND stream = $1 ORDER BY code",
    [stream],
  );
  return rows.map(({ code }) => code);
}

interface Assignment {
  payment: string;
  /** Ledger account. */
  fund: string;
  /** As the receipt says it; found out by finance. */
  donor: { name: string; address: string | null };
  note: string;
}

/**
 * Makes money in suspense a gift for a fund: the journal, the gift, and its receipt, which finance hands on.
 *
 * @throws Refusal for what is not parked, a fund of another stream, or money that is partly on its way back
 */
export async function assignParked(
  ground: IssueGround & Pick<Ground, 'sql'>,
  wish: Assignment,
  user: User,
): Promise<void> {
  if (!user.roles.some((role) => REFUND_ASKERS.includes(role)))
    throw new Refusal(say`This needs the role ${oneOf(REFUND_ASKERS)}.`, 403);
  checkWords(wish);
  await transaction(ground.sql, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `payment:${wish.payment}`,
    ]);
    await connection.query('SELECT FROM payment WHERE id = $1 FOR UPDATE', [wish.payment]);
    const { rows } = await connection.query(`${PARKED} AND p.id = $1`, [wish.payment]);
    const parked: Parked = found(rows[0], say`This payment does not wait in suspense.`);
    if (BigInt(parked.left) !== BigInt(parked.amount))
      throw new Refusal(say`A part of this payment goes back or went back. Give back the rest as well.`, 409);
    if (!(await fundsOf({ sql: connection }, parked.stream)).includes(wish.fund))
      throw new Refusal(say`There is no such fund in this stream.`, 404);
    await give(ground, connection, { parked: { ...parked, amount: BigInt(parked.amount) }, wish });
    await audit(connection, {
      ...{ actor: user.email, action: 'payment.assigned', subjectType: 'payment', subjectId: wish.payment },
      after: { fund: wish.fund, note: wish.note.trim() },
    });
  });
}

function checkWords({ donor, note }: Assignment): void {
  if (!donor.name.trim() || donor.name.length > 200 || /\p{Cc}/u.test(donor.name))
    throw new Refusal(say`Give the donor’s name as the receipt shall say it.`);
  if (!note.trim() || note.length > 300 || /\p{Cc}/u.test(note))
    throw new Refusal(say`Say in one line how you know what this money is for.`);
}

async function give(
  ground: IssueGround,
  connection: Connection,
  { parked, wish }: { parked: Parked; wish: Assignment },
): Promise<void> {
  const { payment, stream, amount, method, takenAt } = parked;
  const [now, day] = [ground.clock.now(), indianDay(takenAt)];
  const name = wish.donor.name.trim();
  const address = wish.donor.address?.trim() || null;
  const donor = await keepDonor(ground, connection, {
    ...{ kind: 'individual', name, email: null, phone: null, address, language: 'en' },
    ...{ identity: null, source: { assigned: true } },
  });
  const donationId = uuid();
  await connection.query(
    `INSERT INTO donation (id, stream, fund, donor_id, payment_id, amount, mode, reference, given_on, created_at, project_id)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, project FROM ledger_account WHERE code = $3`,
    [
      ...[donationId, stream, wish.fund, donor, payment, amount, method],
      ...[parked.reference ?? payment, day, now],
    ],
  );
  await post(connection, {
    ...{ kind: 'assigned', subject: `payment:${payment}`, day: indianDay(now), at: now },
    lines: [
      [accounts.suspense(stream), amount],
      [wish.fund, -amount],
    ],
  });
  const project = await projectNamed(connection, wish.fund);
  await issueReceipt(ground, connection, {
    ...{ donationId, stream, amount, day },
    words: {
      donor: { name, kind: 'individual', address, identity: null },
      ...{ mode: method, reference: parked.reference ?? payment, purpose: wish.fund, language: 'en' },
      ...(project && { project: { ...project, beyond: '0' } }),
      issuer: await readIssuer(connection),
    },
  });
}
