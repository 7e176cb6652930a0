import { readAddress } from '../../src/contacts/addresses.ts';
import { contactsAt, requireContact } from '../../src/contacts/personal.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';

/**
 * The contact that a person at the machine names by id or address.
 * @throws Refusal when nobody or more than one person is there
 */
export async function oneContact({ sql }: Pick<Ground, 'sql'>, who: string): Promise<string> {
  if (/^[0-9a-f-]{36}$/i.test(who)) return requireContact(sql, who);
  const people = await contactsAt(sql, readAddress(who));
  if (people.length === 1) return (people[0] as { id: string }).id;
  if (!people.length) throw new Refusal(`No contact has the address ${who}.`, 404);
  const choices = people.map((person) => `  ${person.id}  ${person.name}`).join('\n');
  throw new Refusal(`Several contacts share ${who}. Name one by its id:\n${choices}`, 409);
}
