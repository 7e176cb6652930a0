import type { MailTemplate } from '../../channels/email/mail.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Canary, chooseCanary } from './canary.ts';
import { languageOf, writtenIn } from './language.sql.ts';
import { contactsOf, leaveOut, type TargetedRun, type Targets } from './left-out.ts';
import { cutRanges, queueRanges } from './ranges.ts';
import { type Correction, insertReceivers, noteUnreached } from './receivers.ts';

/** Who a run is for and what it says to them. */
export interface FreezePlan extends Targets {
  /** Languages to fall back to, in order, for a contact without one or with one we have no text in. */
  fallback: string[];
  contents: Record<string, MailTemplate>;
  /** Those who received this run, instead of lists and segments. */
  corrects?: Correction | undefined;
  /** Who goes first, when the audience is large enough for it. */
  canary?: Canary | undefined;
}

export interface Frozen {
  total: number;
  leftOut: Record<string, number>;
}

/**
 * Freezes a planned run's audience and starts it: one INSERT … SELECT with exclusions, contact pressure,
 * consent and suppression applied, dense sequence numbers, a language for each. All or nothing; two at once do it once.
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
    const now = ground.clock.now();
    const run = await begin(connection, runId, now);
    await keepContents(connection, runId, plan.contents);
    await connection.query("SET LOCAL work_mem = '128MB'");
    await connection.query('SET LOCAL jit = off');
    const unwanted = plan.corrects ? {} : await leaveOut(connection, run, { targets: plan, now });
    const freezing = { run, plan, now, leftOut: Object.keys(unwanted).length > 0 };
    const total = await insertDeliveries(connection, freezing);
    const leftOut = { ...unwanted, ...(await noteLeftOut(connection, freezing)) };
    const canary = await chooseCanary(connection, runId, { total, wish: plan.canary });
    await cutRanges(connection, runId, { total, canary });
    await connection.query("UPDATE run SET state = 'running', total = $2 WHERE id = $1", [runId, total]);
    return { total, leftOut };
  });
  await queueRanges(ground, runId);
  return frozen;
}

interface Freezing {
  run: TargetedRun;
  plan: FreezePlan;
  now: Date;
  /** Whether somebody is left out already. */
  leftOut: boolean;
}

async function begin(connection: Connection, runId: bigint, now: Date): Promise<TargetedRun> {
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
 * Contacts among the wanted with a right to be written to; one of several who share an address, the oldest.
 * Channel and purpose are parameters, not joined from the run, so that the planner knows how many match.
 * $1 run · $2 channel · $3 purpose · $4 languages with a text · $5 the language to fall back to
 */
const audience = (wanted: string, leftOut: boolean) => `
WITH reachable AS (
  SELECT DISTINCT ON (a.hash) a.contact_id, a.hash, c.language
    FROM address a
    JOIN contact c ON c.id = a.contact_id
    JOIN consent k ON k.contact_id = a.contact_id AND k.channel = $2 AND k.purpose = $3 AND k.given
   WHERE a.channel = $2
     AND a.contact_id IN (${wanted})${leftOut ? ` AND NOT ${LEFT_OUT_ALREADY}` : ''}
     AND NOT ${suppressed('a')} AND ${preferred('a')}
   ORDER BY a.hash, a.contact_id
)
INSERT INTO delivery (run, seq, contact_id, address_hash, language)
SELECT $1, row_number() OVER (), contact_id, hash, ${languageOf('language', { written: '$4', fallback: '$5' })}
  FROM reachable`;

const LEFT_OUT_ALREADY =
  'EXISTS (SELECT FROM run_left_out o WHERE o.run = $1 AND o.contact_id = a.contact_id)';

async function insertDeliveries(connection: Connection, freezing: Freezing): Promise<number> {
  const { run, plan, now, leftOut } = freezing;
  const { channel, purpose } = run;
  const written = writtenIn(plan);
  if (plan.corrects) return insertReceivers(connection, run, { corrects: plan.corrects, written });
  const values: unknown[] = [run.id, channel, purpose, written, written[0]];
  const { rowCount } = await connection.query(audience(contactsOf(plan, values, now), leftOut), values);
  return rowCount ?? 0;
}

/**
 * Few are left out of many, so each is looked up by itself; joined, the planner would weigh all addresses.
 * $1 run · $2 channel · $3 purpose
 */
const others = (wanted: string) => `
WITH gone AS (
  (${wanted})
  EXCEPT SELECT contact_id FROM delivery WHERE run = $1
  EXCEPT SELECT contact_id FROM run_left_out WHERE run = $1
), noted AS (
  INSERT INTO run_left_out (run, contact_id, reason)
  SELECT $1, g.contact_id,
         CASE WHEN a.id IS NULL THEN 'no address'
              WHEN k.contact_id IS NULL THEN 'no consent'
              WHEN ${suppressed('a')} THEN 'suppressed'
              ELSE 'shared address' END
    FROM gone g
    LEFT JOIN LATERAL (
      SELECT * FROM address WHERE contact_id = g.contact_id AND channel = $2
       ORDER BY coalesce(verified_at, 'infinity'), id LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT contact_id FROM consent WHERE contact_id = g.contact_id AND channel = $2 AND purpose = $3 AND given
       LIMIT 1) k ON true
  RETURNING reason
)
SELECT reason, count(*)::int AS n FROM noted GROUP BY reason`;

async function noteLeftOut(connection: Connection, freezing: Freezing): Promise<Record<string, number>> {
  const { run, plan, now } = freezing;
  if (plan.corrects) return noteUnreached(connection, run, plan.corrects);
  const values: unknown[] = [run.id, run.channel, run.purpose];
  const { rows } = await connection.query(others(contactsOf(plan, values, now)), values);
  return Object.fromEntries(rows.map((row) => [row.reason, row.n]));
}
