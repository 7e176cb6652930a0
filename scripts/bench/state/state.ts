import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { digestRuns } from '../../../src/deliveries/digests.ts';
import { newRing } from '../../../src/keys.ts';
import { keepScratch, type Scratch } from '../../lib/scratch.ts';
import { makeCampaigns } from './campaigns.ts';
import { makeDeliveries } from './deliveries.ts';
import { makeNewsletters, makeOffice, makeRecords } from './office.ts';
import { makePeople } from './people.ts';
import { makeShelf } from './shelf.ts';

/** Grows when what is made changes, so that one kept from before is made anew. */
const EDITION = 1;

const SIZES = {
  contacts: Number(process.env.BENCH_CONTACTS ?? 1_000_000),
  campaigns: Number(process.env.BENCH_CAMPAIGNS ?? 500),
  deliveries: Number(process.env.BENCH_DELIVERIES ?? 10_000_000),
};

/** Where the made-up state is kept between runs; removing the folder makes it anew. */
const DIR = process.env.BENCH_STATE_DIR ?? path.join(tmpdir(), 'wecare-bench-state');

/**
 * The database of a made-up state, with this release's tables: the one that is kept, or a new one where
 * it was made otherwise or not to its end.
 * @param anew makes it even when there is one
 */
export async function openState(settings: Record<string, string>, anew = false): Promise<Scratch> {
  const wanted = JSON.stringify({ edition: EDITION, ...SIZES });
  const mark = path.join(DIR, 'made.json');
  const made = await readFile(mark, 'utf8').then(JSON.parse, () => null);
  if (made?.state === wanted && !anew) return keepScratch(DIR, { WECARE_KEYS: made.keys, ...settings });
  await rm(DIR, { recursive: true, force: true });
  const keys = newRing();
  const scratch = await keepScratch(DIR, { WECARE_KEYS: keys, ...settings });
  try {
    await makeState(scratch);
    await writeFile(mark, JSON.stringify({ state: wanted, keys }), { mode: 0o600 });
    return scratch;
  } catch (error) {
    await scratch.end();
    throw error;
  }
}

async function makeState({ ground }: Scratch): Promise<void> {
  const steps: [string, () => Promise<void>][] = [
    ['the office', () => makeOffice(ground)],
    [`${SIZES.contacts} contacts`, () => makePeople(ground, SIZES.contacts)],
    [`${SIZES.campaigns} campaigns`, () => makeCampaigns(ground, SIZES.campaigns)],
    [`${SIZES.deliveries} deliveries`, () => makeDeliveries(ground, SIZES.deliveries)],
    ['newsletters', () => makeNewsletters(ground)],
    ['records', () => makeRecords(ground)],
    ['the shelf', () => makeShelf(ground)],
    ['digests', () => digestRuns(ground).then(() => undefined)],
    // As after a night of autovacuum.
    ['order', () => ground.sql.query('VACUUM (ANALYZE)').then(() => undefined)],
  ];
  for (const [what, make] of steps) {
    const started = performance.now();
    await make();
    process.stderr.write(`Made ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
}
