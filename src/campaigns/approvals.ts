import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { about, findMessage, lockMessage, type Message } from './messages.ts';
import { requirePublishable } from './posts/check.ts';
import { grantRequest } from './request-ends.ts';
import { nextDue } from './schedule.ts';

export interface Approval {
  messageId: string;
  /** Of the message, which is what was approved. */
  revision: number;
  at: Date;
}

/**
 * Approves a message as it is now: content, audience, sender and schedule. Any edit withdraws it. A request
 * that waits is granted by it, and lends its reference where none is given.
 * @param revision of the message that was read; whatever it is now when absent
 * @throws Refusal for a user without the role, for the one who edited it last, when it is approved
 *   already, and when its time has passed
 */
export async function approveMessage(
  ground: Pick<Ground, 'sql' | 'clock' | 'config' | 'keys'>,
  { messageId, user, revision }: { messageId: string; user: User; revision?: number | undefined },
  wished?: string,
): Promise<Approval> {
  requireApprover(user);
  if ((await findMessage(ground.sql, messageId)).channel === 'post')
    await requirePublishable(ground, messageId);
  const at = ground.clock.now();
  return transaction(ground.sql, (connection) =>
    approveLocked(connection, { messageId, user, revision, at, reference: wished }),
  );
}

/** @throws Refusal for a user who may not approve */
export const requireApprover = (user: User): void =>
  requireRole(user, ['approver', 'administrator'], say`approve messages`);

interface Approving {
  messageId: string;
  user: User;
  revision: number | undefined;
  at: Date;
  reference: string | undefined;
  /** Who read it in the approver's place, by a link that the approver sent them. */
  outside?: string;
}

/** The same in the caller's transaction, which has seen to the rest. */
export async function approveLocked(
  connection: Connection,
  { messageId, user, revision, at, reference: wished, outside }: Approving,
): Promise<Approval> {
  requireApprover(user);
  const message = await lockMessage(connection, messageId);
  requireAsRead(message, revision);
  requireApprovable(message, user, at);
  await requireOtherHands(connection, message, user);
  const asked = await grantRequest(connection, messageId, { by: user.id, at });
  const reference = wished || asked?.reference || null;
  const { rowCount } = await connection.query(
    `INSERT INTO approval (id, message_id, revision, user_id, reference, at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id, revision) DO NOTHING`,
    [uuid(), messageId, message.revision, user.id, reference, at],
  );
  if (!rowCount) {
    throw new Refusal(say`${quote(message)} is approved already, and has not been edited since.`, 409);
  }
  const after = {
    revision: message.revision,
    version: message.version,
    reference,
    ...(outside && { outside }),
  };
  const editor = { actor: user.email, userId: user.id };
  await audit(connection, { ...about(message, editor), action: 'message.approved', after });
  return { messageId, revision: message.revision, at };
}

function requireAsRead(message: Message, revision: number | undefined): void {
  if (revision === undefined || revision === message.revision) return;
  throw new Refusal(say`${quote(message)} was edited since you read it. Read it anew, then decide.`, 409);
}

function requireApprovable(message: Message, user: User, now: Date): void {
  requireOtherEditor(message, user);
  if (message.schedule && !nextDue(message.schedule, now)) {
    throw new Refusal(
      say`The time of the message ${JSON.stringify(message.name)} has passed. Schedule it anew, then approve it.`,
      409,
    );
  }
}

/** @throws Refusal for the one who edited it last */
export function requireOtherEditor(message: Message, user: User): void {
  if (message.editedBy === user.id) {
    throw new Refusal(
      say`${quote(message)} was last edited by ${user.email}, who therefore cannot approve it. Ask another approver.`,
      403,
    );
  }
}

/** Whoever wrote an item of an edition does not approve it, even where another wrote the last. */
async function requireOtherHands(connection: Connection, message: Message, user: User): Promise<void> {
  const { rows } = await connection.query<{ number: number }>(
    `SELECT i.number FROM newsletter n JOIN edition e ON e.newsletter_id = n.id AND e.state = 'drafted'
       JOIN newsletter_item i ON i.edition_id = e.id
      WHERE n.message_id = $1 AND i.added_by = $2 ORDER BY i.number`,
    [message.id, user.id],
  );
  const [own] = rows;
  if (!own) return;
  throw new Refusal(
    say`Item ${own.number} of this edition was written by ${user.email}, who therefore cannot approve it. Ask another approver.`,
    403,
  );
}

const quote = (message: Message) => say`The message ${JSON.stringify(message.name)}`;
