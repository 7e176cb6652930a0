import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { type DisputeLine, listDisputes } from './disputes.ts';
import { listRefunds, type RefundLine } from './refund-list.ts';
import { listParked } from './suspense.ts';

/** What of the money waits for a person. */
export interface FinanceThings {
  /** Those that others may decide about too are told apart by who asked. */
  refunds: RefundLine[];
  disputes: DisputeLine[];
  /** Payments whose money is in suspense. */
  parked: number;
  differences: number;
  /** Donors who wish to be erased. */
  erasures: number;
  /** Refunds that the gateway refused in the last days. */
  failed: RefundLine[];
}

const MOST = 20;
const DAYS = 7;

/** Reads what waits. @param money whether the viewer looks after the money itself, or only decides */
export async function financeThings(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  money: boolean,
): Promise<FinanceThings> {
  const refunds = (await listRefunds({ sql }, { state: 'asked', limit: MOST })).reverse();
  if (!money) return { refunds, disputes: [], parked: 0, differences: 0, erasures: 0, failed: [] };
  const disputes = await listDisputes({ sql }, { open: true, limit: MOST });
  const since = new Date(clock.now().getTime() - DAYS * 86_400_000);
  const failed = (await listRefunds({ sql }, { state: 'failed', limit: MOST })).filter(
    ({ askedById, askedAt }) => askedById && askedAt > since,
  );
  const waiting = disputes.filter(({ state }) => state === 'open');
  return { refunds, disputes: waiting, failed, ...(await counts(sql)) };
}

async function counts(sql: Queryable): Promise<Pick<FinanceThings, 'parked' | 'differences' | 'erasures'>> {
  const { rows } = await sql.query<{ differences: number; erasures: number }>(
    `SELECT (SELECT count(*)::int FROM difference WHERE resolved_at IS NULL) AS differences,
            (SELECT count(*)::int FROM erasure_request WHERE decided_at IS NULL) AS erasures`,
  );
  const { differences = 0, erasures = 0 } = rows[0] ?? {};
  return { parked: (await listParked({ sql })).length, differences, erasures };
}
