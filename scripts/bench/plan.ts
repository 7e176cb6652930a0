import { freezeRun } from '../../src/deliveries/freeze.ts';
import { openScratch } from '../lib/scratch.ts';
import { seedContacts, seedRun } from './seed.ts';

const CONTACTS = Number(process.env.BENCH_CONTACTS ?? 1_000_000);

/**
 * A million contacts frozen into a run: consent asked for each, some withdrawn, some suppressed. The
 * memory is this process's, which does what a worker does for it.
 */
export async function bench(): Promise<void> {
  const scratch = await openScratch({});
  try {
    const { ground } = scratch;
    process.stderr.write(`Making ${CONTACTS} contacts …\n`);
    const list = await seedContacts(ground, CONTACTS);
    await ground.sql.query(
      "UPDATE consent SET given = false, at = now() WHERE ('x' || right(contact_id::text, 8))::bit(32)::int % 50 = 0",
    );
    await ground.sql.query(
      `INSERT INTO suppression (channel, hash, reason, source)
       SELECT channel, hash, 'hardbounce', 'bench' FROM address WHERE ('x' || right(contact_id::text, 8))::bit(32)::int % 40 = 1`,
    );
    await ground.sql.query('ANALYZE consent, suppression, address');
    await ground.sql.query('CHECKPOINT');
    const { run, contents } = await seedRun(ground, { small: true });
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const frozen = await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
    const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
    const mb = (bytes: number) => Math.round(bytes / 1024 / 1024);
    const rss = { worker_rss_mb: mb(process.memoryUsage().rss), worker_rss_before_mb: mb(before) };
    process.stdout.write(`${JSON.stringify({ seconds, ...rss, contacts: CONTACTS, ...frozen })}\n`);
  } finally {
    await scratch.end();
  }
}
