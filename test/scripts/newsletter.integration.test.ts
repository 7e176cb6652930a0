import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newRing } from '../../src/keys.ts';
import { people } from '../src/campaigns/support.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
people(ground);
const ring = newRing();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-command-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a command of `wecare newsletter`; its answer, or the exit code and the sentence. */
function newsletter(...words: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: ring, DATA_DIR: dir };
  const command = ['--import', 'tsx', 'scripts/wecare.ts', 'newsletter', ...words];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, said: out || err }),
    );
  });
}

it('is written, looked at and approved from the command line', { timeout: 120_000 }, async () => {
  const as = ['--as', 'author@kssm.example'];
  const words = ['--title-ml', 'പരിചരണ വാർത്തകൾ', '--title-en', 'Care News'];
  // Days away, whatever day it is: within a day of it, an edition is drafted by itself.
  const times = ['--cron', `0 9 * * ${(new Date().getUTCDay() + 3) % 7}`];
  const made = await newsletter(
    'create',
    'care-news',
    ...words,
    '--list',
    'donors',
    ...times,
    ...as,
    '--json',
  );
  expect(JSON.parse(made.said)).toMatchObject({
    slug: 'care-news',
    status: { newsletter: { languages: ['ml', 'en'] }, next: { state: 'coming' }, waiting: [] },
  });
  const text = path.join(dir, 'item.txt');
  await writeFile(text, 'രണ്ട് നഴ്സുമാർ ജോലി തുടങ്ങി.\n\nവായിക്കുക.');
  const item = ['--title-ml', 'വീട്ടിലെ പരിചരണം', '--file-ml', text, ...as];
  expect((await newsletter('item', 'add', 'care-news', ...item)).said).toContain('Item 1 of care-news waits');
  const drafted = await newsletter('draft', 'care-news', ...as, '--json');
  expect(JSON.parse(drafted.said)).toMatchObject({ number: 1, items: [1], changed: true });
  expect(await newsletter('approve', 'care-news', ...as)).toMatchObject({ code: 2 });
  const approved = await newsletter('approve', 'care-news', '--as', 'approver@kssm.example');
  expect(approved.said).toMatch(
    /Edition 1 of \w+day, .* is approved by approver@kssm.example and sent then\./,
  );
  const preview = await newsletter('preview', 'care-news', '--to', dir, '--json');
  const [file] = JSON.parse(preview.said).files;
  expect(file).toMatchObject({ language: 'ml', subject: 'പരിചരണ വാർത്തകൾ: വീട്ടിലെ പരിചരണം' });
  expect(await readFile(file.file, 'utf8')).toContain('പ്രിയ സുഹൃത്തേ');
  const skipped = await newsletter('skip', 'care-news', '--reason', 'state mourning', '--json');
  expect(JSON.parse(skipped.said)).toMatchObject({ state: 'skipped', reason: 'state mourning' });
  const editions = JSON.parse((await newsletter('editions', 'care-news', '--json')).said);
  expect(editions.map(({ state }: { state: string }) => state)).toEqual(['coming', 'skipped']);
  expect((await newsletter('status', 'care-new')).said).toBe(
    'There is no newsletter "care-new". There are: care-news.\n',
  );
});

it('rests and goes on from the command line', { timeout: 120_000 }, async () => {
  const as = ['--as', 'author@kssm.example'];
  const rests = await newsletter('pause', 'care-news', ...as);
  expect(rests.said).toContain('no edition leaves');
  expect(await newsletter('pause', 'care-news', ...as)).toMatchObject({ code: 2 });
  const resumed = await newsletter('resume', 'care-news', ...as, '--json');
  expect(JSON.parse(resumed.said).newsletter.pausedAt).toBeNull();
});
