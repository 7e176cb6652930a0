import type { Connection, Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { ownHashes, type Person, type PersonalPart } from '../personal.ts';
import { say } from '../say.ts';
import { OWN_WAYS } from './preferences.ts';

/** All that this domain keeps about one contact, and its removal. */
export const personal: PersonalPart = {
  tables: [
    ...['contact', 'address', 'consent', 'consent_event', 'membership', 'suppression'],
    ...['subscription', 'merged_contact', 'told_apart'],
  ],
  export: exportContact,
  erase: eraseContact,
};

async function exportContact(sql: Queryable, { contactId }: Person): Promise<Record<string, unknown>> {
  const of = (select: string) => sql.query(select, [contactId]).then(({ rows }) => rows);
  const [contact] = await of(
    `SELECT id, name, language, kind, district, attributes, frequency, paused_until, created_at, updated_at
       FROM contact WHERE id = $1`,
  );
  return {
    contact,
    addresses: await of(
      'SELECT channel, value, verified_at FROM address WHERE contact_id = $1 ORDER BY channel, value',
    ),
    consents: await of(
      'SELECT channel, purpose, given, basis, proof, at FROM consent WHERE contact_id = $1 ORDER BY channel, purpose',
    ),
    consent_history: await of(
      'SELECT channel, purpose, given, basis, proof, at FROM consent_event WHERE contact_id = $1 ORDER BY at, id',
    ),
    lists: await of(
      'SELECT l.name, m.at FROM membership m JOIN list l ON l.id = m.list_id WHERE m.contact_id = $1 ORDER BY l.name',
    ),
    suppressions: await of(
      `SELECT s.channel, a.value, s.reason, s.source, s.at, s.expires_at FROM suppression s
       JOIN address a ON a.channel = s.channel AND a.hash = s.hash WHERE a.contact_id = $1 ORDER BY 1, 2`,
    ),
    merged_from: await of('SELECT id, at FROM merged_contact WHERE into_id = $1 ORDER BY at'),
  };
}

/**
 * Removes a contact with addresses, memberships, consents and their history. A withdrawal is not
 * forgotten (docs/decisions/2026-11-22-what-erasure-keeps.md): its proof stays without the person, and an
 * address of theirs alone is suppressed by its hash. An address that another contact of the household
 * has too stays readable for that one.
 */
async function eraseContact(sql: Connection, person: Person): Promise<void> {
  const { contactId } = person;
  await suppressWithdrawn(sql, person);
  await sql.query('UPDATE suppression SET value = NULL WHERE hash = ANY($1::uuid[])', [ownHashes(person)]);
  await reduceHistory(sql, person);
  await sql.query('DELETE FROM subscription WHERE contact_id = $1 OR address_hash = ANY($2::uuid[])', [
    contactId,
    ownHashes(person),
  ]);
  await sql.query('DELETE FROM contact WHERE id = $1', [contactId]);
}

const suppressWithdrawn = (sql: Connection, person: Person) =>
  sql.query(
    `INSERT INTO suppression (channel, hash, reason, source)
     SELECT a.channel, a.hash, 'unsubscribed', 'erasure' FROM address a
      WHERE a.contact_id = $1 AND a.hash = ANY($2::uuid[]) AND EXISTS (
        SELECT FROM consent k WHERE k.contact_id = $1 AND k.channel = a.channel AND NOT k.given)
     ON CONFLICT (channel, hash) DO UPDATE SET expires_at = NULL`,
    [person.contactId, ownHashes(person)],
  );

/**
 * Of the history stays when what was withdrawn for which address, by its hash, and no words that staff
 * wrote. Rows are taken out and put in, since the application may not change one.
 */
async function reduceHistory(sql: Connection, { contactId, addresses }: Person): Promise<void> {
  await sql.query(
    `WITH gone AS (DELETE FROM consent_event WHERE contact_id = $1 RETURNING *)
     INSERT INTO consent_event (contact_id, channel, purpose, given, basis, proof, at)
     SELECT contact_id, channel, purpose, given, CASE WHEN basis = ANY($3) THEN basis ELSE 'withdrawn' END,
            jsonb_build_object('addresses', $2::jsonb), at
       FROM gone WHERE NOT given ORDER BY id`,
    [contactId, JSON.stringify(addresses.map(({ hash }) => hash)), OWN_WAYS],
  );
}

/** A person's addresses, and which of them others of the household have too. */
export async function addressesOf(sql: Queryable, contactId: string): Promise<Person['addresses']> {
  const { rows } = await sql.query(
    `SELECT a.channel, a.value, a.hash, EXISTS (
              SELECT FROM address o WHERE o.hash = a.hash AND o.contact_id <> a.contact_id) AS shared
       FROM address a WHERE a.contact_id = $1 ORDER BY a.channel, a.value`,
    [contactId],
  );
  return rows;
}

/**
 * The id under which a contact is kept: its own, or the one that it was merged into.
 * @throws Refusal for what is no id, or (404) when there is no such contact
 */
export async function requireContact(sql: Queryable, id: string): Promise<string> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw new Refusal(say`"${id.slice(0, 50)}" is not the id of a contact, which is 36 characters long.`);
  }
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM contact WHERE id = coalesce((SELECT into_id FROM merged_contact WHERE id = $1), $1)',
    [id],
  );
  if (rows[0]) return rows[0].id;
  throw new Refusal(say`There is no contact ${id}. It may have been erased already.`, 404);
}

/**
 * Contacts at an address: several where a household shares it.
 * @param address normalised, as `readAddress` returns it
 */
export async function contactsAt(
  sql: Queryable,
  address: { channel: string; value: string },
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query(
    `SELECT c.id, c.name FROM contact c JOIN address a ON a.contact_id = c.id
     WHERE a.channel = $1 AND a.value = $2 ORDER BY c.id`,
    [address.channel, address.value],
  );
  return rows;
}
