import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { newestMarks } from './sources.ts';

/** What an endpoint may be told of. */
export const webhookEvents = [
  ...(['delivery.delivered', 'delivery.bounced', 'delivery.complained'] as const),
  ...(['contact.unsubscribed', 'link.clicked'] as const),
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** A receiver as staff see it; its secrets are shown when they are made, and never again. */
export interface Endpoint {
  id: string;
  url: string;
  description: string;
  events: WebhookEvent[];
  createdAt: Date;
  /** Messages that wait to be taken. */
  waiting: number;
  /** Since when it has not taken one. */
  failingSince: Date | null;
  disabledAt: Date | null;
  disabledReason: string | null;
}

export interface NewEndpoint {
  url: string;
  events: string[];
  description?: string | undefined;
}

type Part = Pick<Ground, 'sql' | 'keys' | 'config' | 'clock'>;
interface Secret {
  secret: string;
  /** Until when it still signs; the newest has no end. */
  until: string | null;
}

const SELECT = `
  SELECT e.id, e.url, e.description, e.events, e.created_at AS "createdAt", e.failing_since AS "failingSince",
         e.disabled_at AS "disabledAt", e.disabled_reason AS "disabledReason",
         (SELECT count(*)::int FROM webhook_message m
           WHERE m.endpoint_id = e.id AND m.state IN ('waiting', 'sending')) AS waiting
    FROM webhook_endpoint e`;

/** Every endpoint, the oldest first. */
export async function listEndpoints({ sql }: Pick<Ground, 'sql'>): Promise<Endpoint[]> {
  const { rows } = await sql.query<Endpoint>(`${SELECT} ORDER BY e.id`);
  return rows;
}

/** @throws Refusal (404) when there is no such endpoint */
export async function readEndpoint({ sql }: { sql: Queryable }, id: string): Promise<Endpoint> {
  const { rows } = await sql.query<Endpoint>(`${SELECT} WHERE e.id = $1`, [id]);
  return found(rows[0], say`There is no webhook ${id}.`);
}

/**
 * Adds a receiver. It is told of what happens from now on.
 * @returns it, with its secret, which cannot be shown again
 * @throws Refusal for an address or an event that will not do
 */
export async function addEndpoint(
  { sql, keys, config }: Part,
  { url, events, description = '' }: NewEndpoint,
  actor: string,
): Promise<Endpoint & { secret: string }> {
  const [id, secret, address] = [v7(), newSecret(), requireUrl(config, url)];
  const wanted = requireEvents(events);
  return transaction(sql, async (connection) => {
    const secrets = keys.seal('webhook-secret', JSON.stringify([{ secret, until: null }]));
    await connection.query(
      `INSERT INTO webhook_endpoint (id, url, description, events, secrets, made_by, marks)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, address, description, wanted, secrets, actor, JSON.stringify(await newestMarks(connection))],
    );
    await note(connection, {
      id,
      actor,
      action: 'webhook.added',
      after: { host: new URL(address).host, events: wanted },
    });
    return { ...(await readEndpoint({ sql: connection }, id)), secret };
  });
}

export interface EndpointChange {
  url?: string | undefined;
  events?: string[] | undefined;
  description?: string | undefined;
  /** False stops it; true lets it go on with what happens from now. */
  enabled?: boolean | undefined;
}

/** Changes what is mentioned. @throws Refusal as `addEndpoint`, and (404) when there is none */
export async function changeEndpoint(
  { sql, config }: Part,
  { id, change }: { id: string; change: EndpointChange },
  actor: string,
): Promise<Endpoint> {
  const { url, events, description, enabled } = change;
  const wanted = events && requireEvents(events);
  return transaction(sql, async (connection) => {
    const before = await lock(connection, id);
    await connection.query(
      `UPDATE webhook_endpoint SET url = coalesce($2, url), events = coalesce($3, events),
              description = coalesce($4, description), failures = 0, rests_until = NULL WHERE id = $1`,
      [id, url === undefined ? null : requireUrl(config, url), wanted ?? null, description ?? null],
    );
    if (enabled === true && before.disabled_at) await enable(connection, id);
    if (enabled === false && !before.disabled_at)
      await disable(connection, id, String(say`It was stopped by ${actor}.`));
    await note(connection, { id, actor, action: 'webhook.changed', after: { events, enabled } });
    return readEndpoint({ sql: connection }, id);
  });
}

/** Removes a receiver with its messages and their log. @throws Refusal (404) when there is none */
export const removeEndpoint = ({ sql }: Pick<Ground, 'sql'>, id: string, actor: string): Promise<void> =>
  transaction(sql, async (connection) => {
    await lock(connection, id);
    await connection.query('DELETE FROM webhook_endpoint WHERE id = $1', [id]);
    await note(connection, { id, actor, action: 'webhook.removed' });
  });

/** The old secret signs beside the new one for a day. */
const ROTATION_MS = 24 * 3_600_000;

/** Gives an endpoint a new secret. @returns it, which cannot be shown again */
export const rotateSecret = (ground: Part, id: string, actor: string): Promise<string> =>
  transaction(ground.sql, async (connection) => {
    const { secrets } = await lock(connection, id);
    const now = ground.clock.now();
    const [newest] = liveSecrets(ground, secrets, now);
    const secret = newSecret();
    const old = newest ? [{ secret: newest.secret, until: new Date(now.getTime() + ROTATION_MS) }] : [];
    const sealed = ground.keys.seal('webhook-secret', JSON.stringify([{ secret, until: null }, ...old]));
    await connection.query('UPDATE webhook_endpoint SET secrets = $2 WHERE id = $1', [id, sealed]);
    await note(connection, { id, actor, action: 'webhook.secret-rotated' });
    return secret;
  });

/** The secrets that sign now, the newest first. */
export const signingSecrets = ({ keys }: Pick<Ground, 'keys'>, sealed: Buffer, now: Date): string[] =>
  liveSecrets({ keys }, sealed, now).map(({ secret }) => secret);

/** Stops an endpoint and says why; what waited has failed, and can be delivered again later. */
export async function disable(connection: Connection, id: string, reason: string): Promise<void> {
  await connection.query(
    'UPDATE webhook_endpoint SET disabled_at = now(), disabled_reason = $2 WHERE id = $1',
    [...[id, reason]],
  );
  await connection.query(
    "UPDATE webhook_message SET state = 'failed', ended_at = now() WHERE endpoint_id = $1 AND state = 'waiting'",
    [id],
  );
}

/** From now on: the ledger has what happened meanwhile, and nobody wants a flood of it. */
async function enable(connection: Connection, id: string): Promise<void> {
  await connection.query(
    `UPDATE webhook_endpoint SET disabled_at = NULL, disabled_reason = NULL, failures = 0, failing_since = NULL,
            rests_until = NULL, since = now(), marks = $2 WHERE id = $1`,
    [id, JSON.stringify(await newestMarks(connection))],
  );
  await connection.query('DELETE FROM webhook_late WHERE endpoint_id = $1', [id]);
}

function liveSecrets({ keys }: Pick<Ground, 'keys'>, sealed: Buffer, now: Date): Secret[] {
  const all = JSON.parse(keys.open('webhook-secret', sealed)) as Secret[];
  return all.filter(({ until }) => until === null || new Date(until) > now);
}

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

async function lock(connection: Connection, id: string) {
  const { rows } = await connection.query<{ secrets: Buffer; disabled_at: Date | null }>(
    'SELECT secrets, disabled_at FROM webhook_endpoint WHERE id = $1 FOR UPDATE',
    [id],
  );
  return found(rows[0], say`There is no webhook ${id}.`);
}

function requireUrl({ production }: Ground['config'], text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocols = production ? ['https:'] : ['https:', 'http:'];
  if (!url || !protocols.includes(url.protocol) || url.username || url.password || text.length > 2000)
    throw new Refusal(
      say`A webhook goes to a web address that begins with https://, without name and password.`,
    );
  url.hash = '';
  return url.href;
}

function requireEvents(events: string[]): WebhookEvent[] {
  const unknown = events.find((event) => !(webhookEvents as readonly string[]).includes(event));
  if (unknown !== undefined || !events.length) {
    const what =
      unknown === undefined ? say`Say of what it is told` : say`There is no event ${JSON.stringify(unknown)}`;
    throw new Refusal(say`${what}. There are: ${webhookEvents.join(', ')}.`);
  }
  return webhookEvents.filter((event) => events.includes(event));
}

const note = (
  connection: Connection,
  { id, ...entry }: { id: string; actor: string; action: string; after?: unknown },
) => audit(connection, { ...entry, subjectType: 'webhook', subjectId: id });
