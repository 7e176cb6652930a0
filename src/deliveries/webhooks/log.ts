import { audit } from '../../access/audit.ts';
import { transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { keepMessage } from './collect.ts';
import { wakeWebhooks } from './deliver.ts';
import { readEndpoint } from './endpoints.ts';

/** A message to a receiver, and how it fared. */
export interface MessageRow {
  id: string;
  type: string;
  /** How many are in it. */
  events: number;
  state: 'waiting' | 'sending' | 'delivered' | 'failed';
  attempts: number;
  /** When it is tried next. */
  dueAt: Date;
  createdAt: Date;
  endedAt: Date | null;
  /** Of the last attempt. */
  status: number | null;
  ms: number | null;
  trouble: string | null;
  excerpt: string | null;
  attemptedAt: Date | null;
}

const SELECT = `
  SELECT m.id, m.type, m.events, m.state, m.attempts, m.due_at AS "dueAt", m.created_at AS "createdAt",
         m.ended_at AS "endedAt", a.status, a.ms, a.trouble, a.excerpt, a.at AS "attemptedAt"
    FROM webhook_message m
    LEFT JOIN LATERAL (SELECT * FROM webhook_attempt a WHERE a.message_id = m.id ORDER BY a.id DESC LIMIT 1) a ON true`;

/** A page of an endpoint's messages with their last attempt, the newest first. */
export async function readLog(
  { sql }: Pick<Ground, 'sql'>,
  endpoint: string,
  { before, state, limit }: { before?: string | undefined; state?: string | undefined; limit: number },
): Promise<MessageRow[]> {
  await readEndpoint({ sql }, endpoint);
  const { rows } = await sql.query<MessageRow>(
    `${SELECT} WHERE m.endpoint_id = $1 AND ($2::uuid IS NULL OR m.id < $2) AND ($3::text IS NULL OR m.state = $3)
      ORDER BY m.id DESC LIMIT $4`,
    [endpoint, before ?? null, state ?? null, limit],
  );
  return rows;
}

/** One attempt at a message. */
export interface AttemptRow {
  at: Date;
  status: number | null;
  ms: number;
  trouble: string | null;
  excerpt: string | null;
}

/** A message with every attempt. @throws Refusal (404) when there is none */
export async function readMessage(
  { sql }: Pick<Ground, 'sql'>,
  id: string,
): Promise<MessageRow & { body: string | null; log: AttemptRow[] }> {
  const { rows } = await sql.query<MessageRow>(`${SELECT} WHERE m.id = $1`, [id]);
  const row = found(rows[0], say`There is no message ${id} of a webhook.`);
  const { rows: bodies } = await sql.query<{ body: string | null }>(
    'SELECT body FROM webhook_message WHERE id = $1',
    [id],
  );
  const { rows: log } = await sql.query<AttemptRow>(
    'SELECT at, status, ms, trouble, excerpt FROM webhook_attempt WHERE message_id = $1 ORDER BY id',
    [id],
  );
  return { ...row, body: bodies[0]?.body ?? null, log };
}

type Sending = Pick<Ground, 'sql' | 'queues'>;

/** Sends a test to an endpoint. @returns its message's id. @throws Refusal when there is none, or it is stopped */
export async function testEndpoint(ground: Sending, endpoint: string, actor: string): Promise<string> {
  const { disabledAt } = await readEndpoint(ground, endpoint);
  if (disabledAt) throw new Refusal(say`This webhook is stopped. Enable it first.`, 409);
  const id = await transaction(ground.sql, async (connection) => {
    const event = { id: 'test', words: 'Nothing happened; somebody tries this webhook.' };
    const message = await keepMessage(connection, { endpoint, type: 'test', events: [event] });
    const entry = { actor, action: 'webhook.tested', subjectType: 'webhook', subjectId: endpoint };
    await audit(connection, entry);
    return message;
  });
  await wakeWebhooks(ground);
  return id;
}

/** Delivers a message again, at once. @throws Refusal when there is none, it is under way, or its body is gone */
export async function redeliver(ground: Sending, id: string, actor: string): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query(
      `SELECT m.state, m.body IS NULL AS bare, e.disabled_at, e.id AS endpoint FROM webhook_message m
         JOIN webhook_endpoint e ON e.id = m.endpoint_id WHERE m.id = $1 FOR UPDATE OF m`,
      [id],
    );
    const message = found(rows[0], say`There is no message ${id} of a webhook.`);
    if (message.disabled_at) throw new Refusal(say`This webhook is stopped. Enable it first.`, 409);
    if (message.state === 'sending') throw new Refusal(say`This message is being sent just now.`, 409);
    if (message.bare)
      throw new Refusal(say`This message is too old; what it said is not kept any more.`, 409);
    await connection.query(
      "UPDATE webhook_message SET state = 'waiting', attempts = 0, due_at = now(), ended_at = NULL WHERE id = $1",
      [id],
    );
    await connection.query('UPDATE webhook_endpoint SET rests_until = NULL WHERE id = $1', [
      message.endpoint,
    ]);
    const entry = {
      actor,
      action: 'webhook.redelivered',
      subjectType: 'webhook',
      subjectId: message.endpoint,
    };
    await audit(connection, { ...entry, after: { message: id } });
  });
  await wakeWebhooks(ground);
}

/** What was taken is kept for a week to be delivered again, the log for thirty days. */
const KEPT_DAYS = { body: 7, log: 30 };

/** Drops what is older. */
export async function tidyWebhooks({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  await sql.query(
    `UPDATE webhook_message SET body = NULL
      WHERE state = 'delivered' AND body IS NOT NULL AND ended_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS.body],
  );
  await sql.query(
    "DELETE FROM webhook_message WHERE state IN ('delivered', 'failed') AND ended_at < now() - make_interval(days => $1)",
    [KEPT_DAYS.log],
  );
}
