import { v7 as uuid } from 'uuid';
import { type Connection, transaction } from '../../src/db.ts';
import { sealJournals, verifyLedger } from '../../src/giving/seal.ts';
import type { Ground } from '../../src/ground.ts';
import { openScratch } from '../lib/scratch.ts';

/** Each has a capture and a fee, four postings together. */
const GIFTS = Math.ceil(Number(process.env.BENCH_POSTINGS ?? 1_000_000) / 4);
const BATCH = 25_000;

/** How long it takes to seal and to look through the books of a million postings. */
export async function bench(): Promise<void> {
  const scratch = await openScratch({});
  try {
    const { ground } = scratch;
    await plant(ground);
    const sealing = await timed(() => sealJournals(ground));
    const verifying = await timed(() => verifyLedger(ground));
    const told = { postings: GIFTS * 4, seal_s: sealing.seconds, verify_s: verifying.seconds };
    process.stdout.write(`${JSON.stringify({ ...told, ...verifying.result })}\n`);
  } finally {
    await scratch.end();
  }
}

async function plant({ sql }: Ground): Promise<void> {
  const donor = uuid();
  await sql.query(`INSERT INTO donor (id, kind, name) VALUES ($1, 'individual', 'Donor')`, [donor]);
  for (let first = 1; first <= GIFTS; first += BATCH) {
    const last = Math.min(first + BATCH - 1, GIFTS);
    await transaction(sql, (connection) => plantSome(connection, { donor, first, last }));
    if (process.stderr.isTTY) process.stderr.write(`\r${last} of ${GIFTS} gifts`);
  }
  await sql.query('ANALYZE');
}

/** With the triggers that guard the books at work, like those of a payment. */
async function plantSome(
  connection: Connection,
  { donor, first, last }: { donor: string; first: number; last: number },
): Promise<void> {
  await connection.query(
    `WITH gift AS (SELECT n, 10000 + n % 977 * 100 AS paise, date '2026-04-01' + n % 240 AS day FROM generate_series($1::int, $2::int) n),
     given AS (
       INSERT INTO donation (id, stream, fund, donor_id, amount, mode, given_on)
       SELECT gen_random_uuid(), 'domestic', 'fund.general.domestic', $3, paise, 'upi', day FROM gift),
     journals AS (
       INSERT INTO journal (kind, subject, on_day, at)
       SELECT kind, 'payment:pay_' || n, day, day + time '12:00' FROM gift, (VALUES ('capture'), ('fee')) k(kind)
       RETURNING id, kind, split_part(subject, '_', 2)::int AS n)
     INSERT INTO posting (journal, line, account, amount)
     SELECT j.id, l.line, l.account, l.sign * CASE j.kind WHEN 'capture' THEN g.paise ELSE g.paise * 236 / 10000 END
       FROM journals j JOIN gift g USING (n)
       JOIN (VALUES ('capture', 1, 'clearing.domestic', 1), ('capture', 2, 'fund.general.domestic', -1),
                    ('fee', 1, 'fee.domestic', 1), ('fee', 2, 'clearing.domestic', -1)) l(kind, line, account, sign) USING (kind)`,
    [first, last, donor],
  );
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { seconds: Math.round((performance.now() - began) / 10) / 100, result };
}
