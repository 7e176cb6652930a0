import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Ground } from '../ground.ts';

/**
 * How often a secret may be tried. Nobody can be locked out by others: what strangers try counts by their
 * network, and for an account as a whole only slowly; a browser in which the user has signed in before
 * (its device cookie says so) is counted by itself alone, and a reset by mail makes any browser such a one.
 * After the OWASP page "Slow Down Online Guessing Attacks with Device Cookies".
 */
const LIMITS = {
  network: { points: 60, duration: 15 * 60 },
  pair: { points: 10, duration: 15 * 60 },
  device: { points: 10, duration: 15 * 60 },
};

/**
 * Tries an hour for an account as a whole, by what is tried. Six digits are asked only of those who know
 * the password, so nobody else can use them up.
 */
const ACCOUNT = { 'sign-in': 100, code: 20, own: 20, forgot: 5 };

type LimitName = keyof typeof LIMITS | 'account';

/** One try: at which account, from where, in a browser that is known or is not. */
export interface Try {
  account: string;
  network: string;
  /** Id of a trusted device of this account, or null. */
  device: string | null;
}

export interface Attempts {
  /** Counts a try before it is made. @returns seconds to wait when it may not be made, else null */
  begin(one: Try): Promise<number | null>;
  /** The secret was right: what was counted for this account from here is forgotten. */
  succeed(one: Try): Promise<void>;
}

/** Counters in the database, for all processes together; kept as keyed hashes. */
export function openAttempts(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  what: keyof typeof ACCOUNT,
): Attempts {
  const limits = { ...LIMITS, account: { points: ACCOUNT[what], duration: 3600 } };
  const limiters = Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => [
      name,
      new RateLimiterPostgres({
        ...{ storeClient: sql, storeType: 'pool', tableName: 'rate_limit', tableCreated: true },
        ...{ keyPrefix: `${what}-${name}`, ...limit },
      }),
    ]),
  ) as Record<LimitName, RateLimiterPostgres>;
  const hashOf = (key: string) => keys.sign('rate-limit', Buffer.from(key), 15).toString('base64url');
  const counted = (one: Try) =>
    keysOf(one).map(([name, key]) => ({ limiter: limiters[name], key: hashOf(key) }));
  return {
    async begin(one) {
      for (const { limiter, key } of counted(one)) {
        const wait = await consume(limiter, key);
        if (wait !== null) return wait;
      }
      return null;
    },
    async succeed(one) {
      const [first, ...rest] = counted(one).filter(({ limiter }) => limiter !== limiters.account);
      await Promise.all(rest.map(({ limiter, key }) => limiter.delete(key)));
      if (first) await (one.device ? first.limiter.delete(first.key) : first.limiter.reward(first.key));
    },
  };
}

function keysOf({ account, network, device }: Try): [LimitName, string][] {
  if (device) return [['device', `${account} ${device}`]];
  return [
    ['network', network],
    ['pair', `${account} ${network}`],
    ['account', account],
  ];
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return Math.ceil(refused.msBeforeNext / 1000);
  }
}
