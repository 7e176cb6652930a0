import type { ChildProcess } from 'node:child_process';
import { Redis } from 'ioredis';
import { persistently } from '../../src/db.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { freezeRun } from '../../src/deliveries/freeze.ts';
import { openScratch, type Scratch, startRedis, startWorkerProcess, until } from '../lib/scratch.ts';
import { type Compared, compare } from './compare.ts';
import { seedContacts, seedRun } from './seed.ts';
import { openSink, type Sink } from './sink.ts';

const RECIPIENTS = Number(process.env.BENCH_RECIPIENTS ?? 20_000);
const CONNECTIONS = 10;
const LEASE_SECONDS = 4;

type Event = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'flush' | 'restart' | 'kill postgres';

/** Ten kills, ten stops, two freezes, and the stores pulled away in between. */
const EVENTS: Event[] = [
  ...Array.from({ length: 10 }, (_, i): Event[] => [
    'SIGKILL',
    'SIGTERM',
    ...((i === 2 || i === 6 ? ['SIGSTOP'] : []) as Event[]),
    ...((i === 1 || i === 5 || i === 8 ? ['flush'] : []) as Event[]),
    ...((i === 3 ? ['restart'] : i === 7 ? ['kill postgres'] : []) as Event[]),
  ]),
].flat();

interface Result extends Compared {
  backend: string;
  connections: number;
  kills: number;
  terms: number;
  stops: number;
  seconds: number;
}

/** Prints one JSON line for each queue backend and their sum as the last. */
export async function bench(): Promise<void> {
  const results: Result[] = [];
  for (const backend of ['postgres', 'redis']) {
    const result = await crash(backend);
    if (result) print(result);
    else process.stderr.write('No redis-server was found: the Redis half was not run.\n');
    if (result) results.push(result);
  }
  const sum = (key: keyof Result) => results.reduce((total, result) => total + Number(result[key]), 0);
  print({
    backend: results.map((result) => result.backend).join('+'),
    ...{ lost: sum('lost'), duplicated: sum('duplicated'), false_failed: sum('false_failed') },
    ...{ unknown_by_kill: sum('unknown_by_kill'), unknown_by_drop: sum('unknown_by_drop') },
    ...{ connections: CONNECTIONS, kills: sum('kills'), terms: sum('terms'), stops: sum('stops') },
    ...{ unknown_by_term: sum('unknown_by_term'), seconds: sum('seconds') },
  });
}

const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function crash(backend: string): Promise<Result | undefined> {
  const settings = {
    ...{
      SENDER_CONNECTIONS: String(CONNECTIONS),
      LEASE_SECONDS: String(LEASE_SECONDS),
      DEFER_FIRST_SECONDS: '2',
    },
    STOP_SECONDS: '10',
  };
  const redis = backend === 'redis' ? await startRedis('/tmp') : undefined;
  if (backend === 'redis' && !redis) return undefined;
  const scratch = await openScratch({ ...settings, ...(redis && { REDIS_URL: redis.url }) });
  const sink = await openSink({ latencyMs: 30 });
  try {
    const run = await plant(scratch, sink);
    const started = performance.now();
    const happened = await wreak({ scratch, sink, run, redisUrl: redis?.url });
    const compared = await compare(scratch.ground, { run, seen: sink.seen });
    const seconds = Math.round((performance.now() - started) / 1000);
    return { backend, ...compared, connections: CONNECTIONS, ...happened, seconds };
  } finally {
    await sink.close();
    await scratch.end();
    redis?.stop();
  }
}

/** Twenty thousand contacts and a run to all of them. */
async function plant({ ground }: Scratch, sink: Sink): Promise<bigint> {
  const list = await seedContacts(ground, RECIPIENTS);
  await saveAccount(ground, {
    ...{ name: 'sink', domains: ['*'], connections: CONNECTIONS },
    settings: {
      host: '127.0.0.1',
      port: sink.port,
      security: 'none',
      timeoutSeconds: 20,
      dotTimeoutSeconds: 20,
    },
  });
  const { run, contents } = await seedRun(ground, { small: true });
  await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
  return run;
}

interface Theatre {
  scratch: Scratch;
  sink: Sink;
  run: bigint;
  redisUrl: string | undefined;
}

/** Lets two workers send while one thing after the other goes wrong, each when its share of the work is done. */
async function wreak({
  scratch,
  sink,
  run,
  redisUrl,
}: Theatre): Promise<Pick<Result, 'kills' | 'terms' | 'stops'>> {
  const workers: ChildProcess[] = [
    await startWorkerProcess(scratch.env),
    await startWorkerProcess(scratch.env),
  ];
  const happened = { kills: 0, terms: 0, stops: 0 };
  const step = Math.floor((RECIPIENTS * 0.8) / EVENTS.length);
  for (const [index, event] of EVENTS.entries()) {
    await until(() => sink.accepted() >= step * (index + 1), `${step * (index + 1)} mails have arrived`);
    await act(event, index);
    if (process.stderr.isTTY)
      process.stderr.write(`\r${index + 1}/${EVENTS.length} ${event.padEnd(16)} ${sink.accepted()} arrived `);
  }
  await until(async () => (await stateOf(scratch, run)) === 'finished', 'the run is finished', 200);
  await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
  return happened;

  async function act(event: Event, index: number): Promise<void> {
    const at = index % 2;
    const victim = workers[at] as ChildProcess;
    if (event === 'SIGKILL' || event === 'SIGTERM') {
      await end(victim, event);
      happened[event === 'SIGKILL' ? 'kills' : 'terms']++;
      workers[at] = await startWorkerProcess(scratch.env);
    } else if (event === 'SIGSTOP') {
      victim.kill('SIGSTOP');
      await new Promise((done) => setTimeout(done, LEASE_SECONDS * 2500));
      victim.kill('SIGCONT');
      happened.stops++;
    } else if (event === 'flush') {
      if (redisUrl) await flush(redisUrl);
      else await scratch.ground.sql.query('DELETE FROM bullmq.job');
    } else await scratch.restartPostgres(event === 'kill postgres');
  }
}

/** Ends a process and waits for it. */
async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await gone;
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}

async function stateOf({ ground }: Scratch, run: bigint): Promise<string> {
  const { rows } = await persistently(() => ground.sql.query('SELECT state FROM run WHERE id = $1', [run]));
  return rows[0].state;
}
