import { freezeRun } from '../../src/deliveries/freeze.ts';
import type { Targets } from '../../src/deliveries/left-out.ts';
import type { Ground } from '../../src/ground.ts';
import { openScratch } from '../lib/scratch.ts';
import { seedAudience, seedRules } from './audience.ts';
import { seedRun } from './seed.ts';

const CONTACTS = Number(process.env.BENCH_CONTACTS ?? 1_000_000);

/**
 * A million contacts frozen into a run, consent asked for each, some withdrawn, some suppressed: first
 * everybody of one list, then by segments, exclusions and contact pressure, the slower of which is `seconds`.
 * The memory is this process's, which does what a worker does for it.
 */
export async function bench(): Promise<void> {
  const scratch = await openScratch({});
  try {
    const { ground } = scratch;
    process.stderr.write(`Making ${CONTACTS} contacts …\n`);
    const list = await freeze(ground, await seedAudience(ground, CONTACTS));
    await ground.sql.query('TRUNCATE delivery, run_left_out, run_range');
    process.stderr.write(`Making the runs they had before …\n`);
    const rules = await freeze(ground, await seedRules(ground));
    const worker_rss_mb = Math.max(list.rss_mb, rules.rss_mb);
    const seconds = Math.max(list.seconds, rules.seconds);
    process.stdout.write(`${JSON.stringify({ seconds, worker_rss_mb, contacts: CONTACTS, list, rules })}\n`);
  } finally {
    await scratch.end();
  }
}

async function freeze(ground: Ground, targets: Targets) {
  const { run, contents } = await seedRun(ground, { small: true });
  const started = performance.now();
  const frozen = await freezeRun(ground, run, { ...targets, fallback: ['en'], contents });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  // A run that never began would press everybody it was frozen for.
  await ground.sql.query("UPDATE run SET state = 'cancelled', started_at = NULL WHERE id = $1", [run]);
  return { seconds, ...frozen, rss_mb: Math.round(process.memoryUsage().rss / 1024 / 1024) };
}
