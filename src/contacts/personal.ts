import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';

type Part = Pick<Ground, 'sql'>;

/** All that this domain keeps about one contact, and its removal. */
export const personal = { export: exportContact, erase: eraseContact };

/** What is known about a person, as it is handed to them. */
export interface ContactExport {
  contact: Record<string, unknown>;
  addresses: Record<string, unknown>[];
  consents: Record<string, unknown>[];
  consent_history: Record<string, unknown>[];
  lists: Record<string, unknown>[];
  suppressions: Record<string, unknown>[];
}

/** @throws Refusal (404) when there is no such contact */
async function exportContact({ sql }: Part, contactId: string): Promise<ContactExport> {
  requireId(contactId);
  const of = (select: string) => sql.query(select, [contactId]).then(({ rows }) => rows);
  const [contact] = await of(
    'SELECT id, name, language, kind, district, attributes, created_at, updated_at FROM contact WHERE id = $1',
  );
  return {
    contact: found(contact, unknownContact(contactId)),
    addresses: await of(
      'SELECT channel, value, verified_at FROM address WHERE contact_id = $1 ORDER BY channel, value',
    ),
    consents: await of(
      'SELECT channel, purpose, given, basis, proof, at FROM consent WHERE contact_id = $1 ORDER BY channel, purpose',
    ),
    consent_history: await of(
      'SELECT channel, purpose, given, basis, proof, at FROM consent_event WHERE contact_id = $1 ORDER BY id',
    ),
    lists: await of(
      'SELECT l.name, m.at FROM membership m JOIN list l ON l.id = m.list_id WHERE m.contact_id = $1 ORDER BY l.name',
    ),
    suppressions: await of(
      `SELECT s.channel, a.value, s.reason, s.source, s.at, s.expires_at FROM suppression s
       JOIN address a ON a.channel = s.channel AND a.hash = s.hash WHERE a.contact_id = $1 ORDER BY 1, 2`,
    ),
  };
}

/**
 * Removes a contact with addresses, memberships, consents and their history. Suppressions of addresses
 * stay by their hash alone, so that nobody writes there again. An address that another contact of the
 * household has too stays readable for that one.
 * @throws Refusal (404) when there is no such contact
 */
async function eraseContact({ sql }: Part, contactId: string, actor = 'system'): Promise<void> {
  requireId(contactId);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query('SELECT FROM contact WHERE id = $1 FOR UPDATE', [contactId]);
    if (!rowCount) throw new Refusal(unknownContact(contactId), 404);
    await forgetSuppressedAddresses(connection, contactId);
    await connection.query('DELETE FROM contact WHERE id = $1', [contactId]);
    await connection.query('DELETE FROM consent_event WHERE contact_id = $1', [contactId]);
    await audit(connection, {
      ...{ actor, action: 'contact.erased', subjectType: 'contact', subjectId: contactId },
    });
  });
}

const forgetSuppressedAddresses = (sql: Connection, contactId: string) =>
  sql.query(
    `UPDATE suppression s SET value = NULL FROM address a
     WHERE a.contact_id = $1 AND s.channel = a.channel AND s.hash = a.hash AND NOT EXISTS (
       SELECT FROM address other
       WHERE other.channel = a.channel AND other.value = a.value AND other.contact_id <> $1)`,
    [contactId],
  );

/**
 * Contacts at an address: several where a household shares it.
 * @param address normalised, as `readAddress` returns it
 */
export async function contactsAt(
  { sql }: Part,
  address: { channel: string; value: string },
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query(
    `SELECT c.id, c.name FROM contact c JOIN address a ON a.contact_id = c.id
     WHERE a.channel = $1 AND a.value = $2 ORDER BY c.id`,
    [address.channel, address.value],
  );
  return rows;
}

const unknownContact = (id: string) => `There is no contact ${id}. It may have been erased already.`;

function requireId(id: string): void {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return;
  throw new Refusal(`"${id.slice(0, 50)}" is not the id of a contact, which is 36 characters long.`);
}
