import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** What somebody says about a message to the others. */
export interface Comment {
  id: string;
  /** Of the message, when it was said. */
  revision: number;
  by: string | null;
  text: string;
  at: Date;
}

const LONGEST = 2000;

/** The thread of a message, the oldest first. */
export async function listComments(sql: Queryable, messageId: string): Promise<Comment[]> {
  const { rows } = await sql.query<Comment>(
    `SELECT * FROM (
       SELECT o.id, o.revision, u.name AS by, o.text, o.at FROM message_comment o LEFT JOIN app_user u ON u.id = o.user_id
        WHERE o.message_id = $1 ORDER BY o.id DESC LIMIT 200) latest ORDER BY id`,
    [messageId],
  );
  return rows;
}

/** @throws Refusal for an empty or very long text, a message that is not there, and a user who only reads */
export async function addComment(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { messageId, user }: { messageId: string; user: User },
  wish: string,
): Promise<string> {
  requireRole(user, ['author', 'approver', 'administrator'], say`comment on messages`);
  const text = wish.trim().replaceAll('\r\n', '\n').normalize('NFC');
  if (!text) throw new Refusal(say`Write what you want to say.`);
  if (text.length > LONGEST) throw new Refusal(say`A comment has up to ${LONGEST} characters.`);
  const id = uuid();
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query('SELECT revision FROM message WHERE id::text = $1', [messageId]);
    const { revision } = found(rows[0], say`There is no message ${messageId}.`);
    await connection.query(
      'INSERT INTO message_comment (id, message_id, revision, user_id, text, at) VALUES ($1, $2, $3, $4, $5, $6)',
      [id, messageId, revision, user.id, text, clock.now()],
    );
    const entry = {
      actor: user.email,
      action: 'message.commented',
      subjectType: 'message',
      subjectId: messageId,
    };
    await audit(connection, { ...entry, after: { comment: id, revision } });
  });
  return id;
}
