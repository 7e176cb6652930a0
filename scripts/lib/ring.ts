import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../src/config.ts';
import { Refusal } from '../../src/errors.ts';
import { newRing, nextRing } from '../../src/keys.ts';
import { withLock } from './lock.mjs';

/** The keys of this installation: WECARE_KEYS, or the ring that is kept beside its database. */
export const keyRing = async (config: Config, { home }: { home: string }): Promise<string> =>
  config.WECARE_KEYS ?? (await localRing(home));

/** Without WECARE_KEYS an installation makes its ring once and keeps it beside its database. */
const localRing = (home: string): Promise<string> =>
  locked(home, async (kept) => kept || writeRing(home, newRing()));

/** Puts a new key in front of the ring in the data folder. @returns the ring */
export const rotateLocalRing = (home: string): Promise<string> =>
  locked(home, (kept) => writeRing(home, nextRing(kept || newRing())));

/** Where an installation without WECARE_KEYS keeps its ring. */
export const keyFile = (home: string): string => path.join(home, 'keys');

async function locked(home: string, work: (kept: string) => Promise<string>): Promise<string> {
  await mkdir(home, { recursive: true });
  return withLock(path.join(home, 'keys.lock'), async () => work(await readRing(home)));
}

async function readRing(home: string): Promise<string> {
  const file = keyFile(home);
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Refusal(`The keys in ${file} cannot be read (${error.code}). Start as the user who made them.`);
  });
  return kept.trim();
}

/** Renamed into place: a file by that name is always whole, also after a power cut. */
async function writeRing(home: string, ring: string): Promise<string> {
  const file = keyFile(home);
  await writeFile(`${file}.new`, ring, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return ring;
}
