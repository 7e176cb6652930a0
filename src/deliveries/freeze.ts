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
    const cause = await begin(connection, runId, ground.clock.now());
    await keepContents(connection, runId, plan.contents);
    const total = await insertDeliveries(connection, runId, { ...plan, ...cause });
    const leftOut = await noteLeftOut(connection, runId, plan.lists);
    await cutRanges(connection, runId, total);
    await connection.query("UPDATE run SET state = 'running', total = $2 WHERE id = $1", [runId, total]);
    return { total, leftOut };
  });
  await queueRanges(ground, runId);
  return frozen;
}

/** By which channel and for what; as values, because the planner misjudges a join with one run by far. */
interface Cause {
  channel: string;
  purpose: string;
}

async function begin(connection: Connection, runId: bigint, now: Date): Promise<Cause> {
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
  return rows[0];
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

/**
 * Contacts of the lists with a right to be written to. Each at one address, a verified one first, else the
 * oldest; of several who share that address, the oldest contact.
 */
const AUDIENCE = `
WITH member AS MATERIALIZED (
  SELECT DISTINCT contact_id FROM membership WHERE list_id = ANY($2::uuid[])
), reached AS (
  SELECT DISTINCT ON (m.contact_id) m.contact_id, a.hash, c.language
    FROM member m
    JOIN contact c ON c.id = m.contact_id
    JOIN consent k ON k.contact_id = m.contact_id AND k.channel = $5 AND k.purpose = $6 AND k.given
    JOIN address a ON a.contact_id = m.contact_id AND a.channel = $5
   WHERE NOT EXISTS (SELECT FROM suppression s WHERE s.channel = $5 AND s.hash = a.hash
                        AND (s.expires_at IS NULL OR s.expires_at > now()))
   ORDER BY m.contact_id, a.verified_at IS NULL, a.id
), reachable AS (
  SELECT DISTINCT ON (hash) contact_id, hash, language FROM reached ORDER BY hash, contact_id
)
INSERT INTO delivery (run, seq, contact_id, address_hash, language)
SELECT $1, row_number() OVER (), contact_id, hash,
       CASE WHEN language = ANY($3::text[]) THEN language ELSE $4 END
  FROM reachable`;

async function insertDeliveries(
  connection: Connection,
  runId: bigint,
  plan: FreezePlan & Cause,
): Promise<number> {
  await connection.query("SET LOCAL work_mem = '64MB'");
  await connection.query('SET LOCAL jit = off');
  const values = [
    runId,
    plan.lists,
    Object.keys(plan.contents),
    plan.fallback[0],
    plan.channel,
    plan.purpose,
  ];
  const { rowCount } = await connection.query(AUDIENCE, values);
  return rowCount ?? 0;
}

const LEFT_OUT = `
WITH member AS MATERIALIZED (
  SELECT DISTINCT contact_id FROM membership WHERE list_id = ANY($2::uuid[])
), gone AS (
  SELECT m.contact_id FROM member m
  EXCEPT SELECT contact_id FROM delivery WHERE run = $1
), noted AS (
  INSERT INTO run_left_out (run, contact_id, reason)
  SELECT $1, g.contact_id,
         CASE WHEN NOT EXISTS (SELECT FROM address a WHERE a.contact_id = g.contact_id AND a.channel = r.channel)
              THEN 'no address'
              WHEN NOT EXISTS (SELECT FROM consent k WHERE k.contact_id = g.contact_id AND k.channel = r.channel
                                  AND k.purpose = r.purpose AND k.given) THEN 'no consent'
              WHEN NOT EXISTS (SELECT FROM address a WHERE a.contact_id = g.contact_id AND a.channel = r.channel
                    AND NOT EXISTS (SELECT FROM suppression s WHERE s.channel = r.channel AND s.hash = a.hash
                                       AND (s.expires_at IS NULL OR s.expires_at > now()))) THEN 'suppressed'
              ELSE 'shared address' END
    FROM gone g JOIN run r ON r.id = $1
  RETURNING reason
)
SELECT reason, count(*)::int AS n FROM noted GROUP BY reason`;

async function noteLeftOut(
  connection: Connection,
  runId: bigint,
  lists: string[],
): Promise<Record<string, number>> {
  const { rows } = await connection.query(LEFT_OUT, [runId, lists]);
  return Object.fromEntries(rows.map((row) => [row.reason, row.n]));
}
