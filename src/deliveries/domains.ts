import type { Sql } from '../db.ts';

/** Recipient domains that asked for patience, shared by all senders; each looks once a second. */
export interface Domains {
  /** Whether any is paused at all. */
  any(): boolean;
  paused(domain: string): boolean;
  /** Seconds until it may be tried again; 0 when it is not paused. */
  secondsLeft(domain: string): number;
  /** The domain said 421 or 4.7.x: leave it alone, longer each time it says so again. */
  slowDown(domain: string, reply: string): Promise<void>;
  close(): void;
}

/** First pause in seconds at most; doubles with each refusal after the last pause ended, to an hour. */
export const FIRST_PAUSE = 30;
const LONGEST_PAUSE = 3600;

export function openDomains(sql: Sql, onError: (error: unknown) => void, firstPause = FIRST_PAUSE): Domains {
  let paused = new Map<string, number>();
  const look = async () => {
    const { rows } = await sql.query(
      'SELECT domain, extract(epoch FROM until_at - now())::float8 AS left FROM domain_pause WHERE until_at > now()',
    );
    const at = performance.now();
    paused = new Map(rows.map((row) => [row.domain, at + row.left * 1000]));
  };
  const timer = setInterval(() => void look().catch(onError), 1000);
  timer.unref();
  const secondsLeft = (domain: string) => Math.max(0, ((paused.get(domain) ?? 0) - performance.now()) / 1000);
  return {
    any: () => paused.size > 0,
    secondsLeft,
    paused: (domain) => paused.size > 0 && secondsLeft(domain) > 0,
    async slowDown(domain, reply) {
      if (secondsLeft(domain) > 0) return;
      paused.set(domain, performance.now() + firstPause * 1000);
      await sql.query(SLOW_DOWN, [domain, firstPause, LONGEST_PAUSE, reply.slice(0, 200)]);
      await look();
    },
    close: () => clearInterval(timer),
  };
}

const SLOW_DOWN = `
INSERT INTO domain_pause AS p (domain, until_at, level, reply) VALUES ($1, now() + make_interval(secs => $2), 1, $4)
ON CONFLICT (domain) DO UPDATE SET
  level = CASE WHEN p.until_at > now() - interval '10 minutes' THEN least(p.level + 1, 10) ELSE 1 END,
  until_at = now() + make_interval(secs => least($3, $2 * 2 ^ (CASE WHEN p.until_at > now() - interval '10 minutes' THEN p.level ELSE 0 END))),
  reply = excluded.reply
WHERE p.until_at <= now()`;
