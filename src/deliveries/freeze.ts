import type { MailTemplate } from '../../channels/email/mail.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { cutRanges, queueRanges } from './ranges.ts';

/** Who a run is for and what it says to them. */
export interface FreezePlan {
  /** Ids of lists. */
  lists: string[];
  /** Languages to fall back to, in order, for a contact without one or with one we have no text in. */
  fallback: string[];
  contents: Record<string, MailTemplate>;
}

export interface Frozen {
  total: number;
  leftOut: Record<string, number>;
}

/**
 * Freezes a planned run's audience and starts it: one INSERT … SELECT with consent and suppression
 * applied, dense sequence numbers, a language for each. All or nothing; two at once do it once.
 * @throws Refusal when the run is not planned, or a fallback language has no text
 */
export async function freezeRun(
  ground: Pick<Ground, 'sql' | 'queues' | 'clock'>,
  runId: bigint,
  plan: FreezePlan,
): Promise<Frozen> {
  const missing = plan.fallback.find((language) => !plan.contents[language]);
  if (missing || !plan.fallback.length)
    throw new Refusal(`Run ${runId} has no text in its fallback language ${missing ?? '(none is set)'}.`);
  const frozen = await transaction(ground.sql, async (connection) => {
    const run = await begin(connection, runId, ground.clock.now());
    await keepContents(connection, runId, plan.contents);
    const total = await insertDeliveries(connection, run, plan);
    const leftOut = await noteLeftOut(connection, run, plan.lists);
    await cutRanges(connection, runId, total);
    await connection.query("UPDATE run SET state = 'running', total = $2 WHERE id = $1", [runId, total]);
    return { total, leftOut };
  });
  await queueRanges(ground, runId);
  return frozen;
}

interface Begun {
  id: bigint;
  channel: string;
  purpose: string;
}

async function begin(connection: Connection, runId: bigint, now: Date): Promise<Begun> {
  const { rows } = await connection.query(
    "UPDATE run SET state = 'freezing', started_at = $2 WHERE id = $1 AND state = 'planned' RETURNING channel, purpose",
    [runId, now],
  );
  if (!rows[0])
    throw new Refusal(
      `Run ${runId} is not planned, so it cannot start. See its state with "campaign status".`,
      409,
    );
  await connection.query('SELECT ensure_delivery_partition($1)', [runId]);
  return { id: runId, ...rows[0] };
}

async function keepContents(
  connection: Connection,
  runId: bigint,
  contents: FreezePlan['contents'],
): Promise<void> {
  for (const [language, mail] of Object.entries(contents)) {
    await connection.query('INSERT INTO run_content (run_id, language, mail) VALUES ($1, $2, $3)', [
      ...[runId, language, JSON.stringify(mail)],
    ]);
  }
}

/** The address of a contact that counts: the one verified first, else the oldest. */
const preferred = (address: string) => `NOT EXISTS (
  SELECT FROM address b WHERE b.contact_id = ${address}.contact_id AND b.channel = ${address}.channel
     AND (coalesce(b.verified_at, 'infinity'), b.id) < (coalesce(${address}.verified_at, 'infinity'), ${address}.id))`;

const suppressed = (address: string) => `EXISTS (
  SELECT FROM suppression s WHERE s.channel = ${address}.channel AND s.hash = ${address}.hash
     AND (s.expires_at IS NULL OR s.expires_at > now()))`;

/**
 * Contacts of the lists with a right to be written to; one of several who share an address, the oldest.
 * Channel and purpose are parameters, not joined from the run, so that the planner knows how many match.
 * $1 run · $2 lists · $3 channel · $4 purpose · $5 languages with a text · $6 the language to fall back to
 */
const AUDIENCE = `
WITH reachable AS (
  SELECT DISTINCT ON (a.hash) a.contact_id, a.hash, c.language
    FROM address a
    JOIN contact c ON c.id = a.contact_id
    JOIN consent k ON k.contact_id = a.contact_id AND k.channel = $3 AND k.purpose = $4 AND k.given
   WHERE a.channel = $3
     AND a.contact_id IN (SELECT contact_id FROM membership WHERE list_id = ANY($2::uuid[]))
     AND NOT ${suppressed('a')} AND ${preferred('a')}
   ORDER BY a.hash, a.contact_id
)
INSERT INTO delivery (run, seq, contact_id, address_hash, language)
SELECT $1, row_number() OVER (), contact_id, hash, CASE WHEN language = ANY($5::text[]) THEN language ELSE $6 END
  FROM reachable`;

async function insertDeliveries(connection: Connection, run: Begun, plan: FreezePlan): Promise<number> {
  await connection.query("SET LOCAL work_mem = '128MB'");
  await connection.query('SET LOCAL jit = off');
  const values = [run.id, plan.lists, run.channel, run.purpose, Object.keys(plan.contents), plan.fallback[0]];
  const { rowCount } = await connection.query(AUDIENCE, values);
  return rowCount ?? 0;
}

/**
 * Few are left out of many, so each is looked up by itself; joined, the planner would weigh all addresses.
 * $1 run · $2 lists · $3 channel · $4 purpose
 */
const LEFT_OUT = `
WITH gone AS (
  SELECT contact_id FROM membership WHERE list_id = ANY($2::uuid[])
  EXCEPT SELECT contact_id FROM delivery WHERE run = $1
), noted AS (
  INSERT INTO run_left_out (run, contact_id, reason)
  SELECT $1, g.contact_id,
         CASE WHEN a.id IS NULL THEN 'no address'
              WHEN k.contact_id IS NULL THEN 'no consent'
              WHEN ${suppressed('a')} THEN 'suppressed'
              ELSE 'shared address' END
    FROM gone g
    LEFT JOIN LATERAL (
      SELECT * FROM address WHERE contact_id = g.contact_id AND channel = $3
       ORDER BY coalesce(verified_at, 'infinity'), id LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT contact_id FROM consent WHERE contact_id = g.contact_id AND channel = $3 AND purpose = $4 AND given
       LIMIT 1) k ON true
  RETURNING reason
)
SELECT reason, count(*)::int AS n FROM noted GROUP BY reason`;

async function noteLeftOut(
  connection: Connection,
  run: Begun,
  lists: string[],
): Promise<Record<string, number>> {
  const { rows } = await connection.query(LEFT_OUT, [run.id, lists, run.channel, run.purpose]);
  return Object.fromEntries(rows.map((row) => [row.reason, row.n]));
}
