import { audit } from '../../access/audit.ts';
import { type Connection, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { accounts, post } from '../journal.ts';
import { checkPast } from '../offline/rules.ts';
import { type Office, officeNames, officesOf } from './offices.ts';
import { holdFund, type PayNeeds } from './propose.ts';
import { checkFree, freeOf, signersOf } from './rules.ts';

interface Held {
  id: string;
  stream: Stream;
  fund: string;
  amount: bigint;
  higher: boolean;
  state: 'open' | 'paid' | 'withdrawn';
  day: string;
  signed: Office[];
}

async function hold(connection: Connection, id: string): Promise<Held> {
  const { rows } = await connection.query(
    `SELECT id, stream, fund, amount, higher, state, day::text AS day,
            ARRAY(SELECT office FROM disbursement_signature s WHERE s.disbursement_id = d.id) AS signed
       FROM disbursement d WHERE id::text = $1 FOR UPDATE`,
    [id],
  );
  const row = found(rows[0], say`There is no such payment.`);
  if (row.state === 'paid') throw new Refusal(say`This payment is made already.`, 409);
  if (row.state === 'withdrawn') throw new Refusal(say`This payment was withdrawn.`, 409);
  return { ...row, amount: BigInt(row.amount) };
}

/** Somebody who signs, in the browser in which they proved again who they are. */
export interface Signer {
  id: string;
  email: string;
  sessionId: string;
}

/**
 * Signs for the office whose turn it is and of which the user is in charge today.
 *
 * @returns for which office
 * @throws Refusal when they hold none that signs this one, or have signed it for another
 */
export async function sign(ground: PayNeeds, id: string, signer: Signer): Promise<Office> {
  return transaction(ground.sql, async (connection) => {
    const { higher, signed } = await hold(connection, id);
    const due = signersOf(higher);
    const mine = await officesOf({ sql: connection, clock: ground.clock }, signer.id);
    const [first, second] = due;
    const able = due.filter((office) => mine.includes(office));
    if (!able.length)
      throw new Refusal(
        say`This payment is signed by the ${officeNames[first]} and the ${officeNames[second]}. Today you are in charge of neither office.`,
        403,
      );
    const office = able.find((one) => !signed.includes(one));
    if (!office) throw new Refusal(say`For your office this payment is signed already.`, 409);
    await refuseTwice(connection, id, signer);
    await connection.query(
      'INSERT INTO disbursement_signature (disbursement_id, office, user_id, session_id, at) VALUES ($1, $2, $3, $4, $5)',
      [id, office, signer.id, signer.sessionId, ground.clock.now()],
    );
    const about = { subjectType: 'disbursement', subjectId: id, after: { office } };
    await audit(connection, { actor: signer.email, action: 'disbursement.signed', ...about });
    return office;
  });
}

async function refuseTwice(connection: Connection, id: string, signer: Signer): Promise<void> {
  const { rows } = await connection.query<{ own: boolean }>(
    `SELECT user_id = $2 AS own FROM disbursement_signature
      WHERE disbursement_id = $1 AND (user_id = $2 OR session_id = $3)`,
    [id, signer.id, signer.sessionId],
  );
  if (!rows[0]) return;
  throw new Refusal(
    rows[0].own
      ? say`You have signed this payment for one office. The other signature is somebody else’s, even if you are in charge of both.`
      : say`The other signature was given in this very sign-in. Sign in yourself, then sign.`,
    403,
  );
}

/**
 * Notes that the bank has paid, which posts it.
 *
 * @param paid.utr the bank's reference
 * @throws Refusal while signatures are missing, or the fund no longer has the money
 */
export async function pay(
  ground: PayNeeds,
  { id, utr, day }: { id: string; utr: string; day: string },
  actor: string,
): Promise<void> {
  const reference = utr.replace(/\s+/g, '').toUpperCase();
  if (!/^[A-Z0-9/-]{6,40}$/.test(reference))
    throw new Refusal(say`Write the bank’s reference (UTR): 6 to 40 letters and figures.`);
  checkPast(ground, day);
  await transaction(ground.sql, async (connection) => {
    const one = await hold(connection, id);
    await holdFund(connection, one.fund);
    const missing = signersOf(one.higher).filter((office) => !one.signed.includes(office));
    const [first] = missing;
    if (first)
      throw new Refusal(
        say`The signature of the ${officeNames[first]} is missing. Nothing is paid before.`,
        409,
      );
    if (day < one.day) throw new Refusal(say`The day is ${one.day} or later.`);
    checkFree(await freeOf(connection, one.fund, id), one.amount);
    await post(connection, {
      ...{ kind: 'disbursement', subject: `disbursement:${id}`, day, at: ground.clock.now() },
      lines: [
        [one.fund, one.amount],
        [accounts.bank(one.stream), -one.amount],
      ],
    });
    await connection.query(
      `UPDATE disbursement SET state = 'paid', utr = $2, paid_on = $3, ended_by = $4 WHERE id = $1`,
      [id, reference, day, actor],
    );
    const about = { subjectType: 'disbursement', subjectId: id, after: { day } };
    await audit(connection, { actor, action: 'disbursement.paid', ...about });
  });
}

/** Takes back a payment that is not made. */
export async function withdraw(ground: PayNeeds, id: string, actor: string): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    await hold(connection, id);
    await connection.query(`UPDATE disbursement SET state = 'withdrawn', ended_by = $2 WHERE id = $1`, [
      id,
      actor,
    ]);
    const about = { subjectType: 'disbursement', subjectId: id };
    await audit(connection, { actor, action: 'disbursement.withdrawn', ...about });
  });
}
