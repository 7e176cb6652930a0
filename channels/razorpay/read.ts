import type { z } from 'zod';
import { unreadable } from './failures.ts';

/**
 * An answer in the form it should have.
 *
 * @param changed whether it answers a request that changed something
 * @throws GatewayFailure `retryable` or, after a change, `unknown`
 */
export function read<T extends z.ZodType>(shape: T, answer: unknown, changed = false): z.output<T> {
  const { data, success } = shape.safeParse(answer);
  if (!success) throw unreadable(changed ? 'POST' : 'GET', 200);
  return data as z.output<T>;
}

/** The vendor keeps money as a JSON number. @throws RangeError for what is no sum of paise that it can hold */
export function numberOf(amount: bigint): number {
  if (amount < 1n || amount > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError('The amount is no number of paise that the gateway takes.');
  }
  return Number(amount);
}
