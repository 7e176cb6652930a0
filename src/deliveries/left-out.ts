import { compileRules } from '../contacts/segments/compile.ts';
import type { Rules } from '../contacts/segments/rules.ts';
import type { Connection } from '../db.ts';
import { currentPressure, TRANSACTIONAL } from './pressure.ts';

/** Which contacts a run is for, before consent and suppression. */
export interface Targets {
  /** Ids of lists. */
  lists: string[];
  /** Who match any of these belongs to it too. */
  segments?: Rules[];
  /** Ids of lists whose members are left out. */
  excludeLists?: string[];
  /** Who match any of these are left out. */
  excludeSegments?: Rules[];
}

export interface TargetedRun {
  id: bigint;
  channel: string;
  purpose: string;
}

interface Group {
  lists: string[];
  segments?: Rules[] | undefined;
}

/** A query for the contact ids of lists and segments; its values are added to `values`. */
export function contactsOf({ lists, segments = [] }: Group, values: unknown[], now: Date): string {
  const members = `SELECT contact_id FROM membership WHERE list_id = ANY($${values.push(lists)}::uuid[])`;
  const matching = segments.map(
    (rules) => `SELECT c.id FROM contact c WHERE ${compileRules(rules, { values, now })}`,
  );
  return [members, ...matching].join(' UNION ALL ');
}

/**
 * Notes who is left out by wish or by contact pressure, before the audience is frozen, so that each is
 * decided once. @returns how many by reason; none when nothing was asked for
 */
export async function leaveOut(
  connection: Connection,
  run: TargetedRun,
  { targets, now }: { targets: Targets; now: Date },
): Promise<Record<string, number>> {
  const excluded = await leaveOutExcluded(connection, run, { targets, now });
  const resting = await leaveOutResting(connection, run, { targets, now });
  const pressed = await leaveOutPressed(connection, run, { targets, now });
  return { ...(excluded && { excluded }), ...resting, ...(pressed && { 'contact pressure': pressed }) };
}

interface Asked {
  targets: Targets;
  now: Date;
}

async function leaveOutExcluded(connection: Connection, run: TargetedRun, asked: Asked): Promise<number> {
  const { excludeLists = [], excludeSegments = [] } = asked.targets;
  if (!excludeLists.length && !excludeSegments.length) return 0;
  const values: unknown[] = [run.id];
  const wanted = contactsOf(asked.targets, values, asked.now);
  const unwanted = contactsOf({ lists: excludeLists, segments: excludeSegments }, values, asked.now);
  const { rowCount } = await connection.query(
    `INSERT INTO run_left_out (run, contact_id, reason)
     SELECT DISTINCT $1::bigint, w.contact_id, 'excluded' FROM (${wanted}) w
      WHERE w.contact_id IN (${unwanted})`,
    values,
  );
  return rowCount ?? 0;
}

/**
 * Who paused, and who wants fewer and had one: `contacts_at_rest` in the database says who. Runs that start
 * at the same time take turns here too.
 */
async function leaveOutResting(
  connection: Connection,
  run: TargetedRun,
  asked: Asked,
): Promise<Record<string, number>> {
  if (run.purpose === TRANSACTIONAL || !(await anybodyRests(connection, asked.now))) return {};
  await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('contact.pressure', 0))");
  const values: unknown[] = [run.id, run.channel, asked.now, TRANSACTIONAL];
  const wanted = contactsOf(asked.targets, values, asked.now);
  const { rows } = await connection.query(
    `WITH resting AS MATERIALIZED (SELECT * FROM contacts_at_rest($2, $3, $4, $1)), noted AS (
       INSERT INTO run_left_out (run, contact_id, reason)
       SELECT DISTINCT $1::bigint, w.contact_id, r.reason FROM (${wanted}) w JOIN resting r USING (contact_id)
       ON CONFLICT (run, contact_id) DO NOTHING RETURNING reason
     ) SELECT reason, count(*)::int AS n FROM noted GROUP BY reason ORDER BY reason`,
    values,
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}

async function anybodyRests(connection: Connection, now: Date): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT EXISTS (SELECT FROM contact WHERE frequency IS NOT NULL)
         OR EXISTS (SELECT FROM contact WHERE paused_until > $1) AS yes`,
    [now],
  );
  return rows[0].yes;
}

/**
 * Counts what runs of these days took on, from the deliveries themselves: a table of counts would cost
 * every freeze a second million rows, and would have to follow failures and cancellations. Runs that
 * start at the same time take turns, so that each sees the other's.
 */
async function leaveOutPressed(connection: Connection, run: TargetedRun, asked: Asked): Promise<number> {
  const limit = run.purpose === TRANSACTIONAL ? null : await currentPressure(connection);
  if (!limit) return 0;
  await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('contact.pressure', 0))");
  const since = new Date(asked.now.getTime() - limit.days * 86_400_000);
  const values: unknown[] = [run.id, run.channel, since, limit.messages, TRANSACTIONAL];
  const wanted = contactsOf(asked.targets, values, asked.now);
  const { rowCount } = await connection.query(pressed(wanted), values);
  return rowCount ?? 0;
}

/**
 * A mailbox that several share is pressed as a person is. What did not arrive presses nobody.
 * $1 run · $2 channel · $3 since · $4 messages · $5 the purpose that does not count
 */
const pressed = (wanted: string) => `
WITH recent AS MATERIALIZED (
  SELECT d.contact_id, d.address_hash
    FROM run r JOIN delivery d ON d.run = r.id
   WHERE r.id <> $1 AND r.purpose <> $5 AND r.started_at IS NOT NULL
     AND (r.ended_at IS NULL OR r.ended_at > $3)
     AND coalesce(d.at, r.started_at) > $3
     AND d.state NOT IN ('failed', 'bounced', 'skipped', 'cancelled')
), pressed AS (
  SELECT contact_id FROM recent GROUP BY contact_id HAVING count(*) >= $4
  UNION
  SELECT a.contact_id FROM address a
   WHERE a.channel = $2
     AND a.hash IN (SELECT address_hash FROM recent GROUP BY address_hash HAVING count(*) >= $4)
)
INSERT INTO run_left_out (run, contact_id, reason)
SELECT DISTINCT $1::bigint, w.contact_id, 'contact pressure' FROM (${wanted}) w
 WHERE w.contact_id IN (SELECT contact_id FROM pressed)
ON CONFLICT (run, contact_id) DO NOTHING`;
