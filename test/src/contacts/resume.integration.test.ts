import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importContacts } from '../../../src/contacts/import.ts';
import { newRing } from '../../../src/keys.ts';
import { testGround } from '../../support/ground.ts';

const ROWS = 20_000;
const ground = testGround();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-resume-'));
});
afterAll(() => rm(dir, { recursive: true }));

const rowNo = async () => Number((await ground.db.contactImport.findFirst())?.rowNo ?? 0);

/** Every tenth row is bad, every seventh repeats the row before it. */
function people(): string {
  const row = (i: number) => `Ravi ${i},u${i}@a${i % 40}.example,${i % 10 ? 'ml' : '?'}`;
  const rows = Array.from({ length: ROWS }, (_, i) => row(i % 7 === 0 && i % 10 !== 1 && i > 0 ? i - 1 : i));
  return `name,email,language\n${rows.join('\n')}\n`;
}

function startImport(file: string) {
  const flags = ['--list', 'Donors', '--purpose', 'appeals', '--basis', 'forms'];
  const command = ['--import', 'tsx', 'scripts/wecare.ts', 'contacts', 'import', file, ...flags];
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: newRing(), DATA_DIR: dir };
  return spawn(process.execPath, command, { env, stdio: 'ignore' });
}

it('goes on behind the last batch after it was killed, with exact figures', async () => {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, people());
  const child = startImport(file);
  while ((await rowNo()) === 0 && child.exitCode === null) await wait(5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const killedAt = await rowNo();
  expect(killedAt).toBeGreaterThan(0);
  expect(killedAt).toBeLessThan(ROWS);

  const rejectsFile = path.join(dir, 'rejected.csv');
  const request = { file, lists: ['Donors'], purpose: 'appeals', basis: 'forms', rejectsFile };
  const resumed = await importContacts(ground, request);
  const good = people()
    .trim()
    .split('\n')
    .slice(1)
    .filter((line) => !line.endsWith('?'));
  const unique = new Set(good);
  const figures = { rows: ROWS, created: unique.size, updated: 0, unchanged: good.length - unique.size };
  expect(resumed).toMatchObject({ ...figures, rejected: ROWS - good.length, resumed_from: behind(killedAt) });
  expect(await ground.db.contact.count()).toBe(unique.size);
  expect(await ground.db.consentEvent.count()).toBe(unique.size);
  expect(await ground.db.membership.count()).toBe(unique.size);
  const rejected = (await readFile(rejectsFile, 'utf8')).trim().split('\r\n');
  expect(rejected).toHaveLength(1 + ROWS - good.length);

  const again = await importContacts(ground, request);
  expect(again).toMatchObject({
    rows: ROWS,
    created: 0,
    updated: 0,
    unchanged: good.length,
    resumed_from: null,
  });
});

/** A batch whose COMMIT was on its way when the process died may have landed after we looked. */
const behind = (killedAt: number) =>
  expect.toSatisfy((at: number) => at === killedAt || at === killedAt + 1000);

it('is done by one process when two begin it at once', async () => {
  const file = path.join(dir, 'twice.csv');
  await writeFile(
    file,
    `email\n${Array.from({ length: 6000 }, (_, i) => `t${i}@twice.example`).join('\n')}\n`,
  );
  let batches = 0;
  const onProgress = () => {
    batches++;
  };
  const request = { file, lists: [], purpose: 'appeals', basis: 'forms', onProgress };
  const both = await Promise.allSettled([importContacts(ground, request), importContacts(ground, request)]);
  const refused = both.filter((one) => one.status === 'rejected').map((one) => String(one.reason));
  expect(refused).toEqual([expect.stringMatching(/Another process is importing the same file/)]);
  const [done] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(done).toMatchObject({ rows: 6000, created: 6000, unchanged: 0 });
  expect(batches).toBe(7); // each of them once
  const { count } = await ground.db.address.deleteMany({ where: { value: { endsWith: '@twice.example' } } });
  expect(count).toBe(6000);
});
