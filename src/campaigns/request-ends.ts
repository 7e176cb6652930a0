import { audit } from '../access/audit.ts';
import type { Connection, Queryable } from '../db.ts';

export type RequestState = 'open' | 'approved' | 'returned' | 'withdrawn';

/** Ends the request that is open, because the message is another now or its asker thinks better of it. */
export async function withdrawRequest(
  connection: Connection,
  message: { id: string; revision: number },
  { editor, at }: { editor: { actor: string; userId: string | null }; at: Date },
): Promise<boolean> {
  const id = await endRequest(connection, message.id, {
    state: 'withdrawn',
    at,
    by: editor.userId,
    reason: null,
  });
  if (!id) return false;
  const before = { request: id, revision: message.revision };
  const entry = { actor: editor.actor, subjectType: 'message', subjectId: message.id };
  await audit(connection, { ...entry, action: 'approval.takenBack', before });
  return true;
}

/** The request that is open is approved. @returns its reference, undefined when nobody asked */
export async function grantRequest(
  connection: Connection,
  messageId: string,
  { by, at }: { by: string; at: Date },
): Promise<{ reference: string | null } | undefined> {
  const id = await endRequest(connection, messageId, { state: 'approved', at, by, reason: null });
  if (!id) return undefined;
  await announce(connection, 'approval.given', id);
  const { rows } = await connection.query('SELECT reference FROM approval_request WHERE id = $1', [id]);
  return rows[0];
}

interface End {
  state: Exclude<RequestState, 'open'>;
  at: Date;
  by: string | null;
  reason: string | null;
}

/** @returns the id of the request that was open, null when there was none */
export async function endRequest(
  connection: Connection,
  messageId: string,
  end: End,
): Promise<string | null> {
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE approval_request SET state = $2, decided_at = $3, decided_by = $4, reason = $5
      WHERE message_id = $1 AND state = 'open' RETURNING id`,
    [messageId, end.state, end.at, end.by, end.reason],
  );
  return rows[0]?.id ?? null;
}

/** Written with the change itself; approval-mails.ts tells it. */
export async function announce(sql: Queryable, event: string, request: string): Promise<void> {
  await sql.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    event,
    JSON.stringify({ request }),
  ]);
}
