import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { giveBack, type KeptAnswer, keepAnswer, type OnceOnly, takeOnce } from '../../access/answers.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { bodyHashOf } from './body.ts';
import { callerOf } from './caller.ts';
import { Problem, problemOf } from './problems.ts';

interface Doing {
  ground: Ground;
  req: Request;
  res: Response;
  /** How a refusal is kept. */
  base: string;
}

/**
 * Does a POST once for its Idempotency-Key, and gives the same answer to the same request for 24 hours.
 * A refusal is an answer too; after a fault of ours the request may be made again.
 */
export async function once(doing: Doing, work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
  const { ground, req, res } = doing;
  const given = req.method === 'POST' ? req.get('idempotency-key') : undefined;
  if (given === undefined) return work();
  const one: OnceOnly = {
    keyId: callerOf(res).keyId,
    idempotencyKey: readKey(given),
    requestHash: hashOf(req, res),
  };
  const kept = await take(ground, one);
  if (kept) {
    res.set('Idempotency-Replayed', 'true');
    return kept;
  }
  const answer = await settled(doing, work, one);
  await keepAnswer(ground, one, answer);
  return answer;
}

async function settled(
  { ground, req, base }: Doing,
  work: () => Promise<KeptAnswer>,
  one: OnceOnly,
): Promise<KeptAnswer> {
  try {
    return await work();
  } catch (error) {
    const problem = problemOf(error, { base, requestId: String(req.id) });
    if (problem.status >= 500) {
      await giveBack(ground, one);
      throw error;
    }
    const body = JSON.stringify(problem);
    return { status: problem.status, type: 'application/problem+json', location: null, body };
  }
}

async function take(ground: Ground, one: OnceOnly): Promise<KeptAnswer | null> {
  try {
    return await takeOnce(ground, one);
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) throw new Problem('key-reused', error.message);
    throw error;
  }
}

function readKey(given: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(given)) return given;
  const fault = { pointer: '/header/Idempotency-Key', detail: 'is not 1 to 255 visible characters of ASCII' };
  throw new Problem('invalid', 'The Idempotency-Key must be 1 to 255 visible characters, such as a UUID.', [
    fault,
  ]);
}

const hashOf = (req: Request, res: Response): Buffer =>
  createHash('sha256').update(`${req.method} ${req.originalUrl}\n`).update(bodyHashOf(res)).digest();
