import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkFiles } from '../../../scripts/doctor/files.ts';
import { addUser } from '../../../src/access/users.ts';
import { addAsset } from '../../../src/media/add.ts';
import { testGround } from '../../support/ground.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-doctor-'));
const ground = testGround({ DATA_DIR: dir });

it('the doctor sees whether the files of the media library are on this machine', async () => {
  const patient = { config: ground.config, databaseUrl: ground.databaseUrl, home: dir, keys: ground.keys };
  expect(await checkFiles(patient)).toMatchObject({ verdict: 'ok', seen: 'empty' });
  const user = await addUser(ground, { email: 'a@kssm.example', name: 'A', roles: ['author'] }, 'cli:test');
  await addAsset(ground, { name: 'a.pdf', bytes: Buffer.from('%PDF-1.4 a') }, user);
  expect(await checkFiles(patient)).toMatchObject({ verdict: 'ok' });
  await rm(path.join(dir, 'files'), { recursive: true });
  const finding = await checkFiles(patient);
  expect(finding).toMatchObject({
    verdict: 'fail',
    remedy: expect.stringMatching(/^Share .*files with the machine/),
  });
  expect(finding.seen).toMatch(/^1 of its 1 newest files are not in /);
});
