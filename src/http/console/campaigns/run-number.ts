import type { Request } from 'express';
import { found } from '../../../errors.ts';
import { say } from '../../../say.ts';

/** The number of a run in an address. @throws Refusal (404) for what is none */
export function runIn(req: Pick<Request, 'params'>): bigint {
  const text = String(req.params.id);
  return found(/^\d{1,18}$/.test(text) ? BigInt(text) : null, say`There is no run ${text.slice(0, 40)}.`);
}
