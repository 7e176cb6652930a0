import type { Queryable } from '../../db.ts';
import type { Stream } from '../accounts.ts';
import type { Period } from './period.ts';

/** What an account held before a period, what moved in it, and what it holds after. Debits are positive. */
export interface BalanceRow {
  account: string;
  kind: 'asset' | 'liability' | 'fund';
  stream: Stream;
  opening: bigint;
  debits: bigint;
  credits: bigint;
  closing: bigint;
}

/** The trial balance of a period; accounts that never moved are left out. */
export async function trialBalance(sql: Queryable, { from, to }: Period): Promise<BalanceRow[]> {
  const { rows } = await sql.query(
    `SELECT a.code AS account, a.kind, a.stream,
            coalesce(sum(p.amount) FILTER (WHERE j.on_day < $1), 0)::bigint AS opening,
            coalesce(sum(p.amount) FILTER (WHERE j.on_day >= $1 AND p.amount > 0), 0)::bigint AS debits,
            coalesce(-sum(p.amount) FILTER (WHERE j.on_day >= $1 AND p.amount < 0), 0)::bigint AS credits,
            sum(p.amount)::bigint AS closing
       FROM posting p JOIN journal j ON j.id = p.journal JOIN ledger_account a ON a.code = p.account
      WHERE j.on_day <= $2 GROUP BY a.code ORDER BY a.stream, a.kind, a.code`,
    [from, to],
  );
  return rows.map((row) => ({
    ...row,
    ...{ opening: BigInt(row.opening), debits: BigInt(row.debits) },
    ...{ credits: BigInt(row.credits), closing: BigInt(row.closing) },
  }));
}

/** The sums of some rows; opening and closing are nothing when the books of a stream balance. */
export function totalsOf(rows: readonly BalanceRow[]) {
  const sum = (pick: (row: BalanceRow) => bigint) => rows.reduce((all, row) => all + pick(row), 0n);
  return {
    ...{ opening: sum((row) => row.opening), debits: sum((row) => row.debits) },
    ...{ credits: sum((row) => row.credits), closing: sum((row) => row.closing) },
  };
}
