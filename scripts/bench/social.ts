import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { NetworkName } from '../../channels/social.ts';
import { persistently } from '../../src/db.ts';
import { openSocial, SOCIAL } from '../../src/sandbox/social/social.ts';
import { badDay, type SocialStandIn, type Weather } from '../../src/sandbox/social/stand-in.ts';
import { openScratch, type Scratch, startWorkerProcess, until } from '../lib/scratch.ts';
import { plantPosts } from './social-posts.ts';
import { serveSocial } from './social-server.ts';

const DUE = Number(process.env.BENCH_POSTS ?? 500);
const KILLS = 10;
const LATENCY_MS = 60;
const settings = { LEASE_SECONDS: '4', NETWORK_TIMEOUT_SECONDS: '2', STOP_SECONDS: '10' };

/** A bad day, always the same one. A wait that a vendor asks for is minutes long, so it is not among its faults. */
const badWeather = (): Weather => ({
  ...{ latencyMs: LATENCY_MS, faultPercent: 20, random: seeded(7) },
  faults: badDay.filter((fault) => fault !== 'throttled'),
});
const calmWeather = (): Weather => ({ ...badWeather(), faultPercent: 0 });

/**
 * Posts over all channels are due in one minute. First on a bad day, with workers killed; then on a good
 * one with two workers, for how late they are. What the database says is compared with what the networks show.
 */
export async function bench(): Promise<void> {
  const bad = await pass(badWeather(), { workers: 1, kills: KILLS });
  const good = await pass(calmWeather(), { workers: 2, kills: 0 });
  const { late_p99_s, ...rest } = good;
  print({ ...bad, late_p99_s, second_pass: rest });
}

const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Numbers between 0 and 1 that are the same at every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Plan {
  workers: number;
  kills: number;
}

async function pass(weather: Weather, { workers, kills }: Plan) {
  const social = openSocial(weather);
  const server = await serveSocial(social.router, SOCIAL);
  const scratch = await openScratch({ ...settings, PUBLIC_URL: server.url });
  server.serveFiles(scratch.ground);
  const processes: ChildProcess[] = [];
  try {
    await plantPosts(scratch.ground, { standIns: social.standIns, url: `${server.url}${SOCIAL}`, due: DUE });
    for (let n = 0; n < workers; n++) processes.push(await startWorkerProcess(scratch.env));
    for (let n = 0; n < kills; n++)
      await replace(processes, scratch.env, await parts(scratch, (n + 1) / (kills + 1)));
    await until(async () => (await open(scratch)) === 0, 'every post is published or unknown', 300);
    return await compare(scratch, social.standIns);
  } finally {
    for (const child of processes) child.kill('SIGTERM');
    await Promise.all(
      processes.map((child) => child.exitCode ?? new Promise((done) => child.once('exit', done))),
    );
    await server.end();
    await scratch.end();
  }
}

/** Waits until a part of them has been tried. */
async function parts(scratch: Scratch, share: number): Promise<void> {
  await until(
    async () => (await count(scratch, 'attempts > 0')) >= DUE * share,
    'some posts were tried',
    100,
  );
  await wait(Math.random() * 200); // not always at the same step
}

async function replace(processes: ChildProcess[], env: Record<string, string>, _when: void): Promise<void> {
  const victim = processes[0] as ChildProcess;
  const gone = new Promise((done) => victim.once('exit', done));
  victim.kill('SIGKILL');
  await gone;
  processes[0] = await startWorkerProcess(env);
}

async function count({ ground }: Scratch, where: string): Promise<number> {
  const { rows } = await persistently(() =>
    ground.sql.query(`SELECT count(*)::int AS n FROM publication WHERE ${where}`),
  );
  return rows[0].n;
}

/** What still moves, and what is not there yet. */
async function open(scratch: Scratch): Promise<number> {
  const settled = await count(
    scratch,
    "state IN ('published', 'failed') OR state = 'unknown' AND next_at IS NULL",
  );
  return DUE - settled;
}

interface Row {
  channel: NetworkName;
  state: string;
  number: string;
  late: number;
}

async function compare({ ground }: Scratch, standIns: Map<NetworkName, SocialStandIn>) {
  const { rows } = await ground.sql.query<Row>(
    `SELECT a.channel, p.state::text AS state, substring(p.content->>'text' FROM 'No\\. \\d+') AS number,
            extract(epoch FROM p.published_at - r.due_at)::float8 AS late
       FROM publication p JOIN account a ON a.id = p.account_id JOIN run r ON r.id = p.run`,
  );
  const seen = new Map<string, number>();
  for (const [network, standIn] of standIns)
    for (const { text } of standIn.timeline()) {
      const key = `${network} ${/No\. \d+/.exec(text)?.[0]}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  const shown = ({ channel, number }: Row) => seen.get(`${channel} ${number}`) ?? 0;
  const lost = rows.filter(
    (row) => row.state !== 'unknown' && (row.state !== 'published' || shown(row) === 0),
  );
  const late = rows.filter(({ state }) => state === 'published').map((row) => row.late);
  late.sort((a, b) => a - b);
  const of = (state: string) => rows.filter((row) => row.state === state).length;
  return {
    ...{ due: DUE, published: of('published'), lost: lost.length, unknown: of('unknown') },
    duplicated: rows.reduce((sum, row) => sum + Math.max(0, shown(row) - 1), 0),
    networks: standIns.size,
    late_p99_s: Math.round((late[Math.floor(late.length * 0.99)] ?? 0) * 100) / 100,
  };
}
