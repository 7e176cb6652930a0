import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import type { Stream } from './accounts.ts';

/** A fund of a stream, and what it holds in paise. */
export interface Fund {
  code: string;
  stream: Stream;
  held: bigint;
}

/** Every fund with what it holds, the general ones first. */
export async function listFunds(sql: Queryable): Promise<Fund[]> {
  const { rows } = await sql.query<{ code: string; stream: Stream; held: string }>(
    `SELECT a.code, a.stream, coalesce(-sum(p.amount), 0)::bigint AS held
       FROM ledger_account a LEFT JOIN posting p ON p.account = a.code
      WHERE a.kind = 'fund' GROUP BY a.code ORDER BY a.code NOT LIKE 'fund.general.%', a.stream, a.code`,
  );
  return rows.map((row) => ({ ...row, held: BigInt(row.held) }));
}

/** A fund of this stream. @throws Refusal when there is none of that name in it */
export async function requireFund(sql: Queryable, code: string, stream: Stream): Promise<void> {
  const { rowCount } = await sql.query(
    `SELECT FROM ledger_account WHERE code = $1 AND stream = $2 AND kind = 'fund'`,
    [code, stream],
  );
  if (!rowCount) throw new Refusal(say`There is no such fund for this money. Choose one of the list.`);
}
