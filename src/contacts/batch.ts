import type { Connection } from '../db.ts';
import { EMAIL_CHANNEL, PHONE_CHANNEL } from './addresses.ts';
import type { Row } from './csv/rows.ts';
import { type Fold, foldRows, type Outcome, type Person } from './duplicates.ts';
import { newId } from './ids.ts';

/** One batch of an import. */
export interface Batch {
  rows: Row[];
  importId: string;
  fileName: string;
  listIds: string[];
  purpose: string;
  basis: string;
  /** Whether the stated basis covers text messages too. */
  sms: boolean;
  fillOnly: boolean;
  now: Date;
}

export interface BatchFigures extends Record<Outcome, number> {
  /** Rows with an address that is suppressed. */
  suppressed: number;
  /** New memberships. */
  listed: number;
  /** New consents. */
  consented: number;
  /** Consents that the rows state and that were withdrawn before, which stays so. */
  withdrawn: number;
}

/**
 * Writes a batch in the caller's transaction: contacts, addresses, consents, memberships, set by set.
 * Batches of all imports come one after the other, so that two files cannot both make one contact.
 */
export async function writeBatch(sql: Connection, batch: Batch): Promise<BatchFigures> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('contacts.import', 0))");
  const known = await loadKnown(sql, batch.rows);
  const fold = foldRows(batch.rows, { known, newId, fillOnly: batch.fillOnly });
  await writeContacts(sql, fold, batch.now);
  const consents = await writeConsents(sql, batch, fold);
  return {
    ...tally(fold),
    ...consents,
    listed: await writeMemberships(sql, batch, fold),
    suppressed: await countSuppressed(sql, batch.rows),
  };
}

/** Contacts at any address of the rows, oldest first, locked so that nobody changes them meanwhile. */
async function loadKnown(sql: Connection, rows: Row[]): Promise<Person[]> {
  const { rows: known } = await sql.query<Person>(KNOWN, [
    ...[EMAIL_CHANNEL, PHONE_CHANNEL, given(rows, 'email'), given(rows, 'phone')],
  ]);
  return known;
}

/**
 * One look into the index for each address (OFFSET 0 keeps them apart): asked for a thousand at once,
 * Postgres 15 prefers the index of trigrams, which takes half a minute where addresses are alike.
 * $1 e-mail channel · $2 phone channel · $3 e-mail addresses · $4 phone numbers
 */
export const KNOWN = `SELECT c.id, c.name, coalesce(c.language, '') AS language, c.kind::text AS kind,
            coalesce(c.district, '') AS district, c.attributes,
            ARRAY(SELECT a.value FROM address a WHERE a.contact_id = c.id AND a.channel = $1 ORDER BY a.id) AS emails,
            ARRAY(SELECT a.value FROM address a WHERE a.contact_id = c.id AND a.channel = $2 ORDER BY a.id) AS phones,
            ARRAY(SELECT m.name FROM merged_contact m WHERE m.into_id = c.id) AS aliases
     FROM contact c
     WHERE c.id IN (
       SELECT one.contact_id FROM unnest($3::text[]) AS given(value), LATERAL (
         SELECT contact_id FROM address WHERE channel = $1 AND value = given.value OFFSET 0) AS one
       UNION SELECT one.contact_id FROM unnest($4::text[]) AS given(value), LATERAL (
         SELECT contact_id FROM address WHERE channel = $2 AND value = given.value OFFSET 0) AS one)
     ORDER BY c.id FOR UPDATE OF c`;

const given = (rows: Row[], field: 'email' | 'phone') => rows.map((row) => row[field]).filter(Boolean);

async function writeContacts(sql: Connection, { created, updated }: Fold, now: Date): Promise<void> {
  const record = `AS p(id uuid, name text, language text, kind contact_kind, district text, attributes jsonb)`;
  await sql.query(
    `INSERT INTO contact (id, name, language, kind, district, attributes, created_at, updated_at)
     SELECT id, name, nullif(language, ''), kind, nullif(district, ''), attributes, $2, $2
     FROM jsonb_to_recordset($1) ${record}`,
    [JSON.stringify(created), now],
  );
  await sql.query(
    `UPDATE contact c SET name = p.name, language = nullif(p.language, ''), kind = p.kind,
            district = nullif(p.district, ''), attributes = p.attributes, updated_at = $2
     FROM jsonb_to_recordset($1) ${record} WHERE c.id = p.id`,
    [JSON.stringify(updated), now],
  );
  await writeAddresses(sql, [...created, ...updated]);
}

async function writeAddresses(sql: Connection, people: Person[]): Promise<void> {
  const addresses = people.flatMap((person) => [
    ...person.emails.map((value) => ({ id: newId(), contact: person.id, channel: EMAIL_CHANNEL, value })),
    ...person.phones.map((value) => ({ id: newId(), contact: person.id, channel: PHONE_CHANNEL, value })),
  ]);
  await sql.query(
    `INSERT INTO address (id, contact_id, channel, value)
     SELECT id, contact, channel, value FROM jsonb_to_recordset($1) AS a(id uuid, contact uuid, channel text, value text)
     ON CONFLICT (contact_id, channel, value) DO NOTHING`,
    [JSON.stringify(addresses)],
  );
}

/** What stands already stays as it is: a consent with its first proof, and above all a withdrawal. */
async function writeConsents(
  sql: Connection,
  batch: Batch,
  { results }: Fold,
): Promise<Pick<BatchFigures, 'consented' | 'withdrawn'>> {
  const stated = results.flatMap(({ person }, i) => {
    const row = batch.rows[i] as Row;
    const channels = [row.email && EMAIL_CHANNEL, row.phone && batch.sms && PHONE_CHANNEL].filter(Boolean);
    return channels.map((channel) => ({ contact: person.id, channel, line: row.line }));
  });
  const { rows } = await sql.query(
    `WITH stated AS (
       SELECT DISTINCT ON (contact, channel) contact, channel, line
       FROM jsonb_to_recordset($1) AS s(contact uuid, channel text, line int) ORDER BY contact, channel, line
     ), added AS (
       INSERT INTO consent (contact_id, channel, purpose, given, basis, proof, at)
       SELECT contact, channel, $2, true, $3,
              jsonb_build_object('import', $4::text, 'file', $5::text, 'row', line), $6
       FROM stated ON CONFLICT (contact_id, channel, purpose) DO NOTHING RETURNING 1
     )
     SELECT (SELECT count(*) FROM added)::int AS consented,
            (SELECT count(*) FROM stated s JOIN consent c
               ON c.contact_id = s.contact AND c.channel = s.channel AND c.purpose = $2 AND NOT c.given)::int AS withdrawn`,
    [JSON.stringify(stated), batch.purpose, batch.basis, batch.importId, batch.fileName, batch.now],
  );
  return rows[0];
}

async function writeMemberships(sql: Connection, batch: Batch, { results }: Fold): Promise<number> {
  if (!batch.listIds.length) return 0;
  const { rowCount } = await sql.query(
    `INSERT INTO membership (list_id, contact_id, at)
     SELECT l, c, $3 FROM unnest($1::uuid[]) l CROSS JOIN (SELECT DISTINCT unnest($2::uuid[]) c) people
     ON CONFLICT (list_id, contact_id) DO NOTHING`,
    [batch.listIds, results.map(({ person }) => person.id), batch.now],
  );
  return rowCount ?? 0;
}

async function countSuppressed(sql: Connection, rows: Row[]): Promise<number> {
  const { rows: counted } = await sql.query(
    `SELECT count(*)::int AS n FROM unnest($1::text[], $2::text[]) AS r(email, phone)
     WHERE EXISTS (SELECT FROM suppression s
       WHERE (s.channel, s.hash) IN ((($3::text), address_hash($3, r.email)), (($4::text), address_hash($4, r.phone)))
         AND (s.expires_at IS NULL OR s.expires_at > now()))`,
    [rows.map((row) => row.email), rows.map((row) => row.phone), EMAIL_CHANNEL, PHONE_CHANNEL],
  );
  return counted[0].n;
}

function tally({ results }: Fold): Record<Outcome, number> {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
