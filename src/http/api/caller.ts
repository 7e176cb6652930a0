import type { RequestHandler, Response } from 'express';
import { type Caller, findCaller, requireScope } from '../../access/api-keys.ts';
import { requireRole } from '../../access/users.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Operation } from './operation.ts';
import { Problem } from './problems.ts';

export const callerOf = (res: Response): Caller => res.locals.caller;

/** Finds out whose key the request carries (RFC 6750 section 2.1), in the header and nowhere else. */
export function requireKey(ground: Ground): RequestHandler {
  return async (req, res, next) => {
    const [, key] = /^Bearer +(\S+) *$/i.exec(req.get('authorization') ?? '') ?? [];
    if (key === undefined) {
      res.set('WWW-Authenticate', 'Bearer realm="We Care"');
      throw new Problem('unauthorized', 'Send an API key: Authorization: Bearer wecare_….');
    }
    try {
      res.locals.caller = await findCaller(ground, key);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      res.set('WWW-Authenticate', 'Bearer realm="We Care", error="invalid_token"');
      throw error;
    }
    next();
  };
}

/** @throws Problem (403) that names the scope or role which is missing */
export function requireRight(caller: Caller, { scope, roles, does }: Operation): void {
  try {
    requireScope(caller, scope);
  } catch (error) {
    if (error instanceof Refusal) throw new Problem('scope-missing', error.message);
    throw error;
  }
  if (roles) requireRole(caller.user, roles, lowered(does));
}

const lowered = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
