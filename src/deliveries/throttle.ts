import { type Sql, transaction } from '../db.ts';

/** At most `n` in any `seconds`. */
export interface Limit {
  n: number;
  seconds: number;
  /** What it counts, where that is another key than the throttle's own. */
  key?: string;
}

/** Gives out permission to send, one message at a time, from batches reserved in the database. */
export interface Throttle {
  /** @returns 0 when one message may go now, otherwise the milliseconds to wait before asking again */
  take(): Promise<number>;
}

/** A batch that was not used is worth nothing after so long, so that it cannot pile up into a burst. */
const BATCH_LIFE_MS = 1000;
/** For how long a batch should last. What is left of one is lost to the limit, which may be a day's. */
const BATCH_MS = 500;

/**
 * Limits shared by all processes: what is granted in any window never exceeds the limit, by the
 * database's clock. Granted in small batches.
 */
export function openThrottle(sql: Sql, key: string, limits: Limit[]): Throttle {
  const tenth = Math.max(1, Math.floor(Math.min(...limits.map((limit) => limit.n)) / 10));
  let batch: Batch = { size: 0, left: 0, since: 0 };
  let asking: Promise<number> | undefined;
  const ask = async (): Promise<number> => {
    const since = performance.now();
    const most = Math.min(tenth, nextSize(batch, since));
    const { granted, waitMs } = await reserve(sql, key, { limits, most });
    batch = { size: granted, left: granted, since };
    return waitMs;
  };
  return {
    async take() {
      if (!limits.length) return 0;
      while (batch.left <= 0 || performance.now() > batch.since + BATCH_LIFE_MS) {
        asking ??= ask().finally(() => {
          asking = undefined;
        });
        const waitMs = await asking;
        if (batch.left <= 0) return Math.max(waitMs, 5);
      }
      batch.left--;
      return 0;
    },
  };
}

interface Batch {
  size: number;
  left: number;
  /** When it was asked for. */
  since: number;
}

/** As many as went lately in the time of a batch, and no more than twice those of the last one. */
function nextSize({ size, left, since }: Batch, now: number): number {
  const going = Math.floor(((size - left) / Math.max(1, now - since)) * BATCH_MS);
  return Math.max(1, Math.min(2 * size, going));
}

/**
 * Takes permission for one message that cannot wait long. Where no room comes within `patienceMs` it goes
 * nevertheless, and is counted, so that those who can wait make room for it.
 */
export async function takeUrgently(
  sql: Sql,
  key: string,
  { limits, patienceMs }: { limits: Limit[]; patienceMs: number },
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (limits.length) {
    const { granted, waitMs } = await reserve(sql, key, { limits, most: 1 });
    if (granted) return;
    if (performance.now() + waitMs > end) break;
    await new Promise((done) => setTimeout(done, Math.max(5, waitMs)));
  }
  if (limits.length) await sql.query(GRANT, [keysOf(key, limits), 1]);
}

interface Reserved {
  granted: number;
  waitMs: number;
}

const GRANT =
  'INSERT INTO rate_grant (key, at, n) SELECT key, clock_timestamp(), $2 FROM unnest($1::text[]) AS t(key)';

/** What the limits are counted by, in one order, so that nobody waits for each other. */
const keysOf = (key: string, limits: Limit[]): string[] =>
  [...new Set(limits.map((limit) => limit.key ?? key))].sort();

/** Reserves what there is room for, up to `most`, under a lock of the key. */
export async function reserve(
  sql: Sql,
  key: string,
  { limits, most }: { limits: Limit[]; most: number },
): Promise<Reserved> {
  const keys = keysOf(key, limits);
  return transaction(sql, async (connection) => {
    for (const one of keys)
      await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [one]);
    const { rows } = await connection.query(USED, [
      limits.map((limit) => limit.key ?? key),
      limits.map((l) => l.n),
      limits.map((l) => l.seconds),
    ]);
    const room = Math.min(most, ...rows.map((row) => row.room));
    if (room <= 0)
      return { granted: 0, waitMs: Math.max(...rows.map((row) => (row.room <= 0 ? row.wait_ms : 0))) };
    await connection.query(GRANT, [keys, room]);
    return { granted: room, waitMs: 0 };
  });
}

/** Room left in each window, and when its oldest grant leaves it. clock_timestamp: a lock may have been waited for. */
const USED = `
SELECT l.n - coalesce(sum(g.n), 0)::int AS room,
       coalesce(extract(epoch FROM min(g.at) + make_interval(secs => l.seconds) - clock_timestamp()) * 1000, 0)::float8 AS wait_ms
  FROM unnest($1::text[], $2::int[], $3::int[]) AS l(key, n, seconds)
  LEFT JOIN rate_grant g ON g.key = l.key AND g.at > clock_timestamp() - make_interval(secs => l.seconds)
 GROUP BY l.key, l.n, l.seconds`;

/**
 * Drops grants older than a day and merges those older than a minute into one a minute, dated by its
 * newest, so that a window never counts less than was granted in it.
 */
export async function tidyGrants(sql: Sql): Promise<void> {
  await sql.query("DELETE FROM rate_grant WHERE at < now() - interval '25 hours'");
  await sql.query(
    `WITH old AS (
       DELETE FROM rate_grant WHERE at < date_trunc('minute', now() - interval '2 minutes') RETURNING key, at, n
     ) INSERT INTO rate_grant (key, at, n) SELECT key, max(at), sum(n)::int FROM old GROUP BY key, date_trunc('minute', at)`,
  );
}
