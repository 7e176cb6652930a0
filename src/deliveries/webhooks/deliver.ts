import { postWebhook, type WebhookOutcome } from '../../../channels/webhook.ts';
import { transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { goesThroughProxy } from '../../outgoing.ts';
import { say } from '../../say.ts';
import { disable, signingSecrets } from './endpoints.ts';
import { tellDisabled } from './tell.ts';

/** Attempts at one message, in seconds after the one before: three days in all (Standard Webhooks 1.0). */
const BACKOFF_SECONDS = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** An endpoint that fails rests, longer each time, so that its messages wait and nobody else does. */
const REST = { firstSeconds: 5, mostSeconds: 3600 };
const DISABLED_AFTER_DAYS = 5;
const TIMEOUT_MS = 15_000;
/** Requests to one endpoint at a time; one while it fails. */
const AT_ONCE = 4;
/** So long one call works for one endpoint before others have their turn. */
const TURN_MS = 30_000;
const LEASE_SECONDS = 90;

type DeliverGround = Pick<Ground, 'sql' | 'db' | 'keys' | 'config' | 'clock' | 'log' | 'queues'>;

interface Held {
  id: string;
  url: string;
  secrets: Buffer;
  failures: number;
}

interface Message {
  id: string;
  body: string;
  attempts: number;
}

/** Wakes a sender for each endpoint that has something due and does not rest. */
export async function wakeWebhooks({ sql, queues }: Pick<Ground, 'sql' | 'queues'>): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT e.id FROM webhook_endpoint e
      WHERE e.disabled_at IS NULL AND (e.rests_until IS NULL OR e.rests_until <= now())
        AND (e.leased_until IS NULL OR e.leased_until <= now())
        AND EXISTS (SELECT FROM webhook_message m WHERE m.endpoint_id = e.id AND m.due_at <= now()
                       AND (m.state = 'waiting' OR m.state = 'sending' AND m.leased_until < now()))`,
  );
  await queues.add(
    'webhooks',
    rows.map(({ id }) => ({ payload: { endpoint: id }, id: `webhook-${id}` })),
  );
}

/**
 * Sends what is due to one endpoint, for half a minute at most; one process at a time does. A message
 * whose sender died is sent again: receivers know it by its id.
 */
export async function deliverWebhooks(ground: DeliverGround, endpoint: string): Promise<void> {
  const until = performance.now() + TURN_MS;
  while (performance.now() < until) {
    const held = await take(ground, endpoint);
    if (!held) return;
    try {
      const messages = await claim(ground, held);
      if (!messages.length) return;
      await Promise.all(messages.map((message) => attempt(ground, held, message)));
    } finally {
      await ground.sql.query('UPDATE webhook_endpoint SET leased_until = NULL WHERE id = $1', [endpoint]);
    }
  }
}

async function take({ sql }: DeliverGround, id: string): Promise<Held | undefined> {
  const { rows } = await sql.query<Held>(
    `UPDATE webhook_endpoint SET leased_until = now() + make_interval(secs => $2)
      WHERE id = $1 AND disabled_at IS NULL AND (rests_until IS NULL OR rests_until <= now())
        AND (leased_until IS NULL OR leased_until <= now())
      RETURNING id, url, secrets, failures`,
    [id, LEASE_SECONDS],
  );
  return rows[0];
}

async function claim({ sql }: DeliverGround, { id, failures }: Held): Promise<Message[]> {
  const { rows } = await sql.query<Message>(
    `UPDATE webhook_message SET state = 'sending', attempts = attempts + 1, leased_until = now() + make_interval(secs => $3)
      WHERE id IN (SELECT id FROM webhook_message
                    WHERE endpoint_id = $1 AND due_at <= now()
                      AND (state = 'waiting' OR state = 'sending' AND leased_until < now())
                    ORDER BY due_at, id LIMIT $2)
      RETURNING id, body, attempts`,
    [id, failures ? 1 : AT_ONCE, LEASE_SECONDS],
  );
  return rows;
}

async function attempt(ground: DeliverGround, held: Held, message: Message): Promise<void> {
  const now = ground.clock.now();
  const outcome = await postWebhook({
    ...{ url: held.url, id: message.id, body: message.body, timeoutMs: TIMEOUT_MS },
    secrets: signingSecrets(ground, held.secrets, now),
    timestamp: Math.floor(now.getTime() / 1000),
    allowPrivate: ground.config.WEBHOOK_PRIVATE_ADDRESSES,
    proxied: goesThroughProxy(ground.config),
  });
  const reason = await record(ground, { held, message, outcome });
  if (reason) await tellDisabled(ground, { id: held.id, url: held.url, reason });
}

interface Attempted {
  held: Held;
  message: Message;
  outcome: WebhookOutcome;
}

const taken = (outcome: WebhookOutcome) =>
  outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;

/** Writes the log and what follows. @returns why the endpoint was disabled by it, or null */
const record = ({ sql }: DeliverGround, { held, message, outcome }: Attempted): Promise<string | null> =>
  transaction(sql, async (connection) => {
    const answered = outcome.kind === 'answered' ? outcome : null;
    await connection.query(
      `INSERT INTO webhook_attempt (message_id, endpoint_id, status, ms, trouble, excerpt)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        ...[message.id, held.id, answered?.status ?? null, outcome.ms],
        ...[outcome.kind === 'failed' ? outcome.trouble : null, answered?.excerpt || null],
      ],
    );
    if (taken(outcome)) {
      await connection.query(
        "UPDATE webhook_message SET state = 'delivered', ended_at = now(), leased_until = NULL WHERE id = $1",
        [message.id],
      );
      await connection.query(
        'UPDATE webhook_endpoint SET failures = 0, failing_since = NULL, rests_until = NULL WHERE id = $1',
        [held.id],
      );
      return null;
    }
    const wait = BACKOFF_SECONDS[message.attempts - 1];
    await connection.query(
      `UPDATE webhook_message SET leased_until = NULL, state = CASE WHEN $2::float8 IS NULL THEN 'failed' ELSE 'waiting' END,
              due_at = now() + make_interval(secs => coalesce($2, 0) * (1 + random() / 5)),
              ended_at = CASE WHEN $2 IS NULL THEN now() END
        WHERE id = $1`,
      [message.id, wait ?? null],
    );
    const { rows } = await connection.query<{ days: number }>(
      `UPDATE webhook_endpoint SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
              rests_until = now() + make_interval(secs => greatest($4, least($3, $2 * 2 ^ least(failures, 20))))
        WHERE id = $1 RETURNING extract(epoch FROM now() - failing_since)::float8 / 86400 AS days`,
      [held.id, REST.firstSeconds, REST.mostSeconds, Math.min(answered?.retryAfter ?? 0, REST.mostSeconds)],
    );
    const reason = reasonToStop(outcome, rows[0]?.days ?? 0);
    if (reason) await disable(connection, held.id, reason);
    return reason;
  });

/** 410 says that the receiver is gone (Standard Webhooks 1.0); days of failure say so too. */
function reasonToStop(outcome: WebhookOutcome, days: number): string | null {
  const last = outcome.kind === 'failed' ? outcome.trouble : say`It answered ${outcome.status}.`;
  if (outcome.kind === 'answered' && outcome.status === 410)
    return String(say`The receiver says that it is gone (410).`);
  return days >= DISABLED_AFTER_DAYS
    ? String(say`Nothing was taken for ${DISABLED_AFTER_DAYS} days. ${last}`)
    : null;
}
