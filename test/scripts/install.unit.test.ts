import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const LOCK = JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' } } });

let dir: string;

/** A project of the installer alone, whose npm is a script that writes down what npm writes last. */
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'install-'));
  const made = `undefined ${createHash('sha256').digest('hex')}\n`;
  for (const folder of ['scripts/lib', 'node_modules', 'prisma/client']) {
    await mkdir(path.join(dir, folder), { recursive: true });
  }
  for (const file of ['scripts/install.mjs', 'scripts/lib/lock.mjs']) await cp(file, path.join(dir, file));
  await write('package-lock.json', LOCK);
  await write('prisma/client/.made-from', made);
  await write(
    'npm-cli.js',
    `require('node:fs').copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`,
  );
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFile(path.join(dir, file), text);

const install = () =>
  run(process.execPath, ['scripts/install.mjs'], {
    cwd: dir,
    env: { ...process.env, npm_execpath: path.join(dir, 'npm-cli.js') },
  });

describe('the installer', () => {
  it('does nothing where everything is there', async () => {
    await write('node_modules/.package-lock.json', LOCK);
    expect((await install()).stderr).toBe('');
  });

  it('installs again after an install that was cut off while npm wrote its list', async () => {
    await write('node_modules/.package-lock.json', LOCK.slice(0, 20));
    expect((await install()).stderr).toMatch(/^Installing packages/);
    expect(await readFile(path.join(dir, 'node_modules/.package-lock.json'), 'utf8')).toBe(LOCK);
  });

  it('says what to do when the list in the project itself is damaged', async () => {
    await write('package-lock.json', LOCK.slice(0, 20));
    await expect(install()).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^package-lock\.json .*git checkout package-lock\.json/),
    });
  });
});
