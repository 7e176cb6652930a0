import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { erasePerson } from '../../../src/campaigns/persons.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import { importContacts } from '../../../src/contacts/import.ts';
import { findList } from '../../../src/contacts/lists.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { mergeContacts } from '../../../src/deliveries/merge.ts';
import { testGround } from '../../support/ground.ts';
import { contents, plannedRun } from '../../support/people.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-withdrawn-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() =>
  ground.sql.query('TRUNCATE contact, list, suppression, contact_import, consent_event CASCADE'),
);

async function importSheet(rows: string) {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, `name,email\n${rows}\n`);
  return importContacts(ground, { file, lists: ['Donors'], purpose: 'appeals', basis: 'paper forms' });
}
const ids = async () => (await ground.db.contact.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
const withdraw = (contactId: string) =>
  setConsent(ground.sql, {
    ...{ contactId, channel: 'email', purpose: 'appeals', given: false, basis: 'letter' },
  });
const reached = async () => {
  const lists = [await findList(ground.sql, 'Donors')];
  return (await freezeRun(ground, await plannedRun(ground), { lists, fallback: ['en'], contents })).total;
};

it('the sheet imported again does not bring back who withdrew and was merged', async () => {
  const sheet = 'Sreeja Nair,s@sheet.example\nSreeja N,s@sheet.example';
  await importSheet(sheet);
  const [keep, drop] = (await ids()) as [string, string];
  await withdraw(keep);
  await mergeContacts(ground, { keep, drop }, 'test');
  await importSheet(`${sheet}\n`);
  expect(await ids()).toEqual([keep]);
  expect(await reached()).toBe(0);
});

it('the sheet imported again does not bring back who withdrew and was erased', async () => {
  const sheet = 'Ravi,r@sheet.example';
  await importSheet(sheet);
  const [ravi] = (await ids()) as [string];
  await withdraw(ravi);
  await erasePerson(ground, ravi, 'test');
  expect(await importSheet(`${sheet}\n`)).toMatchObject({ created: 1, suppressed: 1 });
  expect(await reached()).toBe(0);
});

it('who never withdrew and was erased may be imported again', async () => {
  await importSheet('Devi,d@sheet.example');
  await erasePerson(ground, (await ids())[0] as string, 'test');
  await importSheet('Devi,d@sheet.example\n');
  expect(await reached()).toBe(1);
});
