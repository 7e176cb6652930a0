import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { newRing } from '../../src/keys.ts';
import { type Embedded, ensureDatabase, openPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';

/** A place of its own for one measurement: database, keys, folder; gone afterwards. */
export interface Scratch {
  ground: Ground;
  /** The environment for processes that work on it. */
  env: Record<string, string>;
  postgres: Embedded;
  dir: string;
  restartPostgres(kill: boolean): Promise<void>;
  end(): Promise<void>;
}

export async function openScratch(settings: Record<string, string>): Promise<Scratch> {
  const dir = await mkdtemp(path.join(tmpdir(), 'wecare-bench-'));
  const scratch = await openIn(dir, { WECARE_KEYS: newRing(), ...settings });
  return {
    ...scratch,
    async end() {
      await closeGround(scratch.ground);
      await scratch.postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** One that is kept in a folder; several may work on it at once, and the last to end stops its Postgres. */
export async function keepScratch(dir: string, settings: Record<string, string>): Promise<Scratch> {
  await mkdir(dir, { recursive: true });
  const scratch = await openIn(dir, settings);
  return {
    ...scratch,
    async end() {
      await closeGround(scratch.ground);
      await scratch.postgres.leave();
    },
  };
}

async function openIn(dir: string, settings: Record<string, string>): Promise<Omit<Scratch, 'end'>> {
  await chmod(dir, 0o755);
  const postgres = await openPostgres(path.join(dir, 'db'));
  const url = await ensureDatabase(postgres, 'wecare');
  await migrate(url);
  const env = { DATABASE_URL: url, DATA_DIR: dir, LOG_LEVEL: 'error', ...settings };
  const config = loadConfig(env);
  const keyRing = settings.WECARE_KEYS ?? newRing();
  return {
    ...{ ground: openGround(config, { databaseUrl: url, keyRing, service: 'bench' }), env, postgres, dir },
    restartPostgres: (kill) =>
      endPostmaster(path.join(postgres.dir, 'postgres'), kill ? 'SIGKILL' : 'SIGINT'),
  };
}

/** Ends Postgres at once or by its fast shutdown; whoever uses the embedded one starts it again. */
async function endPostmaster(folder: string, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  const pid = await postmaster(folder);
  process.kill(pid as number, signal);
  await until(async () => {
    const now = await postmaster(folder);
    return now !== undefined && now !== pid;
  }, 'Postgres is started again');
}

async function postmaster(folder: string): Promise<number | undefined> {
  const file = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(file.split('\n')[0]) || undefined;
}

/** Starts a worker as it runs in production: built, and a process of its own. */
export const startWorkerProcess = (env: Record<string, string>): Promise<ChildProcess> =>
  startBuilt(['work'], env, process.env.BENCH_NODE_ARGS ? 'inherit' : 'ignore');

/** Starts a command of the built program; its answer can be read unless it is told otherwise. */
export async function startBuilt(
  words: string[],
  env: Record<string, string>,
  answer: 'pipe' | 'inherit' | 'ignore' = 'pipe',
): Promise<ChildProcess> {
  built ??= build();
  await built;
  const program = path.join(ROOT, 'dist/scripts/wecare.js');
  const args = [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), program, ...words];
  return spawn(process.execPath, args, {
    // The bound on memory is the one of docker-compose.yml.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_OPTIONS: '--max-old-space-size=160 --max-semi-space-size=24',
      ...env,
    },
    stdio: ['ignore', answer, 'inherit'],
  });
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let built: Promise<void> | undefined;

async function build(): Promise<void> {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error('The build failed; see what npm run build says.');
}

/** A Redis for this measurement, or undefined where none is installed. */
export async function startRedis(dir: string): Promise<{ url: string; stop(): void } | undefined> {
  const program = (process.env.PATH ?? '')
    .split(':')
    .map((p) => path.join(p, 'redis-server'))
    .find(existsSync);
  if (!program) return undefined;
  const socketPort = 20_000 + (process.pid % 20_000);
  const child = spawn(
    program,
    [
      '--port',
      String(socketPort),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
      '--dir',
      dir,
    ],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${socketPort}`;
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => 100 });
  probe.on('error', () => undefined);
  await probe.ping();
  probe.disconnect();
  return { url, stop: () => void child.kill('SIGTERM') };
}

/** Waits for a condition, looking often. @throws after ten minutes, naming what was waited for */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  everyMs = 20,
): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > 600_000) throw new Error(`Waited ten minutes until ${what}.`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
