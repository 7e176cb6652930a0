import type { Ground } from '../ground.ts';
import { findDifferences } from './differences.ts';
import { type Fetched, fetchSettlements } from './settlements.ts';

/** What came of comparing: what was fetched, and how many differences are new, gone and open. */
export type Reconciled = Fetched & { found: number; gone: number; open: number };

/** Fetches what the gateways settled and compares it with the books. @param from the first day to fetch again */
export async function reconcileSettlements(
  ground: Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'config' | 'queues'>,
  from?: string,
): Promise<Reconciled> {
  const fetched = await fetchSettlements(ground, from);
  return { ...fetched, ...(await findDifferences(ground)) };
}
