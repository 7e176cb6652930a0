import type { Request, RequestHandler, Response } from 'express';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { networkOf } from '../access/network.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

interface Limit {
  points: number;
  seconds: number;
  /** Counted in the database for all processes together; otherwise by each for itself. */
  shared: boolean;
  /** Counted for each API key, wherever it calls from, and told in `RateLimit-*` headers. */
  perKey?: boolean;
}

/**
 * How often one caller may ask, by the kind of what is asked. A village may stand behind one address, so
 * what changes nothing is generous; `machine` is for mail programs and probes, which are never turned
 * away for a person's sake.
 */
const limits = {
  machine: { points: 6000, seconds: 60, shared: false },
  /** A gateway tells of every payment of a busy hour from few addresses, and switches off whoever refuses. */
  gateway: { points: 120_000, seconds: 60, shared: false },
  view: { points: 300, seconds: 60, shared: false },
  /** A page that is kept in memory and may be read by a whole town behind one address of a phone company. */
  popular: { points: 30_000, seconds: 60, shared: false },
  /** What a stranger can send us: it costs a mail or a row. */
  form: { points: 20, seconds: 600, shared: true },
  /** Three of them make a gift, and a phone company puts a town behind one address. */
  gift: { points: 300, seconds: 600, shared: true },
  /** A program with an API key. */
  api: { points: 1200, seconds: 60, shared: true, perKey: true },
  /** Somebody at the console, counted by session, because an office has one address for all. */
  staff: { points: 1200, seconds: 60, shared: false },
} satisfies Record<string, Limit>;

export type LimitClass = keyof typeof limits;

/** The limits of this process. Callers are kept as keyed hashes, an IPv6 network of /64 as one caller. */
export function openLimits(ground: Pick<Ground, 'sql' | 'keys' | 'log'>): Record<LimitClass, RequestHandler> {
  const made = Object.entries(limits).map(([name, limit]) => [name, guard(ground, name, limit)] as const);
  return Object.fromEntries(made) as Record<LimitClass, RequestHandler>;
}

function guard(ground: Pick<Ground, 'sql' | 'keys' | 'log'>, name: string, limit: Limit): RequestHandler {
  const limiter = openLimiter(ground, name, limit);
  return async (req, res, next) => {
    const caller = limit.perKey ? `key ${res.locals.caller.keyId}` : callerOf(req);
    try {
      const left = await limiter.consume(hashOf(ground, caller));
      if (limit.perKey) tellLeft(res, limit, left);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      if (limit.perKey) tellLeft(res, limit, refused);
      res.set('Retry-After', String(Math.ceil(refused.msBeforeNext / 1000)));
      const who = limit.perKey ? say`with this API key` : say`from your address`;
      throw new Refusal(say`Too many requests ${who}. Wait a while and try again.`, 429);
    }
    next();
  };
}

const callerOf = (req: Request): string => req.session?.entry?.id ?? networkOf(req.ip ?? '');

/** The fields of draft-ietf-httpapi-ratelimit-headers-06, which clients know today; times in seconds. */
function tellLeft(res: Response, { points, seconds }: Limit, left: RateLimiterRes): void {
  res.set({
    'RateLimit-Policy': `${points};w=${seconds}`,
    'RateLimit-Limit': String(points),
    'RateLimit-Remaining': String(Math.max(0, left.remainingPoints)),
    'RateLimit-Reset': String(Math.ceil(left.msBeforeNext / 1000)),
  });
}

/** Where the database does not answer, each process counts for itself. */
function openLimiter(
  { sql }: Pick<Ground, 'sql'>,
  name: string,
  { points, seconds, shared }: Limit,
): RateLimiterAbstract {
  const memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  if (!shared) return memory;
  return new RateLimiterPostgres({
    ...{ storeClient: sql, storeType: 'pool', tableName: 'rate_limit', tableCreated: true },
    ...{ keyPrefix: name, points, duration: seconds, insuranceLimiter: memory },
  });
}

const hashOf = ({ keys }: Pick<Ground, 'keys'>, caller: string): string =>
  keys.sign('rate-limit', Buffer.from(caller), 15).toString('base64url');
