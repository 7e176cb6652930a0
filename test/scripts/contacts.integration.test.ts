import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newRing } from '../../src/keys.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
const ring = newRing();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-command-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Ran {
  code: number;
  out: string;
  err: string;
}

function wecare(...words: string[]): Promise<Ran> {
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: ring, DATA_DIR: dir };
  const command = ['--import', 'tsx', 'scripts/wecare.ts', ...words];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

it('imports a file from the command line and answers with one line of JSON', async () => {
  const file = path.join(dir, 'people.csv');
  await writeFile(file, 'name,email\nRavi,r@a.example\nDevi,nowhere\n');
  const flags = ['--list', 'Donors', '--purpose', 'appeals', '--basis', 'paper forms'];
  const ran = await wecare('contacts', 'import', file, ...flags, '--json');
  expect(ran).toMatchObject({ code: 0 });
  const rejects = path.join(dir, 'people.rejected.csv');
  expect(JSON.parse(ran.out)).toMatchObject({ rows: 2, created: 1, rejected: 1, rejects_file: rejects });
  expect(await readFile(rejects, 'utf8')).toMatch(/Devi,nowhere,3,/);
  expect(JSON.parse((await wecare('lists', '--json')).out)).toMatchObject([{ name: 'Donors', members: 1 }]);
});

it('refuses with a sentence and exit code 2', async () => {
  const missing = await wecare(
    'contacts',
    'import',
    path.join(dir, 'no.csv'),
    '--purpose',
    'a',
    '--basis',
    'b',
  );
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toMatch(/there is no such file/);
  expect(await wecare('unsuppress', 'r@a.example')).toMatchObject({ code: 2 });
});

it('answers in JSON whatever was asked', async () => {
  const person = await wecare('contacts', 'export-person', 'r@a.example', '--json');
  expect(person).toMatchObject({ code: 0 });
  expect(person.out.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(person.out)).toBeTypeOf('object');
  const file = path.join(dir, 'suppressed.csv');
  const exported = await wecare('suppressions', 'export', file, '--json');
  expect(JSON.parse(exported.out)).toEqual({ file });
});

it.each([
  [['contacts', 'duplicates', '--limit', 'x'], /--limit is a whole number from 1 to 100000, not "x"/],
  [['suppress', 'x@y.example', '--reason', ' '], /Say why with --reason/],
  [['suppress', 'somebody', '--reason', 'asked'], /neither an e-mail address nor a phone number/],
  [['hold', '--until', '2030-01-01'], /A hold needs a reason/],
  [['hold', '--lift', '--reason', 'mourning'], /not both/],
  [['restored'], /Nothing says that this database was restored/],
])('takes no words for others: %j', async (words, sentence) => {
  const ran = await wecare(...words);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toMatch(sentence);
});

it('suppresses an address with a reason, and writes who did it without the address', async () => {
  expect(await wecare('suppress', 'R@A.example', '--reason', 'asked by phone')).toMatchObject({ code: 0 });
  const { out } = await wecare('suppressions', '--json');
  expect(JSON.parse(out)).toMatchObject([{ value: 'r@a.example', reason: 'asked by phone' }]);
  const entries = await ground.db.auditEntry.findMany({ where: { action: 'address.suppressed' } });
  expect(entries).toMatchObject([{ actor: expect.stringMatching(/^cli:/) }]);
  expect(JSON.stringify(entries.map(({ id: _, ...entry }) => entry))).not.toContain('a.example');
});

it('says that rules stand in a file to whom it is given rules', async () => {
  const given = await wecare('segments', 'create', 'Kollam', '--rules', '{"district":"Kollam"}');
  expect(given).toMatchObject({ code: 2, err: expect.stringContaining('Write the rules into a file') });
  const file = path.join(dir, 'rules.json');
  await writeFile(file, '{"district"');
  const half = await wecare('segments', 'create', 'Kollam', '--rules', file);
  expect(half).toMatchObject({ code: 2, err: expect.stringContaining('holds no JSON') });
});
