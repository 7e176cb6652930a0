import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plantProjects } from '../../scripts/demonstration/projects.ts';
import { addUser } from '../../src/access/users.ts';
import { newRing } from '../../src/keys.ts';
import { listProjects } from '../../src/pages/list.ts';
import { people } from '../src/campaigns/support.ts';
import { content } from '../src/pages/support.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
people(ground);
const ring = newRing();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-command-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a command of `wecare project`; its answer, or the exit code and the sentence. */
function project(...words: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: ring, DATA_DIR: dir };
  const command = ['--import', 'tsx', 'scripts/wecare.ts', 'project', ...words];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, said: out || err }),
    );
  });
}

async function file(name: string, value: unknown): Promise<string> {
  const at = path.join(dir, name);
  await writeFile(at, JSON.stringify(value));
  return at;
}

const AUTHOR = ['--as', 'author@kssm.example'];
const APPROVER = ['--as', 'approver@kssm.example'];

it('is made, reviewed, published, matched, told of and closed from the command line', {
  timeout: 300_000,
}, async () => {
  const made = { slug: 'wheels', theme: 'children', district: 'Idukki', content: content() };
  const half = await project('make', await file('half.json', { ...made, theme: 'pets' }), ...AUTHOR);
  expect(half).toMatchObject({ code: 2, said: expect.stringContaining('theme:') });
  const { id } = JSON.parse((await project('make', await file('made.json', made), ...AUTHOR, '--json')).said);
  await project('save', 'wheels', await file('content.json', content()), '--expected', '1', ...AUTHOR);
  expect((await project('review', 'wheels', ...AUTHOR)).said).toContain('version 2');
  expect((await project('return', 'wheels', '--words', 'Shorter.', ...APPROVER)).said).toContain(
    'Given back',
  );
  await project('review', 'wheels', ...AUTHOR);
  expect(await project('approve', 'wheels', ...AUTHOR)).toMatchObject({ code: 2 });
  await project('approve', 'wheels', ...APPROVER);
  expect((await project('publish', 'wheels', ...APPROVER)).said).toContain('/projects/wheels');
  const offer = { sponsor: { en: 'Spices', ml: '' }, amount: '500000' };
  const matched = await project('match', 'wheels', await file('offer.json', offer), ...APPROVER, '--json');
  expect((await project('unmatch', id, JSON.parse(matched.said).id, ...APPROVER)).said).toContain('Ended.');
  const told = { title: 'News', text: 'It folds.' };
  const news = await file('news.json', { en: told, ml: told });
  const written = JSON.parse((await project('update', 'wheels', news, ...AUTHOR, '--json')).said);
  expect((await project('announce', 'wheels', written.id, ...APPROVER)).said).toContain('Public.');
  await project('close', 'wheels', news, ...APPROVER);
  const shown = JSON.parse((await project('show', 'wheels', '--json')).said);
  expect(shown).toMatchObject({ project: { id, state: 'closed' }, offers: [{ percent: 100 }] });
  expect(shown.updates).toHaveLength(2);
  expect((await project('list')).said).toMatch(/wheels +closed/);
});

it('has a demonstration of three that are live', async () => {
  const [meera, jose] = ['meera', 'jose'].map((name) => `${name}@wecare.example`) as [string, string];
  await addUser(ground, { email: meera, name: 'Meera', roles: ['author'] }, 'cli:test');
  await addUser(ground, { email: jose, name: 'Jose', roles: ['approver'] }, 'cli:test');
  await plantProjects(ground);
  const planted = await listProjects(ground, { state: 'live', limit: 10 });
  expect(planted.map(({ slug, capped }) => [slug, capped])).toEqual([
    ...[
      ['a-month-of-meals', false],
      ['a-nurse-at-the-door', true],
      ['wheels-for-the-way-to-school', false],
    ],
  ]);
});
