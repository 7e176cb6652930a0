import { GatewayFailure, type GatewayRefund } from '../../channels/gateway.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount } from './accounts.ts';
import { applyPayment } from './apply.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'config' | 'queues'>;

interface Due {
  id: string;
  payment: string;
  account: string;
  amount: bigint;
  key: string;
  /** This one included. */
  attempts: number;
}

const BATCH = 20;
/** After so many attempts the pause between two stays an hour; nothing is ever given up. */
const LONGEST_PAUSE_S = 3600;

/**
 * Sends refunds that two persons agreed about, and finds out about those whose end is not known: the key
 * was stored when it was asked for, so what the gateway made is found by it before anything is repeated.
 *
 * @returns how many were asked about
 */
export async function sendRefunds(ground: Needs): Promise<number> {
  const due = await claim(ground);
  for (const one of due) await send(ground, one);
  return due.length + (await askPending(ground));
}

/** Notes that each is on its way before the gateway hears of it; nobody else takes it for the next minute. */
async function claim({ sql, clock }: Needs): Promise<Due[]> {
  const { rows } = await sql.query(
    `UPDATE refund r SET state = 'sent', attempts = attempts + 1, next_at = $1::timestamptz + interval '1 minute'
       FROM payment p WHERE p.id = r.payment_id AND r.id IN (
         SELECT id FROM refund WHERE state IN ('approved', 'sent') AND gateway_id IS NULL
            AND coalesce(next_at, '-infinity') <= $1 ORDER BY asked_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING r.id, r.payment_id AS payment, p.account_id AS account, r.amount, r.key, r.attempts`,
    [clock.now()],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}

async function send(ground: Needs, due: Due): Promise<void> {
  const account = (await accountById(ground, due.account)) as GivingAccount;
  try {
    if (due.attempts === 1 || !(await made(account, due))) await make(account, due);
    await applyPayment(ground, account, due.payment);
  } catch (error) {
    if (error instanceof Refused) await end(ground, due, error.failure);
    else if (error instanceof GatewayFailure) await putOff(ground, due, error);
    else throw error;
  }
}

/** What the gateway has under our key. */
async function made({ gateway }: GivingAccount, { payment, key }: Due): Promise<GatewayRefund | undefined> {
  return (await gateway.fetchRefunds(payment)).find((refund) => refund.key === key);
}

/** The gateway will not do it, now or ever. */
class Refused extends Error {
  readonly failure: GatewayFailure;
  constructor(failure: GatewayFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A refusal counts only when nothing was made under the key: an attempt before may have come through. */
async function make(account: GivingAccount, due: Due): Promise<void> {
  const { payment: paymentId, amount, key } = due;
  try {
    await account.gateway.refund({ paymentId, amount, key, notes: {} });
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.kind !== 'permanent') throw error;
    if (!(await made(account, due))) throw new Refused(error);
  }
}

async function end({ sql, log }: Needs, { id }: Due, failure: GatewayFailure): Promise<void> {
  log.warn({ err: failure, refund: id }, 'the gateway refused a refund');
  await sql.query("UPDATE refund SET state = 'failed', trouble = $2 WHERE id = $1 AND gateway_id IS NULL", [
    id,
    failure.message.slice(0, 300),
  ]);
}

async function putOff({ sql, clock, log }: Needs, due: Due, failure: GatewayFailure): Promise<void> {
  const { id, attempts } = due;
  log.warn({ err: failure, refund: id, attempts }, 'a refund could not be sent yet');
  const pause =
    failure.kind === 'unauthorised' ? LONGEST_PAUSE_S : Math.min(2 ** attempts * 15, LONGEST_PAUSE_S);
  const next = failure.until ?? new Date(clock.now().getTime() + pause * 1000);
  await sql.query('UPDATE refund SET next_at = $2, trouble = $3 WHERE id = $1', [
    id,
    next,
    failure.message.slice(0, 300),
  ]);
}

/** What the gateway has in hand for long is asked about once an hour, in case its word was lost. */
async function askPending(ground: Needs): Promise<number> {
  const { rows } = await ground.sql.query<{ payment: string; account: string }>(
    `WITH due AS (
       UPDATE refund SET next_at = $1::timestamptz + interval '1 hour'
        WHERE state = 'sent' AND gateway_id IS NOT NULL
          AND coalesce(next_at, asked_at + interval '1 hour') <= $1 RETURNING payment_id)
     SELECT DISTINCT p.id AS payment, p.account_id AS account FROM due JOIN payment p ON p.id = due.payment_id LIMIT ${BATCH * 5}`,
    [ground.clock.now()],
  );
  for (const { payment, account } of rows) {
    try {
      await applyPayment(ground, (await accountById(ground, account)) as GivingAccount, payment);
    } catch (err) {
      if (!(err instanceof GatewayFailure)) throw err;
      ground.log.warn({ err, payment }, 'the gateway could not be asked about a refund');
    }
  }
  return rows.length;
}
