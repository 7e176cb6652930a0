import { expect, it } from 'vitest';
import { erasePerson, exportPerson } from '../../../src/campaigns/persons.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import {
  createList,
  ensureList,
  findList,
  joinList,
  leaveList,
  listLists,
} from '../../../src/contacts/lists.ts';
import { contactsAt } from '../../../src/contacts/personal.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();

async function addContact(name: string, emails: string[]): Promise<string> {
  const addresses = { create: emails.map((value) => ({ channel: 'email', value })) };
  const { id } = await ground.db.contact.create({ data: { name, addresses, attributes: { ward: '7' } } });
  await setConsent(ground.sql, {
    contactId: id,
    channel: 'email',
    purpose: 'appeals',
    given: true,
    basis: 'form',
  });
  return id;
}

it('hands over all that is kept about a person, then erases it but for the hash of a suppression', async () => {
  const list = await ensureList(ground.sql, 'Donors');
  const ravi = await addContact('Ravi', ['ravi@a.example', 'home@a.example']);
  const devi = await addContact('Devi', ['home@a.example']);
  await joinList(ground.sql, list, [ravi, devi]);
  for (const value of ['ravi@a.example', 'home@a.example']) {
    await suppress(ground.sql, { channel: 'email', value, reason: 'complaint', source: 'test' });
  }
  expect(await exportPerson(ground, ravi)).toMatchObject({
    contact: { name: 'Ravi', attributes: { ward: '7' } },
    addresses: [{ value: 'home@a.example' }, { value: 'ravi@a.example' }],
    consents: [{ purpose: 'appeals', given: true }],
    consent_history: [{ basis: 'form' }],
    lists: [{ name: 'Donors' }],
    suppressions: [{ value: 'home@a.example' }, { value: 'ravi@a.example' }],
  });

  await erasePerson(ground, ravi, 'cli:test');
  await expect(exportPerson(ground, ravi)).rejects.toThrow(/There is no contact/);
  expect(await ground.db.address.count({ where: { contactId: ravi } })).toBe(0);
  expect(await ground.db.consentEvent.count({ where: { contactId: ravi } })).toBe(0);
  const kept = await ground.db.suppression.findMany({ orderBy: { value: 'asc' } });
  expect(kept.map((row) => row.value)).toEqual(['home@a.example', null]); // Devi's mailbox too
  expect(await listLists(ground.sql)).toMatchObject([{ name: 'Donors', members: 1 }]);
  expect(await contactsAt(ground.sql, { channel: 'email', value: 'home@a.example' })).toEqual([
    { id: devi, name: 'Devi' },
  ]);
  const [entry] = await ground.db.auditEntry.findMany({ where: { subjectId: ravi } });
  expect(entry).toMatchObject({ action: 'contact.erased', actor: 'cli:test', before: null });
});

it('says that there is no such contact, or that this is no id', async () => {
  await expect(erasePerson(ground, '01920000-0000-7000-8000-000000000000', 'cli:test')).rejects.toThrow(
    /no contact 0192/,
  );
  await expect(erasePerson(ground, "x' OR 1", 'cli:test')).rejects.toThrow(/is not the id of a contact/);
});

it('makes a list once, finds it by its name, and counts who joined and left', async () => {
  const { id } = await createList(ground.sql, ' Onam  2026 ');
  await expect(createList(ground.sql, 'Onam 2026')).rejects.toThrow(/already/);
  expect(await ensureList(ground.sql, 'Onam 2026')).toBe(id);
  expect(await findList(ground.sql, 'Onam 2026')).toBe(id);
  await expect(findList(ground.sql, 'Vishu')).rejects.toThrow(/no list "Vishu".*"Onam 2026"/);
  await expect(createList(ground.sql, ' ')).rejects.toThrow(/needs a name/);
  const lata = await addContact('Lata', ['lata@a.example']);
  expect(await joinList(ground.sql, id, [lata, lata])).toBe(1);
  expect(await joinList(ground.sql, id, [lata])).toBe(0);
  expect(await leaveList(ground.sql, id, [lata])).toBe(1);
});
