import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { liftSuppression, listSuppressions, suppress } from '../../../src/contacts/suppression.ts';
import { exportSuppressions, importSuppressions } from '../../../src/contacts/suppression-file.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-suppression-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => ground.sql.query('TRUNCATE suppression'));

const manual = { channel: 'email', reason: 'manual', source: 'test' };

async function importText(text: string) {
  const file = path.join(dir, 'suppressed.csv');
  await writeFile(file, text);
  return importSuppressions(ground, { file, reason: 'old list', actor: 'cli:test' });
}

async function exported(): Promise<string> {
  let text = '';
  for await (const part of exportSuppressions(ground)) text += part;
  return text;
}

it('goes round through a file, with the hash of an erased address and the end of a soft one', async () => {
  await suppress(ground.sql, { ...manual, value: 'a@x.example' });
  await suppress(ground.sql, { ...manual, channel: 'sms', value: '+919876543210' });
  await suppress(ground.sql, { ...manual, value: 'soft@x.example', expiresAt: new Date('2099-01-01') });
  await suppress(ground.sql, { ...manual, value: 'gone@x.example' });
  await ground.sql.query("UPDATE suppression SET value = NULL WHERE value = 'gone@x.example'");
  const text = await exported();
  expect(text).toContain("'+919876543210");
  const before = await listSuppressions(ground.sql);
  await ground.sql.query('TRUNCATE suppression');
  expect(await importText(text)).toEqual({ rows: 4, added: 4, present: 0 });
  const strip = (all: typeof before) => all.map(({ at: _, ...rest }) => rest);
  expect(strip(await listSuppressions(ground.sql))).toEqual(strip(before));
  expect(await importText(text)).toEqual({ rows: 4, added: 0, present: 4 });
});

it('takes a plain column of addresses, and all of a file or nothing', async () => {
  expect(await importText('Email\nA@x.example\nb@x.example\na@x.example\n')).toMatchObject({
    rows: 3,
    added: 2,
  });
  expect(await listSuppressions(ground.sql)).toMatchObject([{ reason: 'old list' }, { reason: 'old list' }]);
  await expect(importText('email\nc@x.example\nnonsense\n')).rejects.toThrow(
    /line 3: .*Nothing was imported/,
  );
  expect(await listSuppressions(ground.sql)).toHaveLength(2);
  await expect(importText('name\nRavi\n')).rejects.toThrow(/no column "address"/);
});

it('lists page by page what is in force, and lifts it', async () => {
  for (const n of [1, 2, 3]) await suppress(ground.sql, { ...manual, value: `n${n}@x.example` });
  await suppress(ground.sql, { ...manual, value: 'past@x.example', expiresAt: new Date('2020-01-01') });
  const first = await listSuppressions(ground.sql, { limit: 2 });
  const rest = await listSuppressions(ground.sql, { after: first[1], limit: 2 });
  expect([...first, ...rest].map((row) => row.value).sort()).toEqual([1, 2, 3].map((n) => `n${n}@x.example`));
  expect(await liftSuppression(ground.sql, 'email', 'n1@x.example')).toBe(true);
  expect(await liftSuppression(ground.sql, 'email', 'n1@x.example')).toBe(false);
});
