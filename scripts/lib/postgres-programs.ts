import { execFile } from 'node:child_process';
import { chown, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { freeMegabytes } from '../../src/disk.ts';
import { Refusal } from '../../src/errors.ts';
import type { Home } from './home.ts';

const run = promisify(execFile);

/** Runs one of Postgres' programs as the user that owns the data, with nothing of our environment. */
export async function runProgram(home: Home, program: 'initdb' | 'pg_ctl', args: string[]): Promise<void> {
  // Of a server that is started nothing may be a pipe it inherits, or this call would never end; and it
  // leaves the terminal's session, so that Ctrl-C reaches the application first and the database last.
  const how = args[0] === 'start' ? detachedCommand() : 'exec "$0" "$@"';
  const command = [path.join(home.binaries, 'bin', program), ...args];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  await run('/bin/sh', ['-c', how, ...command], { cwd: home.dir, env, ...home.owner, maxBuffer: 1 << 20 });
}

/** macOS has no setsid; there pg_ctl itself leaves the terminal's process group. */
const detachedCommand = () =>
  `${process.platform === 'linux' ? 'exec setsid' : 'exec'} "$0" "$@" </dev/null >/dev/null 2>&1`;

/** Gives a file to the user as whom the database runs. */
export async function handOver(home: Home, file: string): Promise<void> {
  if (home.owner) await chown(file, home.owner.uid, home.owner.gid);
}

/** @throws Refusal when fewer than `wanted` megabytes are free where the data lies */
export async function requireSpace(dir: string, wanted: number): Promise<void> {
  const free = await freeMegabytes(dir);
  if (free >= wanted) return;
  throw new Refusal(
    `The disk is full: ${free} MB are free where the data goes (${dir}), ${wanted} MB are needed. Free some space or set DATA_DIR to a folder on a larger disk.`,
  );
}

/** The last line of a log, for a sentence. */
export async function lastWords(file: string): Promise<string> {
  return lastLine(await readFile(file, 'utf8').catch(() => ''));
}

export const lastLine = (text = '') => text.trim().split('\n').at(-1) || 'nothing was said';
