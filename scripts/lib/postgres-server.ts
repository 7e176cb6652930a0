import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { LEAST_MB } from '../../src/disk.ts';
import { Refusal } from '../../src/errors.ts';
import type { Home } from './home.ts';
import { SUPERUSER } from './postgres-folder.ts';
import { handOver, lastWords, requireSpace, runProgram } from './postgres-programs.ts';

/** A start may meet another that is still replaying its log after a crash. */
const START_SECONDS = 60;
/** After a kill the old server's children need a moment to notice, and hold its memory until then. */
const TRIES = 20;
/** What the next try may find gone. Who says nothing was stopped while it started, as by a second kill. */
const PASSING =
  /shared memory block|Is another postmaster|could not bind|could not create any TCP|^nothing was said$/;
/** SQLSTATE cannot_connect_now: it starts, or it repairs itself after a crash. */
const NOT_YET = '57P03';

/**
 * Starts the server of a folder on a port that `choosePort` gives.
 * @returns the port
 * @throws Refusal with its last words when it does not come up
 */
export async function startServer(
  home: Home,
  folder: string,
  choosePort: () => Promise<number>,
): Promise<number> {
  await requireSpace(home.dir, LEAST_MB);
  const log = await freshLog(home);
  for (let tries = 1; ; tries++) {
    await clearStaleProcess(folder);
    const port = await choosePort();
    if (await tryStart(home, folder, { port, log })) return port;
    await requireSpace(home.dir, LEAST_MB);
    const words = await lastWords(log);
    const passing = PASSING.test(words);
    if (!passing || tries === TRIES) throw new Refusal(didNotStart(folder, words, log));
    await wait(250);
  }
}

const didNotStart = (folder: string, words: string, log: string) =>
  `The embedded Postgres did not start on ${folder}. Its last words: ${words} (more in ${log}). Put that right, or move the folder away to begin anew.`;

async function tryStart(home: Home, folder: string, at: { port: number; log: string }): Promise<boolean> {
  const options = [
    `-p ${at.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`,
    '-c shared_buffers=512MB -c max_connections=200 -c max_wal_size=4GB -c checkpoint_timeout=15min',
    '-c log_min_messages=warning -c timezone=UTC',
  ].join(' ');
  const args = ['start', '-D', folder, '-l', at.log, '-w', '-t', String(START_SECONDS), '-o', options];
  return runProgram(home, 'pg_ctl', args).then(
    () => true,
    () => false,
  );
}

async function freshLog(home: Home): Promise<string> {
  const log = path.join(home.dir, 'postgres.log');
  await writeFile(log, '', { flag: 'a', mode: 0o600 });
  await handOver(home, log);
  return log;
}

/**
 * The port of the server that runs on a folder, waiting while it starts or repairs itself. The file
 * postmaster.pid names the process on line 1 and the port on line 4; a stale one names nobody.
 */
export async function runningPort(folder: string, password: string): Promise<number | undefined> {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const port = Number((await readProcess(folder))[3]);
    if (!port) return undefined;
    const answer = await ask(folder, password, port);
    if (answer !== 'not yet') return answer === 'ours' ? port : undefined;
    if (Date.now() > deadline) return undefined;
    await wait(200);
  }
}

async function ask(folder: string, password: string, port: number): Promise<'ours' | 'other' | 'not yet'> {
  const at = { host: '127.0.0.1', port, user: SUPERUSER, password, database: 'postgres' };
  const client = new pg.Client({ ...at, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    const { rows } = await client.query('SHOW data_directory');
    return (await realpath(rows[0].data_directory)) === (await realpath(folder)) ? 'ours' : 'other';
  } catch (error) {
    return (error as { code?: string }).code === NOT_YET ? 'not yet' : 'other';
  } finally {
    await client.end().catch(() => undefined); // it never began
  }
}

/**
 * After a power cut the file may name a number that another program has by now, after a kill a process
 * that nobody has buried yet; Postgres would believe itself to be running. Where the system tells a
 * process's name and state, that is settled here.
 */
async function clearStaleProcess(folder: string): Promise<void> {
  const pid = Number((await readProcess(folder))[0]);
  const about = pid ? await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '') : '';
  const [, name, state] = /\((.*)\) (\S)/.exec(about) ?? [];
  if (!name || (name === 'postgres' && state !== 'Z')) return;
  await rm(path.join(folder, 'postmaster.pid'), { force: true });
}

async function readProcess(folder: string): Promise<string[]> {
  return (await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
}
