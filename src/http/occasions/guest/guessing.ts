import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../../../access/network.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';

/** Addresses that lead nowhere, from one network: a slip of the hand is one or two, a machine that guesses is more. */
const POINTS = 60;

/** Who tried codes that are none, as far as one web remembers. */
export interface Guesses {
  /** @throws Refusal (429) for whoever tried many */
  requireFew(req: Request): Promise<void>;
  /** Somebody asked for a page that is none. */
  note(req: Request): Promise<unknown>;
}

export function openGuesses(): Guesses {
  const missed = new RateLimiterMemory({ keyPrefix: 'no such page', points: POINTS, duration: 600 });
  return {
    async requireFew(req) {
      const tried = await missed.get(networkOf(req.ip ?? ''));
      if (tried && tried.consumedPoints >= POINTS)
        throw new Refusal(say`Too many requests ${say`from your address`}. Wait a while and try again.`, 429);
    },
    note: (req) => missed.penalty(networkOf(req.ip ?? '')),
  };
}
