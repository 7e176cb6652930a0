import { audit } from '../../access/audit.ts';
import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { indianDay } from '../calendar.ts';
import { post } from '../journal.ts';
import { cancelReceipt } from '../receipts.ts';
import { countGift, type HeldGift, holdGift } from './count.ts';
import { placeOf } from './kinds.ts';
import type { OfflineNeeds } from './record.ts';
import { checkPast } from './rules.ts';

/** A deed on one entry: in a transaction that holds it, with its line in the audit log. */
async function deed(
  ground: OfflineNeeds,
  { id, action, actor, after }: { id: string; action: string; actor: string; after?: unknown },
  work: (connection: Connection, gift: HeldGift) => Promise<void>,
): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    await work(connection, await holdGift(connection, id));
    const about = { subjectType: 'offline-gift', subjectId: id };
    await audit(connection, { actor, action, ...about, ...(after !== undefined && { after }) });
  });
}

/** The bank has realised a cheque: from that day on it counts. @throws Refusal when it does not wait */
export const realiseCheque = (
  ground: OfflineNeeds,
  { id, day }: { id: string; day: string },
  actor: string,
): Promise<void> =>
  deed(ground, { id, action: 'cheque.realised', actor, after: { day } }, (connection, gift) =>
    realise(ground, connection, { gift, day }),
  );

/** The same within a transaction of whoever matches the bank's statement. */
export async function realise(
  ground: OfflineNeeds,
  connection: Connection,
  { gift, day }: { gift: HeldGift; day: string },
): Promise<void> {
  if (gift.kind !== 'cheque' || gift.state !== 'waiting')
    throw new Refusal(say`This is no cheque that waits for the bank.`, 409);
  if (gift.doubt)
    throw new Refusal(say`Somebody says that this entry is wrong. Take the second look first.`, 409);
  checkDay(ground, gift.day, day);
  await countGift(ground, connection, { id: gift.id, day });
}

/**
 * The bank sent a cheque back. One that counted is taken out of the books on that day, and its receipt is
 * cancelled. @throws Refusal when it is no cheque that could bounce
 */
export const bounceCheque = (
  ground: OfflineNeeds,
  { id, day }: { id: string; day: string },
  actor: string,
): Promise<void> =>
  deed(ground, { id, action: 'cheque.bounced', actor, after: { day } }, (connection, gift) =>
    bounce(ground, connection, { gift, day, actor }),
  );

/** The same within a transaction of whoever matches the bank's statement. */
export async function bounce(
  ground: OfflineNeeds,
  connection: Connection,
  { gift, day, actor }: { gift: HeldGift; day: string; actor: string },
): Promise<void> {
  if (gift.kind !== 'cheque' || (gift.state !== 'waiting' && gift.state !== 'counted'))
    throw new Refusal(say`This is no cheque that could bounce.`, 409);
  checkDay(ground, gift.countedOn ?? gift.day, day);
  await takeBack(ground, connection, { gift, day, actor, state: 'bounced' });
}

/** Says that an entry is wrong; somebody else looks before anything is undone. */
export const doubtGift = (
  ground: OfflineNeeds,
  { id, reason }: { id: string; reason: string },
  actor: string,
): Promise<void> =>
  deed(ground, { id, action: 'offline-gift.doubted', actor }, async (connection, gift) => {
    const why = reason.trim().slice(0, 300);
    if (why.length < 4) throw new Refusal(say`Say what is wrong, so that whoever looks knows it.`);
    if (gift.state === 'bounced' || gift.state === 'reversed')
      throw new Refusal(say`This entry is undone already.`, 409);
    if (gift.doubt) throw new Refusal(say`Somebody has said already that this entry is wrong.`, 409);
    await connection.query(
      'UPDATE offline_gift SET doubt = $2, doubted_by = $3, doubted_at = $4 WHERE id = $1',
      [id, why, actor, ground.clock.now()],
    );
  });

/**
 * The second look: the entry is undone by a journal of today and its receipt cancelled, or it stays.
 *
 * @throws Refusal when nobody doubts it, or who looks is who doubted
 */
export const judgeDoubt = (
  ground: OfflineNeeds,
  { id, wrong }: { id: string; wrong: boolean },
  actor: string,
): Promise<void> =>
  deed(
    ground,
    { id, action: wrong ? 'offline-gift.reversed' : 'offline-gift.upheld', actor },
    async (connection, gift) => {
      if (!gift.doubt) throw new Refusal(say`Nobody says that this entry is wrong.`, 409);
      if (gift.state === 'bounced' || gift.state === 'reversed')
        throw new Refusal(say`This entry is undone already.`, 409);
      if (gift.doubtedBy === actor)
        throw new Refusal(say`You said yourself that this entry is wrong. Somebody else has to look.`, 403);
      const day = indianDay(ground.clock.now());
      if (wrong) await takeBack(ground, connection, { gift, day, actor, state: 'reversed' });
      else
        await connection.query(
          'UPDATE offline_gift SET doubt = NULL, doubted_by = NULL, doubted_at = NULL WHERE id = $1',
          [id],
        );
    },
  );

interface Back {
  gift: HeldGift;
  day: string;
  actor: string;
  state: 'bounced' | 'reversed';
}

async function takeBack(
  ground: OfflineNeeds,
  connection: Connection,
  { gift, day, actor, state }: Back,
): Promise<void> {
  await connection.query('UPDATE offline_gift SET state = $2, ended_on = $3, ended_by = $4 WHERE id = $1', [
    ...[gift.id, state, day, actor],
  ]);
  await connection.query('UPDATE coupon_sale SET void = true WHERE gift_id = $1', [gift.id]);
  // What the bank told of a wrong entry is to be explained again.
  if (state === 'reversed')
    await connection.query(
      `UPDATE bank_line SET matched_kind = NULL, matched_id = NULL, matched_by = NULL, matched_at = NULL
        WHERE matched_kind = 'gift' AND matched_id = $1`,
      [gift.id],
    );
  if (!gift.donationId) return;
  await post(connection, {
    ...{ kind: 'reversal', subject: `offline:${gift.id}`, day, at: ground.clock.now() },
    lines: [
      [gift.fund, gift.amount],
      [placeOf(gift.kind, gift.stream), -gift.amount],
    ],
  });
  await connection.query('UPDATE donation SET refunded = amount WHERE id = $1', [gift.donationId]);
  // No money goes back to anybody: totals fall, and nobody is told of a refund.
  await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'gift.refunded',
    JSON.stringify({ donation: gift.donationId, undone: state }),
  ]);
  await cancelReceipt(ground, connection, gift.donationId);
}

function checkDay(ground: Pick<Ground, 'clock'>, from: string, day: string): void {
  checkPast(ground, day);
  if (day < from) throw new Refusal(say`The day is ${from} or later.`);
}
