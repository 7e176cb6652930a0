import type { Connection, Queryable } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { digestOf, READ_AT_ONCE } from './digest.ts';
import { languageOf } from './language.sql.ts';
import type { TargetedRun } from './left-out.ts';
import { type RunState, runWords } from './states.ts';

/** A run whose receivers are the audience of another. */
export interface Correction {
  run: bigint;
  /** Those too of whom it is not known whether they received it. */
  unknown: boolean;
}

interface Correcting {
  corrects: Correction;
  now: Date;
  /** Languages with a text, the one to fall back on first. */
  written: string[];
}

/**
 * The audience of a correction: the very mailboxes that received a run, in the language in which they
 * received it, whatever lists their contacts are on now. Law 4 holds: who withdrew or was suppressed
 * since is left out, and so is who paused or was erased. Contact pressure does not hold, nor how many
 * mails somebody wants: whoever was told something wrong is owed the correction. It counts against what
 * comes after it.
 * @throws Refusal (404, 409) when there is no such run, or it may still reach others
 */
export async function insertReceivers(
  connection: Connection,
  run: TargetedRun,
  { corrects, written, now }: Correcting,
): Promise<number> {
  await requireEnded(connection, corrects.run);
  const values = [run.id, run.channel, run.purpose, written, written[0], corrects.run];
  const { rowCount } = await connection.query(RECEIVERS, [...values, receivedStates(corrects), now]);
  return rowCount ?? 0;
}

/** Why receivers of the corrected run are not written to, each noted. */
export async function noteUnreached(
  connection: Connection,
  run: TargetedRun,
  { corrects, now }: Omit<Correcting, 'written'>,
): Promise<Record<string, number>> {
  const values = [run.id, run.channel, run.purpose, corrects.run, receivedStates(corrects), now];
  const { rows } = await connection.query(UNREACHED, values);
  return Object.fromEntries(rows.map((row) => [row.reason, row.n]));
}

/** In how many deliveries of each language a run arrived. */
export async function receivedIn(
  sql: Pick<Connection, 'query'>,
  corrects: Correction,
): Promise<Record<string, number>> {
  const { rows } = await sql.query(
    `SELECT language, count(*)::int AS n FROM delivery
      WHERE run = $1 AND state = ANY ($2::delivery_state[]) GROUP BY language ORDER BY n DESC, language`,
    [corrects.run, receivedStates(corrects)],
  );
  return Object.fromEntries(rows.map((row) => [row.language, row.n]));
}

/** The same at once for a run of any size: of a large one as it was last counted. */
export async function receivedLately(
  sql: Queryable,
  corrects: Correction,
  few = READ_AT_ONCE,
): Promise<Record<string, number>> {
  const digest = await digestOf(sql, corrects.run, few);
  if (!digest) return receivedIn(sql, corrects);
  const counts: Record<string, number> = {};
  for (const { state, language, n } of digest.alike)
    if (receivedStates(corrects).includes(state)) counts[language] = (counts[language] ?? 0) + n;
  return Object.fromEntries(Object.entries(counts).sort(([, one], [, other]) => other - one));
}

/**
 * Keeps the corrected run from going on until the transaction ends.
 * @throws Refusal (404, 409) when there is no such run, or it may still reach others
 */
export async function requireEnded(connection: Connection, run: bigint): Promise<void> {
  const { rows } = await connection.query('SELECT state, started_at FROM run WHERE id = $1 FOR SHARE', [run]);
  const { state, started_at } = found(rows[0], say`There is no run ${run}.`);
  if (!started_at) throw new Refusal(say`Run ${run} has reached nobody; there is nothing to correct.`, 409);
  if (['paused', 'finished', 'cancelled'].includes(state)) return;
  throw new Refusal(
    say`Run ${run} is ${runWords[state as RunState]} and reaches more people yet. Pause or cancel it, so that its correction misses nobody.`,
    409,
  );
}

/** Who complained had received it; they are suppressed, and the report says so. */
const receivedStates = ({ unknown }: Correction): string[] => [
  ...['sent', 'complained'],
  ...(unknown ? ['unknown'] : []),
];

const SUPPRESSED = `EXISTS (
  SELECT FROM suppression s WHERE s.channel = a.channel AND s.hash = a.hash
     AND (s.expires_at IS NULL OR s.expires_at > now()))`;

/** $1 run · $2 channel · $3 purpose · $4 languages with a text · $5 fallback · $6 corrected run · $7 states · $8 now */
const RECEIVERS = `
INSERT INTO delivery (run, seq, contact_id, address_hash, language)
SELECT $1, row_number() OVER (), d.contact_id, d.address_hash,
       ${languageOf('d.language', { written: '$4', fallback: '$5' })}
  FROM delivery d
  JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash AND a.channel = $2
  JOIN contact c ON c.id = d.contact_id AND (c.paused_until IS NULL OR c.paused_until <= $8)
  JOIN consent k ON k.contact_id = d.contact_id AND k.channel = $2 AND k.purpose = $3 AND k.given
 WHERE d.run = $6 AND d.state = ANY ($7::delivery_state[]) AND NOT ${SUPPRESSED}`;

/** $1 run · $2 channel · $3 purpose · $4 corrected run · $5 states · $6 now */
const UNREACHED = `
WITH noted AS (
  INSERT INTO run_left_out (run, nth, contact_id, reason)
  SELECT $1::bigint, row_number() OVER (), contact_id, reason FROM (
  SELECT DISTINCT ON (d.contact_id) d.contact_id,
         CASE WHEN c.id IS NULL THEN 'erased'
              WHEN a.id IS NULL THEN 'no address'
              WHEN k.contact_id IS NULL THEN 'no consent'
              WHEN c.paused_until > $6 THEN 'paused'
              ELSE 'suppressed' END AS reason
    FROM delivery d
    LEFT JOIN contact c ON c.id = d.contact_id
    LEFT JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash AND a.channel = $2
    LEFT JOIN consent k ON k.contact_id = d.contact_id AND k.channel = $2 AND k.purpose = $3 AND k.given
   WHERE d.run = $4 AND d.state = ANY ($5::delivery_state[])
     AND NOT EXISTS (SELECT FROM delivery n WHERE n.run = $1 AND n.address_hash = d.address_hash)) AS unreached
  RETURNING reason
)
SELECT reason, count(*)::int AS n FROM noted GROUP BY reason`;
