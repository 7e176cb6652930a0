import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConsent } from '../../../src/contacts/consent.ts';
import { type ImportRequest, importContacts } from '../../../src/contacts/import.ts';
import { personal } from '../../../src/contacts/personal.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-import-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() =>
  ground.sql.query('TRUNCATE contact, list, suppression, contact_import, consent_event CASCADE'),
);

async function importText(text: string | Buffer, more: Partial<ImportRequest> = {}) {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, text);
  const request = { file, lists: ['Donors'], purpose: 'appeals', basis: 'paper forms 2026', ...more };
  return importContacts(ground, request);
}

const contacts = () =>
  ground.db.contact.findMany({
    include: { addresses: { orderBy: { value: 'asc' } }, consents: true, memberships: true },
    orderBy: { id: 'asc' },
  });

describe('an import', () => {
  it('makes contacts with addresses, consents with their proof, attributes and a membership', async () => {
    const csv = `\ufeffപേര്,ഇമെയിൽ,ഫോൺ,ഭാഷ,ജില്ല,Ward no.\r\nശ്രീജ മേനോൻ,Sreeja@Kssm.example,98765 43210,മലയാളം,കൊല്ലം,7\r\n`;
    const result = await importText(csv);
    expect(result).toMatchObject({
      rows: 1,
      created: 1,
      rejected: 0,
      listed: 1,
      consented: 1,
      resumed_from: null,
    });
    const [sreeja] = await contacts();
    expect(sreeja).toMatchObject({
      name: 'ശ്രീജ മേനോൻ',
      language: 'ml',
      district: 'കൊല്ലം',
      attributes: { ward_no: '7' },
    });
    expect(sreeja?.addresses.map((a) => [a.channel, a.value])).toEqual([
      ['sms', '+919876543210'],
      ['email', 'sreeja@kssm.example'],
    ]);
    expect(sreeja?.consents).toMatchObject([
      {
        channel: 'email',
        purpose: 'appeals',
        given: true,
        basis: 'paper forms 2026',
        proof: { import: result.import, file: 'people.csv', row: 2 },
      },
    ]);
  });

  it('doubles nothing when it is repeated, and overwrites no later edit', async () => {
    const csv =
      'name,email,district\nRavi,ravi@a.example,Kollam\nRavi,ravi@a.example,Idukki\nDevi,devi@a.example,\n';
    expect(await importText(csv)).toMatchObject({ rows: 3, created: 2, updated: 1, unchanged: 0, listed: 2 });
    await ground.db.contact.updateMany({ where: { name: 'Ravi' }, data: { district: 'Wayanad' } });
    expect(await importText(csv)).toMatchObject({
      rows: 3,
      created: 0,
      updated: 0,
      unchanged: 3,
      listed: 0,
      consented: 0,
    });
    const all = await contacts();
    expect(all.map((c) => [c.name, c.district])).toEqual([
      ['Ravi', 'Wayanad'],
      ['Devi', null],
    ]);
  });
});
