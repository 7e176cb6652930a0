import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { Refusal } from '../../src/errors.ts';
import { type Home, openHome } from './home.ts';

const run = promisify(execFile);
const SUPERUSER = 'wecare_owner';
/** A second start may meet the first while it is still replaying its log. */
const START_SECONDS = 60;

/** A running embedded Postgres: who may connect, and how to stop it. */
export interface Embedded {
  port: number;
  /** The folder that is used: the wanted one, or the one that root's database user can reach. */
  dir: string;
  /** Address of one of its databases, as the owner of the tables. */
  urlFor(database: string): string;
  /** True when this process started it, and so must stop it. */
  ours: boolean;
  stop(): Promise<void>;
}

/**
 * Attaches to the Postgres of a data folder, or initialises and starts it. The server is detached from
 * the terminal, so that Ctrl-C reaches the application first and the database last.
 * @throws Refusal with the remedy when the folder, the disk or the binary will not do
 */
export async function openPostgres(dataDir: string, wantedPort?: number): Promise<Embedded> {
  const home = await openHome(dataDir);
  const folder = path.join(home.dir, 'postgres');
  if (!existsSync(path.join(folder, 'PG_VERSION'))) await initialise(home, folder);
  const password = (await readFile(path.join(home.dir, 'postgres.password'), 'utf8')).trim();
  const running = await runningPort(folder, password);
  const port = running ?? (await start(home, folder, wantedPort ?? (await freePort())));
  const urlFor = (db: string) => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${db}`;
  const stop = () => control(home, ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '60']);
  return { port, dir: home.dir, urlFor, ours: running === undefined, stop };
}

/** Makes a database of that name when it is not there yet. */
export async function ensureDatabase(server: Embedded, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.urlFor('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return server.urlFor(name);
}

/** Initialises beside the folder and renames, so that a folder by that name is always whole. */
async function initialise(home: Home, folder: string): Promise<void> {
  if (existsSync(folder)) {
    throw new Refusal(
      `The data folder ${folder} is there but holds no database. Move it away (mv ${folder} ${folder}.old), then start again.`,
    );
  }
  await requireSpace(home.dir);
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const secret = path.join(home.dir, 'postgres.password');
  await writeFile(secret, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (home.owner) await chown(secret, home.owner.uid, home.owner.gid);
  await spawnAs(home, 'initdb', [
    ...['-D', draft, '-U', SUPERUSER, `--pwfile=${secret}`, '--auth=scram-sha-256'],
    // Without these a machine with no LANG gets SQL_ASCII, and Malayalam is not found.
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ]).catch((error: { stderr?: string }) => {
    throw new Refusal(`The database could not be made in ${home.dir}: ${lastLine(error.stderr)}`);
  });
  await rename(draft, folder);
}

async function requireSpace(dir: string): Promise<void> {
  const disk = await statfs(dir);
  const free = Math.floor((disk.bavail * disk.bsize) / 1024 / 1024);
  if (free < 500) {
    throw new Refusal(
      `Only ${free} MB are free where the data goes (${dir}); 500 MB are needed. Free some space or set DATA_DIR to a larger disk.`,
    );
  }
}

async function start(home: Home, folder: string, port: number): Promise<number> {
  const options = [
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`,
    '-c shared_buffers=256MB -c max_connections=200 -c max_wal_size=4GB -c checkpoint_timeout=15min',
    '-c log_min_messages=warning -c timezone=UTC',
  ].join(' ');
  const log = path.join(home.dir, 'postgres.log');
  const args = ['start', '-D', folder, '-l', log, '-w', '-t', String(START_SECONDS), '-o', options];
  await control(home, args).catch(async () => {
    throw new Refusal(
      `The embedded Postgres did not start. Its last words: ${lastLine(await tail(log))} (${log})`,
    );
  });
  return port;
}

/** postmaster.pid: line 1 is the process, line 4 the port. A stale file names a process that is no postmaster. */
async function runningPort(folder: string, password: string): Promise<number | undefined> {
  const file = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(file.split('\n')[3]);
  if (!port) return undefined;
  const client = new pg.Client({
    ...{
      host: '127.0.0.1',
      port,
      user: SUPERUSER,
      password,
      database: 'postgres',
      connectionTimeoutMillis: 5000,
    },
  });
  try {
    await client.connect();
    const { rows } = await client.query('SHOW data_directory');
    return rows[0].data_directory === folder ? port : undefined;
  } catch {
    return undefined; // nobody answers there: pg_ctl clears the stale file when it starts
  } finally {
    await client.end();
  }
}

const control = (home: Home, args: string[]) => spawnAs(home, 'pg_ctl', args);

async function spawnAs(home: Home, program: 'initdb' | 'pg_ctl', args: string[]): Promise<void> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  // stdio of pg_ctl start must not be a pipe that the server inherits, or this call would never end.
  const detached = args[0] === 'start';
  const command = [path.join(home.binaries, 'bin', program), ...args];
  const shell = [
    '-c',
    detached ? 'exec setsid "$0" "$@" </dev/null >/dev/null 2>&1' : 'exec "$0" "$@"',
    ...command,
  ];
  await run('/bin/sh', shell, { cwd: home.dir, env, ...home.owner, maxBuffer: 1 << 20 });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

const tail = (file: string) => readFile(file, 'utf8').catch(() => '');
const lastLine = (text = '') => text.trim().split('\n').at(-1) || 'nothing was said';
