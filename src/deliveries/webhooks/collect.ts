import { v7 } from 'uuid';
import { type Connection, transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { WebhookEvent } from './endpoints.ts';
import { walkLate, walkLedger } from './ledger-walk.ts';
import { type Marks, readSource, sourcesFor, type Told } from './sources.ts';

/** Events of one message at most; a campaign of a million makes some thousand messages. */
const EVENTS_AT_ONCE = 500;
/** A receiver that takes nothing has so many waiting; the rest stays where it is until they are gone. */
const MOST_WAITING = 1000;
/** Turns of one call for one endpoint, so that one cannot starve the others. */
const TURNS = 100;
/** What is younger may still be judged otherwise: a scanner's visit is flagged within seconds. */
const SETTLE_SECONDS = 10;

interface Listening {
  id: string;
  events: WebhookEvent[];
  since: string;
  marks: Marks;
}

/**
 * Makes messages of what happened since the last time, for every endpoint by itself. Marks move in the
 * transaction that writes the messages: each event is put into exactly one.
 * @returns how many messages were made
 */
export async function collectEvents(
  { sql }: Pick<Ground, 'sql'>,
  { settleSeconds = SETTLE_SECONDS }: { settleSeconds?: number } = {},
): Promise<number> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM webhook_endpoint WHERE disabled_at IS NULL',
  );
  let made = 0;
  for (const { id } of rows) {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const done = await transaction(sql, (connection) => collectFor(connection, id, settleSeconds));
      made += done.made;
      if (!done.more) break;
    }
  }
  return made;
}

async function collectFor(connection: Connection, id: string, settleSeconds: number) {
  const endpoint = await listening(connection, id);
  if (!endpoint) return { made: 0, more: false };
  const batches: Told[][] = [];
  let more = false;
  const marks: Marks = { ...endpoint.marks };
  for (const name of sourcesFor(endpoint.events)) {
    const page = await readSource(connection, name, { mark: marks[name] ?? '0', settleSeconds });
    marks[name] = page.mark;
    batches.push(page.told);
    more ||= page.more;
  }
  if (endpoint.events.some((event) => event === 'delivery.delivered' || event === 'delivery.bounced')) {
    const walked = await walkLedger(connection, endpoint);
    batches.push(...walked, await walkLate(connection, endpoint));
    more ||= walked.length > 0;
  }
  const made = await keepMessages(connection, endpoint, batches);
  await connection.query('UPDATE webhook_endpoint SET marks = $2 WHERE id = $1', [id, JSON.stringify(marks)]);
  return { made, more };
}

/** @returns null when it is disabled or has enough waiting */
async function listening(connection: Connection, id: string): Promise<Listening | null> {
  const { rows } = await connection.query<Listening>(
    `SELECT id, events, since::text, marks FROM webhook_endpoint e WHERE id = $1 AND disabled_at IS NULL
        AND (SELECT count(*) FROM webhook_message m
              WHERE m.endpoint_id = e.id AND m.state IN ('waiting', 'sending')) < $2
      FOR UPDATE`,
    [id, MOST_WAITING],
  );
  return rows[0] ?? null;
}

async function keepMessages(
  connection: Connection,
  { id, events }: Listening,
  batches: Told[][],
): Promise<number> {
  const byType = new Map<WebhookEvent, Told['event'][]>();
  for (const { type, event } of batches.flat()) {
    if (events.includes(type)) byType.set(type, [...(byType.get(type) ?? []), event]);
  }
  let made = 0;
  for (const [type, all] of byType) {
    for (let at = 0; at < all.length; at += EVENTS_AT_ONCE) {
      await keepMessage(connection, { endpoint: id, type, events: all.slice(at, at + EVENTS_AT_ONCE) });
      made += 1;
    }
  }
  return made;
}

interface NewMessage {
  endpoint: string;
  type: WebhookEvent | 'test';
  events: Record<string, unknown>[];
}

/** Puts one message into its lane; its id is the `webhook-id` of every attempt. */
export async function keepMessage(
  connection: Connection,
  { endpoint, type, events }: NewMessage,
): Promise<string> {
  const id = v7();
  await connection.query(
    `INSERT INTO webhook_message (id, endpoint_id, type, events, body)
     VALUES ($1, $2, $3, $4, jsonb_build_object('type', $3::text, 'timestamp', now(), 'data', $5::jsonb)::text)`,
    [id, endpoint, type, events.length, JSON.stringify({ events })],
  );
  return id;
}
