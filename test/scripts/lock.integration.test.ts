import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { takeLock, withLock } from '../../scripts/lib/lock.mjs';

const dir = await mkdtemp(path.join(tmpdir(), 'wecare-lock-'));
const LOCK = pathToFileURL(path.resolve('scripts/lib/lock.mjs')).href;

afterAll(() => rm(dir, { recursive: true }));

it('tells who has a lock, and lets the next one have it after', () => {
  const file = path.join(dir, 'told');
  const first = takeLock(file, 'http://here.example');
  expect(takeLock(file)).toMatchObject({ release: undefined, pid: process.pid, note: 'http://here.example' });
  first.release?.();
  expect(takeLock(file).release).toBeDefined();
});

it('takes over from a process that was killed', async () => {
  const file = path.join(dir, 'killed');
  const holder = spawn(process.execPath, ['--input-type=module', '-e', hold(file)]);
  await once(holder.stdout, 'data');
  expect(takeLock(file)).toMatchObject({ pid: holder.pid });
  holder.kill('SIGKILL');
  await once(holder, 'close');
  expect(takeLock(file).release).toBeDefined();
});

it('does not take the number of a process for the process', async () => {
  const file = path.join(dir, 'reused');
  await writeFile(file, `${process.pid} 1\nlong ago\n`);
  expect(takeLock(file).release).toBeDefined();
});

it('lets one in at a time', async () => {
  const file = path.join(dir, 'turns');
  let inside = 0;
  const turns = Array.from({ length: 5 }, () =>
    withLock(file, async () => {
      inside++;
      await new Promise((done) => setImmediate(done));
      return inside--;
    }),
  );
  expect(await Promise.all(turns)).toEqual([1, 1, 1, 1, 1]);
  expect(existsSync(file)).toBe(false);
});

function hold(file: string): string {
  return `import { takeLock } from ${JSON.stringify(LOCK)}; takeLock(${JSON.stringify(file)});
    console.log('held'); setInterval(() => {}, 1000);`;
}
