import { audit } from '../access/audit.ts';
import { personal as access } from '../access/personal.ts';
import { addressesOf, personal as contacts, requireContact } from '../contacts/personal.ts';
import { type Queryable, transaction } from '../db.ts';
import { personal as deliveries, deliveriesTo } from '../deliveries/personal.ts';
import { personal as giving } from '../giving/personal.ts';
import type { Ground } from '../ground.ts';
import { personal as links } from '../links/personal.ts';
import { personal as pages } from '../pages/personal.ts';
import type { Person, PersonalPart } from '../personal.ts';

/**
 * Every domain's part, in the order of erasing: what hangs on a contact goes before it. A test finds the
 * tables that hold a contact or an address and that nobody claims here.
 */
export const personalParts: PersonalPart[] = [pages, giving, deliveries, links, access, contacts];

/**
 * All that is kept about one person, through every domain.
 * @throws Refusal (404) when there is no such contact
 */
export async function exportPerson(
  { sql }: Pick<Ground, 'sql'>,
  contactId: string,
): Promise<Record<string, unknown>> {
  const person = await findPerson(sql, contactId);
  const parts: Record<string, unknown>[] = [];
  for (const part of personalParts.toReversed()) parts.push(await part.export(sql, person));
  return Object.assign({}, ...parts);
}

/**
 * Erases one person through every domain, all or nothing. What is on the wire arrives; what is planned is
 * skipped by the claim. Files that staff exported or that an import rejected are theirs to delete.
 * @throws Refusal (404) when there is no such contact
 */
export async function erasePerson(
  { sql }: Pick<Ground, 'sql'>,
  contactId: string,
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const id = await requireContact(connection, contactId);
    await connection.query('SELECT FROM contact WHERE id = $1 FOR UPDATE', [id]);
    const person = await findPerson(connection, id);
    for (const part of personalParts) await part.erase(connection, person);
    await audit(connection, { actor, action: 'contact.erased', subjectType: 'contact', subjectId: id });
  });
}

async function findPerson(sql: Queryable, id: string): Promise<Person> {
  const contactId = await requireContact(sql, id);
  return {
    contactId,
    addresses: await addressesOf(sql, contactId),
    deliveries: await deliveriesTo(sql, contactId),
  };
}
