import { audit } from '../access/audit.ts';
import { personal as access } from '../access/personal.ts';
import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import { addressesOf, personal as contacts, contactsAt, requireContact } from '../contacts/personal.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { personal as deliveries, deliveriesTo } from '../deliveries/personal.ts';
import { Refusal } from '../errors.ts';
import { takeErasure } from '../giving/erasure-requests.ts';
import { personal as giving } from '../giving/personal.ts';
import type { Ground } from '../ground.ts';
import { personal as links } from '../links/personal.ts';
import { personal as pages } from '../pages/personal.ts';
import type { Person, PersonalPart } from '../personal.ts';
import { say } from '../say.ts';

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
    await eraseEverywhere(connection, id, actor);
  });
}

async function eraseEverywhere(connection: Connection, id: string, actor: string): Promise<void> {
  const person = await findPerson(connection, id);
  for (const part of personalParts) await part.erase(connection, person);
  await audit(connection, { actor, action: 'contact.erased', subjectType: 'contact', subjectId: id });
}

/**
 * Does what somebody asked for on a donor's own page: erases the contact whose mailbox it is, or, where
 * there is none or the mailbox is shared, what was given by it. What the tax law wants stays.
 *
 * @throws Refusal (404) when no such request waits, (409) while a monthly gift goes on
 */
export async function eraseAsAsked(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  request: string,
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const email = await takeErasure(connection, {
      ...{ id: request, actor, now: clock.now(), outcome: 'erased' },
    });
    if (!email) throw new Refusal(say`No such wish to be erased waits.`, 404);
    const people = await contactsAt(connection, { channel: EMAIL_CHANNEL, value: email });
    if (people[0] && people.length === 1) await eraseEverywhere(connection, people[0].id, actor);
    else await giving.erase(connection, await giverAlone(connection, request, email));
    const subject = { subjectType: 'erasure-request', subjectId: request };
    await audit(connection, { actor, action: 'erasure.done', ...subject });
  });
}

/** A person of whom nothing is known but a mailbox. @param id that no contact has */
async function giverAlone(connection: Connection, id: string, value: string): Promise<Person> {
  const { rows } = await connection.query<{ hash: string }>("SELECT address_hash('email', $1) AS hash", [
    value,
  ]);
  const address = { channel: EMAIL_CHANNEL, value, hash: rows[0]?.hash ?? '', shared: false };
  return { contactId: id, addresses: [address], deliveries: [] };
}

async function findPerson(sql: Queryable, id: string): Promise<Person> {
  const contactId = await requireContact(sql, id);
  return {
    contactId,
    addresses: await addressesOf(sql, contactId),
    deliveries: await deliveriesTo(sql, contactId),
  };
}
