import type { Connection } from '../db.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { newId } from './ids.ts';
import { requireContact } from './personal.ts';

/** Two contacts that are one person: which stays, and which goes into it. */
export interface Pair {
  keep: string;
  drop: string;
}

/** A channel and purpose for which a contact may be written to. */
export interface Reach {
  channel: string;
  purpose: string;
}

/**
 * Puts one contact into another, in the caller's transaction. What the kept one says wins; what it lacks
 * is filled. A consent that either has withdrawn is withdrawn. The kept one's addresses count before those
 * that come, and a consent that could be used only by putting the two together is not carried over: a
 * merge never makes anybody reachable who was not. Takes its turn with imports.
 * @returns the consents that were not carried over
 * @throws Refusal (404) for a contact there is not, (409) when the two are one already
 */
export async function mergeRows(sql: Connection, wish: Pair): Promise<Pair & { notCarried: Reach[] }> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('contacts.import', 0))");
  const pair = { keep: await requireContact(sql, wish.keep), drop: await requireContact(sql, wish.drop) };
  if (pair.keep === pair.drop) throw new Refusal(say`The two are one contact already: ${pair.keep}.`, 409);
  await sql.query('SELECT FROM contact WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [
    [pair.keep, pair.drop],
  ]);
  const before = await reachOf(sql, [pair.keep, pair.drop]);
  await mergeConsents(sql, pair);
  await mergeAddresses(sql, pair);
  await mergeFacts(sql, pair);
  await moveReferences(sql, pair);
  await sql.query('DELETE FROM contact WHERE id = $1', [pair.drop]);
  const gained = (await reachOf(sql, [pair.keep])).filter(
    (after) => !before.some(({ channel, purpose }) => channel === after.channel && purpose === after.purpose),
  );
  for (const { channel, purpose } of gained) {
    await sql.query('DELETE FROM consent WHERE contact_id = $1 AND channel = $2 AND purpose = $3', [
      ...[pair.keep, channel, purpose],
    ]);
  }
  return { ...pair, notCarried: gained };
}

/** By the rule of a run's audience: consent, and an address that counts and is not suppressed. */
async function reachOf(sql: Connection, ids: string[]): Promise<Reach[]> {
  const { rows } = await sql.query<Reach>(
    `SELECT DISTINCT k.channel, k.purpose FROM consent k
       JOIN LATERAL (SELECT * FROM address a WHERE a.contact_id = k.contact_id AND a.channel = k.channel
                      ORDER BY coalesce(a.verified_at, 'infinity'), a.id LIMIT 1) a ON true
      WHERE k.contact_id = ANY($1::uuid[]) AND k.given AND NOT EXISTS (
        SELECT FROM suppression s WHERE s.channel = a.channel AND s.hash = a.hash
           AND (s.expires_at IS NULL OR s.expires_at > now()))`,
    [ids],
  );
  return rows;
}

/** The stricter wins; of two alike the kept one's basis and proof. The histories become one. */
async function mergeConsents(sql: Connection, { keep, drop }: Pair): Promise<void> {
  await sql.query(
    `WITH moved AS (DELETE FROM consent_event WHERE contact_id = $2 RETURNING *)
     INSERT INTO consent_event (contact_id, channel, purpose, given, basis, proof, at)
     SELECT $1, channel, purpose, given, basis, proof, at FROM moved ORDER BY id`,
    [keep, drop],
  );
  await sql.query(
    `INSERT INTO consent AS k (contact_id, channel, purpose, given, basis, proof, at)
     SELECT $1, channel, purpose, given, basis, proof, at FROM consent WHERE contact_id = $2
     ON CONFLICT (contact_id, channel, purpose) DO UPDATE
       SET given = false, basis = excluded.basis, proof = excluded.proof, at = excluded.at
       WHERE k.given AND NOT excluded.given`,
    [keep, drop],
  );
}

/**
 * Addresses that come stand behind those that are there, whatever was verified when: mails go on to the
 * same address as before.
 */
async function mergeAddresses(sql: Connection, { keep, drop }: Pair): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT d.id FROM address d WHERE d.contact_id = $2 AND NOT EXISTS (
       SELECT FROM address k WHERE k.contact_id = $1 AND k.channel = d.channel AND k.value = d.value)
      ORDER BY coalesce(d.verified_at, 'infinity'), d.id`,
    [keep, drop],
  );
  for (const { id } of rows) {
    await sql.query(
      `UPDATE address SET contact_id = $1, id = $3, verified_at = CASE WHEN EXISTS (
           SELECT FROM address k WHERE k.contact_id = $1 AND k.channel = address.channel) THEN NULL ELSE verified_at END
        WHERE id = $2`,
      [keep, id, newId()],
    );
  }
}

/** Of frequency and pause the stricter. */
async function mergeFacts(sql: Connection, { keep, drop }: Pair): Promise<void> {
  await sql.query(
    `UPDATE contact k
        SET name = coalesce(nullif(k.name, ''), d.name), language = coalesce(k.language, d.language),
            district = coalesce(k.district, d.district), attributes = d.attributes || k.attributes,
            frequency = CASE WHEN coalesce(frequency_span(d.frequency), '0') > coalesce(frequency_span(k.frequency), '0')
                             THEN d.frequency ELSE k.frequency END,
            paused_until = greatest(k.paused_until, d.paused_until), created_at = least(k.created_at, d.created_at),
            updated_at = now()
       FROM contact d WHERE k.id = $1 AND d.id = $2`,
    [keep, drop],
  );
  await sql.query(
    `INSERT INTO membership (list_id, contact_id, at) SELECT list_id, $1, at FROM membership WHERE contact_id = $2
     ON CONFLICT (list_id, contact_id) DO NOTHING`,
    [keep, drop],
  );
}

async function moveReferences(sql: Connection, { keep, drop }: Pair): Promise<void> {
  await sql.query('UPDATE merged_contact SET into_id = $1 WHERE into_id = $2', [keep, drop]);
  await sql.query(
    'INSERT INTO merged_contact (id, into_id, name) SELECT id, $1, name FROM contact WHERE id = $2',
    [...[keep, drop]],
  );
  await sql.query('UPDATE subscription SET contact_id = $1 WHERE contact_id = $2', [keep, drop]);
  await sql.query('UPDATE donor SET contact_id = $1 WHERE contact_id = $2', [keep, drop]);
  await sql.query(
    `INSERT INTO told_apart (one_id, other_id)
     SELECT least($1, other), greatest($1, other)
       FROM (SELECT CASE WHEN one_id = $2 THEN other_id ELSE one_id END AS other
               FROM told_apart WHERE $2 IN (one_id, other_id)) t
      WHERE other <> $1 ON CONFLICT DO NOTHING`,
    [keep, drop],
  );
}
