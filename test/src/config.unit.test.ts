import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig, settings } from '../../src/config.ts';

const lines = readFileSync('.env.example', 'utf8').split('\n');
const written = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
const names = written.filter((_, i) => i % 2 === 0);

it('lists every setting in .env.example, and no other', () => {
  expect(names.toSorted()).toEqual(Object.keys(settings.shape).toSorted());
});

it('shows the defaults in .env.example as they are', () => {
  const shown = lines
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => line.split('=') as [string, string]);
  expect(loadConfig(Object.fromEntries(shown))).toEqual(loadConfig({}));
});

it('explains every setting in .env.example', () => {
  const bare = lines.filter((line, i) => /^[A-Z]/.test(line) && !/^(#|[A-Z])/.test(lines[i - 1] ?? ''));
  expect(bare).toEqual([]);
});

it('names a setting that will not do, and never its value', () => {
  const secret = 'mysql://me:hunter2@db';
  expect(() => loadConfig({ DATABASE_URL: secret })).toThrow(/DATABASE_URL: must be an address/);
  expect(() => loadConfig({ DATABASE_URL: secret })).not.toThrow(/hunter2/);
});

it('names all that production lacks at once', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(/DATABASE_URL, PUBLIC_URL, WECARE_KEYS/);
});
