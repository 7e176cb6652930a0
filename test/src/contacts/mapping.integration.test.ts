import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ImportRequest, importContacts, previewImport } from '../../../src/contacts/import.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-mapping-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function request(text: string, more: Partial<ImportRequest> = {}): Promise<ImportRequest> {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, text);
  return { file, lists: [], purpose: 'appeals', basis: 'paper forms', ...more };
}

it('takes columns for what it is told, and remembers it for the next file with the same columns', async () => {
  const map = ['Handset=phone', 'Remarks=ignore', 'Where=district'];
  const heads = 'Name,Handset,Remarks,Where\n';
  const preview = await previewImport(
    ground,
    await request(`${heads}Ravi,98765 43210,x,Kollam\nDevi,12,,\n`, { map }),
  );
  expect(preview).toMatchObject({ rows: 2, rejected: 1, problems: [{ line: 3 }], mapping_recalled: false });
  expect(preview.first).toMatchObject([
    { name: 'Ravi', phone: '+919876543210', district: 'Kollam', attributes: {} },
  ]);
  expect(await ground.db.contact.count()).toBe(0);
  expect(await ground.db.contactImport.count()).toBe(0);
  await expect(importContacts(ground, await request(`${heads}Ravi,9876543210,x,\n`))).rejects.toThrow(
    /--map/,
  );

  const first = await importContacts(ground, await request(`${heads}Ravi,9876543210,x,Kollam\n`, { map }));
  expect(first).toMatchObject({ created: 1, mapping_recalled: false });
  const next = await importContacts(ground, await request(`${heads}Devi,9876543211,y,Idukki\n`));
  expect(next).toMatchObject({ created: 1, mapping_recalled: true });
  expect(next.mapping).toContainEqual({ column: 'Handset', as: 'phone' });
  expect(await ground.db.contact.findMany({ where: { name: 'Devi' } })).toMatchObject([
    { district: 'Idukki' },
  ]);
});

it('refuses a mapping of no column, and one without a field', async () => {
  const file = 'email\nr@a.example\n';
  await expect(importContacts(ground, await request(file, { map: ['Tel=phone'] }))).rejects.toThrow(
    /no such column/,
  );
  await expect(importContacts(ground, await request(file, { map: ['email'] }))).rejects.toThrow(
    /COLUMN=FIELD/,
  );
});
