import { z } from 'zod';
import type { Connection } from '../db.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';

const shape = z
  .object({
    percent: z.number().min(0).max(50).default(0),
    count: z.int().min(0).max(1_000_000).default(0),
    waitSeconds: z.int().min(60).max(604_800),
    minAudience: z.int().min(1),
  })
  .refine(({ percent, count }) => percent > 0 || count > 0);

/**
 * Whom a run writes to before the rest: so many percent of its audience, but at least `count`. It then
 * waits so many seconds. Audiences below `minAudience` go without.
 */
export type Canary = z.infer<typeof shape>;

/**
 * Unless a message says otherwise. A mail that is broken, blocked or wrong shows within 200 people; a
 * list that has gone bad shows in 2 % of it. A server that defers strangers takes them at the second
 * attempt, a quarter of an hour later, and half an hour leaves a person time to look at the mail. Below
 * 20,000 the wait would cost more than the canary saves: such a run is through in a few minutes, and a
 * newsletter of that size is proven by its test mails.
 */
export const USUAL_CANARY: Canary = { percent: 2, count: 200, waitSeconds: 1800, minAudience: 20_000 };

/** @throws Refusal for numbers that will not do */
export function parseCanary(wish: Partial<Canary>): Canary {
  const { waitSeconds, minAudience } = USUAL_CANARY;
  const parsed = shape.safeParse({ waitSeconds, minAudience, ...wish });
  if (parsed.success) return parsed.data;
  throw new Refusal(
    say`A canary is up to 50 percent of the audience or a number of people, a wait of 60 seconds to seven days, and the smallest audience that it is for.`,
  );
}

/** How many of an audience go first; 0 when all go at once. */
export function canarySize(total: number, { percent, count, minAudience }: Canary): number {
  const size = Math.max(count, Math.ceil((total * percent) / 100));
  return total < minAudience || size >= total ? 0 : size;
}

/**
 * Gives the canary of a frozen audience the first sequence numbers, and lets only those leave.
 * @returns how many they are; 0 when the run goes without
 */
export async function chooseCanary(
  connection: Connection,
  run: bigint,
  { total, wish }: { total: number; wish: Canary | undefined },
): Promise<number> {
  const size = wish ? canarySize(total, wish) : 0;
  if (!wish || !size) return 0;
  // A partition that is filled in this transaction has no statistics, and looks small to the planner.
  await connection.query('SET LOCAL enable_nestloop = off');
  await connection.query(CHANGE_PLACES, [run, size, drawnFrom(total, size)]);
  await connection.query('SET LOCAL enable_nestloop TO DEFAULT');
  await connection.query('UPDATE delivery SET seq = -seq WHERE run = $1 AND seq < 0', [run]);
  await connection.query('UPDATE run SET released_seq = $2 WHERE id = $1', [run, size]);
  await connection.query('INSERT INTO run_canary (run, size, wait_seconds) VALUES ($1, $2, $3)', [
    ...[run, size, wish.waitSeconds],
  ]);
  return size;
}

const PARTS = 2 ** 20;
/** Sorting more than so many would take longer than freezing them. */
const LAID_OUT = 50_000;

/** Of a very large audience a part is drawn first, by the same hash: four times the canary at least. */
const drawnFrom = (total: number, size: number): number =>
  Math.min(PARTS, Math.ceil((PARTS * Math.max(LAID_OUT, 4 * size)) / total));

/**
 * Each recipient domain is shuffled by a hash that differs from run to run, and laid evenly along a line
 * with a beginning of its own; who stands first on the line is chosen. So every domain has its share,
 * within one (of a very large audience, nearly), and everybody the same chance. Those chosen change places with those who have their
 * numbers, by way of negative ones, because a number is unique at every moment.
 * $1 run · $2 size · $3 of how many parts of a very large audience they are drawn
 */
const CHANGE_PLACES = `
WITH audience AS MATERIALIZED (
  SELECT d.seq, hashtextextended(split_part(a.value, '@', -1), $1) AS domain,
         uuid_hash_extended(d.address_hash, $1) AS shuffled
    FROM delivery d JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
   WHERE d.run = $1 AND (uuid_hash_extended(d.address_hash, $1) & ${PARTS - 1}) < $3
), line AS (
  SELECT seq, shuffled,
         (row_number() OVER (PARTITION BY domain ORDER BY shuffled, seq) - 1
           + (domain & ${PARTS - 1}) / ${PARTS}.0::float8) / count(*) OVER (PARTITION BY domain) AS place
    FROM audience
), chosen AS MATERIALIZED (
  SELECT seq FROM line ORDER BY place, shuffled, seq LIMIT $2
), rising AS (
  SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM chosen WHERE seq > $2
), yielding AS (
  SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM (
    SELECT generate_series(1, $2::int) AS seq EXCEPT SELECT seq FROM chosen) AS free
), pairs AS (
  SELECT r.seq AS one, y.seq AS other FROM rising r JOIN yielding y ON y.n = r.n
)
UPDATE delivery d SET seq = -m.other
  FROM (SELECT one, other FROM pairs UNION ALL SELECT other, one FROM pairs) AS m
 WHERE d.run = $1 AND d.seq = m.one`;
