import { v7 as uuid } from 'uuid';
import { requireApprover } from '../access/absence.ts';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { about, type Editor, findMessage, lockMessage, type Message } from './messages.ts';
import { requirePublishable } from './posts/check.ts';
import { announce, endRequest, withdrawRequest } from './request-ends.ts';
import { nextDue } from './schedule.ts';

/** What whoever asks for approval says. */
export interface RequestWish {
  /** e-Office or G.O. number. */
  reference: string | null;
  note: string | null;
  /** Whom they wish to decide; null is whoever may. */
  approverId: string | null;
  /** Who is asked when the approver is away or does not answer. */
  deputyId: string | null;
}

type Part = Pick<Ground, 'sql' | 'clock'>;
type AskGround = Part & Pick<Ground, 'config' | 'keys'>;
interface Who {
  messageId: string;
  user: User;
}

/**
 * Asks for approval of a message as it is now. Whoever is asked is told by mail.
 * @throws Refusal when it has no time to come, is approved or asked for already, when an approver is wished
 *   who may not decide, and for a user who may not ask
 */
export async function requestApproval(
  ground: AskGround,
  { messageId, user }: Who,
  wish: RequestWish,
): Promise<string> {
  requireRole(user, ['author', 'administrator'], say`ask for approval`);
  const at = ground.clock.now();
  if ((await findMessage(ground.sql, messageId)).channel === 'post')
    await requirePublishable(ground, messageId);
  return transaction(ground.sql, async (connection) => {
    const message = await lockMessage(connection, messageId);
    await requireAskable(connection, message, { wish, at });
    const id = uuid();
    await connection.query(
      `INSERT INTO approval_request (id, message_id, revision, asked_by, asked_at, reference, note, approver_id, deputy_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, messageId, message.revision, user.id, at],
        ...[wish.reference, wish.note, wish.approverId, wish.deputyId],
      ],
    );
    const after = { request: id, revision: message.revision, ...wish };
    await audit(connection, { ...about(message, editorOf(user)), action: 'approval.asked', after });
    await announce(connection, 'approval.asked', id);
    return id;
  });
}

async function requireAskable(
  connection: Connection,
  message: Message,
  { wish, at }: { wish: RequestWish; at: Date },
): Promise<void> {
  if (!message.schedule || !nextDue(message.schedule, at))
    throw new Refusal(say`Choose a time that is to come first; it is a part of what is approved.`, 409);
  const { rows } = await connection.query<{ approved: boolean; asked: boolean }>(
    `SELECT EXISTS (SELECT FROM approval WHERE message_id = $1 AND revision = $2) AS approved,
            EXISTS (SELECT FROM approval_request WHERE message_id = $1 AND state = 'open') AS asked`,
    [message.id, message.revision],
  );
  if (rows[0]?.approved) throw new Refusal(say`This message is approved as it is.`, 409);
  if (rows[0]?.asked) throw new Refusal(say`Approval of this message is asked for already.`, 409);
  for (const id of [wish.approverId, wish.deputyId]) if (id) await requireApprover(connection, id);
  if (wish.approverId && wish.approverId === message.editedBy)
    throw new Refusal(say`Whoever edited it last cannot approve it. Wish for somebody else.`, 409);
  if (wish.deputyId && wish.deputyId === wish.approverId)
    throw new Refusal(say`The deputy must be somebody else than the approver.`);
}

/**
 * Gives a message back to whoever asked, with what is to be changed.
 * @throws Refusal without a reason, when nobody asked, and for a user who may not approve
 */
export async function returnMessage(
  { sql, clock }: Part,
  { messageId, user }: Who,
  reason: string,
): Promise<void> {
  requireRole(user, ['approver', 'administrator'], say`return messages`);
  if (!reason.trim()) throw new Refusal(say`Say what is to be changed, so that it can be.`);
  await transaction(sql, async (connection) => {
    const message = await lockMessage(connection, messageId);
    const end = { state: 'returned' as const, at: clock.now(), by: user.id, reason: reason.trim() };
    const id = await endRequest(connection, messageId, end);
    if (!id) throw new Refusal(say`Nobody asks for approval of this message now.`, 409);
    const after = { request: id, revision: message.revision, reason: end.reason };
    await audit(connection, { ...about(message, editorOf(user)), action: 'approval.returned', after });
    await announce(connection, 'approval.returned', id);
  });
}

/** Takes a request back. @throws Refusal when there is none, and for a user who may not ask */
export async function takeBackRequest({ sql, clock }: Part, { messageId, user }: Who): Promise<void> {
  requireRole(user, ['author', 'administrator'], say`take a request back`);
  await transaction(sql, async (connection) => {
    const message = await lockMessage(connection, messageId);
    if (!(await withdrawRequest(connection, message, { editor: editorOf(user), at: clock.now() })))
      throw new Refusal(say`Nobody asks for approval of this message now.`, 409);
  });
}

const editorOf = (user: User): Editor => ({ actor: user.email, userId: user.id });
