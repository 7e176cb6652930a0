import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './ports.ts';

/** Where the first of these programs lies, or undefined when the machine has none of them. */
export async function findProgram(names: string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const file of names.flatMap((name) => folders.map((folder) => path.join(folder, name)))) {
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

/** A Redis of our own for one run, kept in memory; undefined when the machine has no redis-server. */
export async function startRedis(
  folder: string,
): Promise<{ url: string; stop: () => Promise<void> } | undefined> {
  const program = await findProgram(['redis-server', 'valkey-server']);
  if (!program) return undefined;
  const port = await freePort();
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const how = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const child = spawn(program, [...where, ...how], { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  await answers(url, child);
  const stop = async () => {
    const ended = once(child, 'close');
    if (child.kill()) await ended;
  };
  process.once('exit', () => child.kill());
  return { url, stop };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // it is still starting
  const ready = redis.ping().then(() => true);
  const came = await Promise.race([ready, once(child, 'close').then(() => false), wait(10_000, false)]);
  redis.disconnect();
  if (!came) throw new Error(`redis-server did not answer on ${url}`);
}
