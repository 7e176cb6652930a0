import { isDeepStrictEqual } from 'node:util';
import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import type { Canary } from '../deliveries/canary.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Audience } from './audience.ts';
import { withdrawRequest } from './request-ends.ts';
import type { Schedule } from './schedule.ts';
import { settleUses } from './uses.ts';
import type { Window } from './window.ts';

export type LatePolicy = 'send' | 'skip' | 'ask';
export type UnknownPolicy = 'leave' | 'again';

/** What an edit may change; any of it withdraws an approval. */
export interface MessageFields {
  name: string;
  purpose: string;
  fromName: string;
  fromAddress: string;
  replyTo: string | null;
  audience: Audience;
  schedule: Schedule | null;
  window: Window | null;
  latePolicy: LatePolicy;
  /** Seconds of open send window after which a run counts as late. */
  lateAfterSec: number;
  unknownPolicy: UnknownPolicy;
  /** Who goes first; null for the usual, false for nobody. */
  canary: Canary | false | null;
  openPixel: boolean;
  /** Of its content; grows, never reused. */
  version: number;
}

export interface Message extends MessageFields {
  id: string;
  campaignId: string;
  /** email, post, sms, whatsapp */
  channel: string;
  revision: number;
  editedBy: string | null;
  /** The run whose receivers are its audience; null for lists and segments. */
  correctsRun: string | null;
  correctsUnknown: boolean;
  archivedAt: Date | null;
}

/** Who changes something: `actor` for the audit log, and the user where one acts. */
export interface Editor {
  actor: string;
  userId: string | null;
  origin?: string;
}

/** What an edit did. */
export interface Revised {
  messageId: string;
  /** False when everything was as wished already; then nothing is withdrawn either. */
  changed: boolean;
  revision: number;
  version: number;
  /** The approval that held until now. */
  withdrawn: { by: string; at: Date; reference: string | null } | null;
  /** Due times of runs that were planned and had not begun. */
  takenBack: Date[];
}

const COLUMNS: Record<keyof MessageFields, string> = {
  ...{ name: 'name', purpose: 'purpose', fromName: 'from_name', fromAddress: 'from_address' },
  ...{ replyTo: 'reply_to', audience: 'audience', schedule: 'schedule', window: '"window"' },
  ...{ latePolicy: 'late_policy', lateAfterSec: 'late_after_sec', unknownPolicy: 'unknown_policy' },
  ...{ canary: 'canary', openPixel: 'open_pixel', version: 'version' },
};
const JSON_FIELDS: (keyof MessageFields)[] = ['audience', 'schedule', 'window', 'canary'];

/** The columns of a message under the names of `Message`, for a SELECT from `message m`. */
export const MESSAGE_COLUMNS = [
  ...['m.id', 'm.campaign_id AS "campaignId"', 'm.channel', 'm.revision', 'm.edited_by AS "editedBy"'],
  'm.archived_at AS "archivedAt"',
  ...['m.corrects_run AS "correctsRun"', 'm.corrects_unknown AS "correctsUnknown"'],
  ...Object.entries(COLUMNS).map(([field, column]) => `m.${column} AS "${field}"`),
].join(', ');

/**
 * Changes a message in one transaction: its revision grows, the approval of the old one no longer
 * counts, and runs that were planned but have not begun are taken back. Each is audited.
 * @param next what should hold, given what holds; it may write versions through the connection
 * @throws Refusal when there is no such message, or it is archived
 */
export async function reviseMessage(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { messageId, editor }: { messageId: string; editor: Editor },
  next: (message: Message, connection: Connection) => Promise<Partial<MessageFields>>,
): Promise<Revised> {
  return transaction(sql, async (connection) => {
    const message = await lockMessage(connection, messageId);
    const change = differences(message, await next(message, connection));
    const { revision, version } = message;
    if (!Object.keys(change.after).length) {
      return { messageId, changed: false, revision, version, withdrawn: null, takenBack: [] };
    }
    await writeFields(connection, { message, fields: change.after, editor });
    await audit(connection, { ...about(message, editor), action: 'message.edited', ...change });
    const withdrawn = await withdrawApproval(connection, message, editor);
    await withdrawRequest(connection, message, { editor, at: clock.now() });
    const takenBack = await takeBackRuns(connection, message, editor);
    const written = { revision: revision + 1, version: change.after.version ?? version };
    await settleUses(connection, { messageId, version: written.version });
    return { messageId, changed: true, ...written, withdrawn, takenBack };
  });
}

/**
 * Withdraws the approval of a message because something changed that it stands on, as an edit would.
 * @param because what changed, for the audit log
 */
export async function disturbMessage(
  connection: Connection,
  { messageId, editor, because }: { messageId: string; editor: Editor; because: object },
): Promise<{ approval: Revised['withdrawn'] }> {
  const message = await lockMessage(connection, messageId);
  await connection.query(
    'UPDATE message SET revision = revision + 1, edited_by = coalesce($2, edited_by) WHERE id = $1',
    [messageId, editor.userId],
  );
  await audit(connection, { ...about(message, editor), action: 'message.edited', after: because });
  const approval = await withdrawApproval(connection, message, editor);
  await takeBackRuns(connection, message, editor);
  return { approval };
}

/** Reads a message and keeps it from being edited until the transaction ends. */
export const lockMessage = (connection: Connection, messageId: string): Promise<Message> =>
  findMessage(connection, messageId, 'FOR UPDATE');

/** @throws Refusal when there is no such message, or it is archived */
export async function findMessage(
  sql: Queryable,
  messageId: string,
  locked: 'FOR UPDATE' | '' = '',
): Promise<Message> {
  const { rows } = await sql.query<Message>(
    `SELECT ${MESSAGE_COLUMNS} FROM message m WHERE m.id = $1 ${locked}`,
    [messageId],
  );
  const message = found(rows[0], say`There is no message ${messageId}.`);
  if (message.archivedAt) {
    throw new Refusal(say`The message ${JSON.stringify(message.name)} is archived. Make a new one.`, 409);
  }
  return message;
}

/** What the audit log says a message's entry is about. */
export const about = (message: { id: string }, { actor, origin }: Editor) => ({
  ...{ actor, subjectType: 'message', subjectId: message.id },
  ...(origin && { origin }),
});

function differences(message: Message, wished: Partial<MessageFields>) {
  const fields = (Object.keys(wished) as (keyof MessageFields)[]).filter(
    (field) => wished[field] !== undefined && !isDeepStrictEqual(wished[field], message[field]),
  );
  const pick = (from: Partial<MessageFields>): Partial<MessageFields> =>
    Object.fromEntries(fields.map((field) => [field, from[field]]));
  return { before: pick(message), after: pick(wished) };
}

interface Writing {
  message: Message;
  fields: Partial<MessageFields>;
  editor: Editor;
}

async function writeFields(connection: Connection, { message, fields, editor }: Writing): Promise<void> {
  const names = Object.keys(fields) as (keyof MessageFields)[];
  const values = names.map((field) =>
    JSON_FIELDS.includes(field) && fields[field] !== null ? JSON.stringify(fields[field]) : fields[field],
  );
  const sets = names.map((field, i) => `${COLUMNS[field]} = $${i + 3}`);
  await connection.query(
    `UPDATE message SET ${sets.join(', ')}, revision = revision + 1, edited_by = coalesce($2, edited_by)
      WHERE id = $1`,
    [message.id, editor.userId, ...values],
  );
}

async function withdrawApproval(connection: Connection, message: Message, editor: Editor) {
  const { rows } = await connection.query<NonNullable<Revised['withdrawn']>>(
    `SELECT u.email AS by, a.at, a.reference FROM approval a JOIN app_user u ON u.id = a.user_id
      WHERE a.message_id = $1 AND a.revision = $2`,
    [message.id, message.revision],
  );
  const [approval] = rows;
  if (!approval) return null;
  const before = { revision: message.revision, ...approval };
  await audit(connection, { ...about(message, editor), action: 'approval.withdrawn', before });
  return approval;
}

/**
 * A run that has not begun has nothing but its row, so the row goes; the same due time can then be
 * planned anew after the next approval. What happened to it stays in the audit log.
 */
async function takeBackRuns(connection: Connection, message: Message, editor: Editor): Promise<Date[]> {
  const { rows } = await connection.query<{ id: string; due_at: Date; state: string }>(
    `DELETE FROM run WHERE message_id = $1 AND state IN ('draft', 'planned', 'late', 'asked')
     RETURNING id, due_at, state`,
    [message.id],
  );
  for (const run of rows) {
    const before = { run: run.id, dueAt: run.due_at, state: run.state };
    await audit(connection, { ...about(message, editor), action: 'run.takenBack', before });
  }
  return rows.map((run) => run.due_at);
}
