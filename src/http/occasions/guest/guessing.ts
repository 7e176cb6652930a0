import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../../../access/network.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';

/** Addresses that lead nowhere, from one network: a slip of the hand is one or two, a machine that guesses is more. */
const POINTS = 60;
const missed = new RateLimiterMemory({ keyPrefix: 'no such page', points: POINTS, duration: 600 });

/** @throws Refusal (429) for whoever tried many codes that are none */
export async function requireNoGuesser(req: Request): Promise<void> {
  const tried = await missed.get(networkOf(req.ip ?? ''));
  if (tried && tried.consumedPoints >= POINTS)
    throw new Refusal(say`Too many requests ${say`from your address`}. Wait a while and try again.`, 429);
}

/** Somebody asked for a page that is none. */
export const noteMiss = (req: Request) => missed.penalty(networkOf(req.ip ?? ''));
