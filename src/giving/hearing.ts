import type { GatewayEvent } from '../../channels/gateway.ts';
import type { Ground } from '../ground.ts';

type Needs = Pick<Ground, 'sql' | 'queues' | 'log'>;

/** One event of a gateway, whose signature was checked. */
export interface Heard {
  account: string;
  event: GatewayEvent;
  /** As it came, less what must not be kept. */
  body: Buffer | null;
  at: Date;
}

interface Waiting extends Heard {
  resolve(): void;
  reject(error: unknown): void;
}

interface Ear {
  waiting: Waiting[];
  /** A statement is gathered or under way. */
  busy: boolean;
  /** Kept, and not told to the workers yet. */
  kept: string[];
  waking: boolean;
}

/**
 * How long the first of a statement waits for company, in milliseconds. A gateway waits for seconds; each
 * statement costs the database a transaction, which in a busy minute is what all others wait for.
 */
const COMPANY_MS = 8;
const MOST = 200;
/** Events of one job. */
const EACH = 20;
/** How long the first of a job waits for company: a job costs the queue two transactions. */
const GATHER_MS = 25;
const ears = new WeakMap<Ground['sql'], Ear>();

/**
 * Keeps an event and wakes whoever applies it; the same event twice is kept once. A gateway tells thousands
 * in a minute: those that come while the database is busy are kept by one statement.
 *
 * @returns when it is durable
 */
export function keepHeard(ground: Needs, heard: Heard): Promise<void> {
  const ear = ears.get(ground.sql) ?? { waiting: [], busy: false, kept: [], waking: false };
  ears.set(ground.sql, ear);
  return new Promise((resolve, reject) => {
    ear.waiting.push({ ...heard, resolve, reject });
    if (!ear.busy) void flush(ground, ear);
  });
}

/** Ends when nothing waits; never throws. */
async function flush(ground: Needs, ear: Ear): Promise<void> {
  ear.busy = true;
  while (ear.waiting.length) {
    await new Promise((done) => setTimeout(done, COMPANY_MS));
    await keepSome(ground, ear, ear.waiting.splice(0, MOST));
  }
  ear.busy = false;
}

async function keepSome(ground: Needs, ear: Ear, some: Waiting[]): Promise<void> {
  try {
    const ids = await insert(ground, some);
    for (const one of some) one.resolve();
    ear.kept.push(...ids);
    if (ear.kept.length && !ear.waking) void wakeForKept(ground, ear);
  } catch (error) {
    for (const one of some) one.reject(error);
  }
}

/** Beside the keeping: an answer that the gateway waits for does not wait for the queue. Never throws. */
async function wakeForKept(ground: Needs, ear: Ear): Promise<void> {
  ear.waking = true;
  while (ear.kept.length) {
    await new Promise((done) => setTimeout(done, GATHER_MS));
    await wake(ground, ear.kept.splice(0)).catch((err: unknown) =>
      ground.log.warn({ err }, 'kept events wait for the sweep'),
    );
  }
  ear.waking = false;
}

async function insert({ sql }: Needs, some: Heard[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `WITH told AS (
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::timestamptz[])
         AS t(account, event, name, told, body, at)),
     heard AS (
       UPDATE gateway_account a SET heard_at = t.at FROM (SELECT account, max(at) AS at FROM told GROUP BY account) t
        WHERE a.id = t.account AND (a.heard_at IS NULL OR a.heard_at < t.at - interval '10 seconds'))
     INSERT INTO webhook_inbox (account_id, event_id, name, told, body, received_at, next_at)
     SELECT account, event, name, told, body, at, at FROM told
     ON CONFLICT (account_id, event_id) DO NOTHING RETURNING id`,
    [
      ...[some.map(({ account }) => account), some.map(({ event }) => event.id)],
      ...[some.map(({ event }) => event.name), some.map(({ event }) => JSON.stringify(event))],
      ...[some.map(({ body }) => body), some.map(({ at }) => at)],
    ],
  );
  return rows.map(({ id }) => id);
}

/** Wakes workers for kept events; what the queue does not take is swept up later. */
export async function wake({ queues }: Pick<Ground, 'queues'>, ids: string[]): Promise<void> {
  const pieces = Array.from({ length: Math.ceil(ids.length / EACH) }, (_, n) =>
    ids.slice(n * EACH, (n + 1) * EACH),
  );
  await queues.add(
    'gateway',
    pieces.map((inbox) => ({ payload: { inbox }, id: `inbox-${inbox[0]}` })),
  );
}
