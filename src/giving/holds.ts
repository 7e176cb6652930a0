import { type Connection, type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Goal, readGoal } from './goals.ts';

/** How a gift for a project is divided, in whole paise. */
export interface Share {
  project: bigint;
  /** What the goal has no room for: it goes to the general fund. */
  beyond: bigint;
  /** What a sponsor adds, and by which promise. */
  match: bigint;
  offerId: string | null;
}

/** A project was nearer to its goal than the form had said: the donor is asked again. */
export class ShareChanged extends Refusal {
  readonly share: Share;
  constructor(share: Share) {
    super(say`Somebody else gave meanwhile. Please look at how your gift is divided now.`, 409);
    this.share = share;
  }
}

/** How long a promise is kept for somebody who pays. */
const KEPT_MINUTES = 30;

interface Wanted {
  projectId: string;
  amount: bigint;
  now: Date;
}

/** What was paid, and when: a payment that is applied late came before a project ended. */
interface Paid extends Wanted {
  orderId: string;
  paidAt: Date;
}

/**
 * What would become of a gift now. Nothing is kept by it.
 *
 * @throws Refusal (404) when there is no such project, (409) when it takes no gifts
 */
export async function quoteShare(sql: Queryable, wanted: Wanted): Promise<Share> {
  const goal = await openGoal(sql, wanted, '');
  return divide(sql, { goal, ...wanted, lock: '' });
}

interface Promised extends Wanted {
  orderId: string;
  /** What the form had said; never is more kept than that. */
  shown: Share;
}

/**
 * Keeps for an order what its form had said, in the caller's transaction. The goal's row is locked first,
 * then the sponsor's promise.
 *
 * @throws ShareChanged when there is less than was shown
 */
export async function keepShare(connection: Connection, promised: Promised): Promise<void> {
  const { orderId, projectId, amount, shown, now } = promised;
  const goal = await openGoal(connection, promised, 'FOR UPDATE');
  const share = await divide(connection, { goal, ...promised, lock: 'FOR UPDATE' });
  if (share.project < shown.project || share.match < shown.match) throw new ShareChanged(share);
  const match = least(share.match, shown.match);
  const until = new Date(now.getTime() + KEPT_MINUTES * 60_000);
  await connection.query(
    `INSERT INTO gift_hold (order_id, project_id, project_part, beyond_part, offer_id, match_part, state, until)
     VALUES ($1, $2, $3, $4, $5, $6, 'held', $7)`,
    [orderId, projectId, shown.project, amount - shown.project, match ? share.offerId : null, match, until],
  );
  await moveHeld(connection, { projectId, part: shown.project, offerId: share.offerId, match });
}

/**
 * Keeps again, for somebody who is about to pay, what an order lost by waiting, as far as it is still there.
 *
 * @returns what its payment would be for now; null for an order of no project
 */
export async function renewShare(
  connection: Connection,
  { orderId, projectId, amount, now }: Wanted & { orderId: string },
): Promise<Share | null> {
  const goal = await readGoal(connection, projectId, 'FOR UPDATE');
  const hold = await readHold(connection, orderId);
  if (!goal || !hold) return null;
  const until = new Date(now.getTime() + KEPT_MINUTES * 60_000);
  if (hold.state === 'held')
    await connection.query('UPDATE gift_hold SET until = $2 WHERE order_id = $1', [orderId, until]);
  if (hold.state !== 'released') return hold;
  const share = await what(connection, { goal, hold, projectId, amount, now });
  if (share.project < hold.project || share.match < hold.match) return share;
  await connection.query(
    `UPDATE gift_hold SET state = 'held', until = $2, offer_id = $3 WHERE order_id = $1`,
    [orderId, until, share.offerId],
  );
  await moveHeld(connection, { projectId, part: share.project, offerId: share.offerId, match: share.match });
  return share;
}

/** What happens to what is held, with the goal's row locked. */
async function moveHeld(
  connection: Connection,
  {
    projectId,
    part,
    offerId,
    match,
  }: { projectId: string; part: bigint; offerId: string | null; match: bigint },
): Promise<void> {
  await connection.query('UPDATE goal SET held = held + $2 WHERE project_id = $1', [projectId, part]);
  if (match)
    await connection.query('UPDATE matching_offer SET held = held + $2 WHERE id = $1', [offerId, match]);
}

interface Hold extends Share {
  orderId: string;
  projectId: string;
  state: 'held' | 'taken' | 'released';
}

/**
 * What a captured payment is for: what was kept for its order; when that was let go meanwhile, or the order
 * is paid a second time, what is still there of it.
 */
export async function takeShare(
  connection: Connection,
  { orderId, projectId, amount, now, paidAt }: Paid,
): Promise<Share> {
  const goal = await readGoal(connection, projectId, 'FOR UPDATE');
  const hold = await readHold(connection, orderId);
  if (!goal) return { project: amount, beyond: 0n, match: 0n, offerId: null };
  if (!hold && (await endedBy(connection, projectId, paidAt)))
    return { project: 0n, beyond: amount, match: 0n, offerId: null };
  const kept = hold?.state === 'held';
  if (kept)
    await moveHeld(connection, { projectId, part: -hold.project, offerId: hold.offerId, match: -hold.match });
  const share = kept ? hold : await what(connection, { goal, hold, projectId, amount, now });
  if (share.match)
    await connection.query('UPDATE matching_offer SET taken = taken + $2 WHERE id = $1', [
      ...[share.offerId, share.match],
    ]);
  await connection.query(`UPDATE gift_hold SET state = 'taken' WHERE order_id = $1`, [orderId]);
  return share;
}

/** Whether a project took no gifts any more then: a month that comes after its end is the fund's. */
async function endedBy(connection: Connection, projectId: string, at: Date): Promise<boolean> {
  const { rowCount } = await connection.query(
    `SELECT FROM project p JOIN goal g ON g.project_id = p.id
      WHERE p.id = $1 AND $2 >= ANY (ARRAY[p.closed_at, p.reported_at, g.closes_at])`,
    [projectId, at],
  );
  return rowCount === 1;
}

/** Of what the form had said, what there is room for now; of a later month, for which no form kept anything, all of it. */
async function what(
  connection: Connection,
  { goal, hold, ...wanted }: Wanted & { goal: Goal; hold: Hold | null },
): Promise<Share> {
  const now = await divide(connection, { goal, ...wanted, lock: 'FOR UPDATE' });
  if (!hold) return now;
  const project = least(now.project, hold.project);
  const match = least(now.match, hold.match);
  return { project, beyond: wanted.amount - project, match, offerId: match ? now.offerId : null };
}

/**
 * Lets go of what nobody paid in time. A payment that comes later takes what is there then.
 *
 * @returns how many were let go
 */
export async function releaseHolds({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<number> {
  const now = clock.now();
  const { rows } = await sql.query<{ projectId: string }>(
    `SELECT DISTINCT project_id AS "projectId" FROM gift_hold WHERE state = 'held' AND until <= $1`,
    [now],
  );
  let released = 0;
  for (const { projectId } of rows)
    released += await transaction(sql, (connection) => releaseOf(connection, { projectId, now }));
  return released;
}

/** So many at once; the rest the next time. */
const RELEASED_AT_ONCE = 500;

async function releaseOf(
  connection: Connection,
  { projectId, now }: { projectId: string; now: Date },
): Promise<number> {
  await readGoal(connection, projectId, 'FOR UPDATE');
  const { rows } = await connection.query<{ part: string; offer: string | null; match: string }>(
    `UPDATE gift_hold SET state = 'released' WHERE order_id IN (
       SELECT order_id FROM gift_hold WHERE project_id = $1 AND state = 'held' AND until <= $2
        ORDER BY offer_id, order_id LIMIT $3 FOR UPDATE)
     RETURNING project_part AS part, offer_id AS offer, match_part AS match`,
    [projectId, now, RELEASED_AT_ONCE],
  );
  for (const { part, offer, match } of rows)
    await moveHeld(connection, { projectId, part: -BigInt(part), offerId: offer, match: -BigInt(match) });
  return rows.length;
}

/** Gives a sponsor back what was added to money that went back. */
export async function lowerMatch(
  connection: Connection,
  { donationId, before, left }: { donationId: string; before: bigint; left: bigint },
): Promise<void> {
  if (left >= before) return;
  const { rows } = await connection.query<{ offer: string; less: string }>(
    `UPDATE donation d SET matched = o.matched * $3::bigint / $2::bigint
       FROM (SELECT id, matched FROM donation WHERE id = $1 FOR UPDATE) o
      WHERE d.id = o.id AND d.offer_id IS NOT NULL RETURNING d.offer_id AS offer, (o.matched - d.matched)::bigint AS less`,
    [donationId, before, left],
  );
  if (rows[0])
    await connection.query('UPDATE matching_offer SET taken = taken - $2 WHERE id = $1', [
      ...[rows[0].offer, rows[0].less],
    ]);
}

async function openGoal(sql: Queryable, { projectId, now }: Wanted, lock: '' | 'FOR UPDATE'): Promise<Goal> {
  const goal = await readGoal(sql, projectId, lock);
  if (!goal) throw new Refusal(say`There is no such project.`, 404);
  if (!goal.open || (goal.closesAt && goal.closesAt <= now))
    throw new Refusal(say`This project takes no gifts any more. You can give to the general fund.`, 409);
  return goal;
}

async function divide(
  sql: Queryable,
  { goal, projectId, amount, now, lock }: Wanted & { goal: Goal; lock: '' | 'FOR UPDATE' },
): Promise<Share> {
  const room = goal.capped && goal.amount !== null ? goal.amount - goal.raised - goal.held : amount;
  const project = room < 0n ? 0n : least(amount, room);
  const { rows } = await sql.query<{ id: string; percent: number; left: string }>(
    `SELECT id, percent, (amount - taken - held)::bigint AS left FROM matching_offer
      WHERE project_id = $1 AND ended_at IS NULL AND opens_at <= $2 AND (closes_at IS NULL OR closes_at > $2)
        AND amount > taken + held ORDER BY opens_at, id LIMIT 1 ${lock}`,
    [projectId, now],
  );
  const [offer] = rows;
  const match = offer ? least((project * BigInt(offer.percent)) / 100n, BigInt(offer.left)) : 0n;
  return { project, beyond: amount - project, match, offerId: match && offer ? offer.id : null };
}

async function readHold(connection: Connection, orderId: string): Promise<Hold | null> {
  const { rows } = await connection.query(
    `SELECT order_id AS "orderId", project_id AS "projectId", project_part AS project, beyond_part AS beyond,
            offer_id AS "offerId", match_part AS match, state FROM gift_hold WHERE order_id = $1 FOR UPDATE`,
    [orderId],
  );
  const [row] = rows;
  if (!row) return null;
  return { ...row, project: BigInt(row.project), beyond: BigInt(row.beyond), match: BigInt(row.match) };
}

export const least = (a: bigint, b: bigint): bigint => (b < a ? b : a);
