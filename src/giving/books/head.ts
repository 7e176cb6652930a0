import { type Connection, type Queryable, transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { indianDay } from '../calendar.ts';

/** Where the chain of journals stood. */
export interface LedgerHead {
  /** Of India's calendar, where it was told to the auditors. */
  day: string;
  number: bigint;
  /** SHA-256 in hex. */
  hash: string;
  journals: bigint;
  at: Date;
}

/**
 * Notes the head of the chain of today, once. Only a head that is held elsewhere makes it evident when the
 * books are changed behind us, so whoever notes it tells the auditors in the same transaction.
 *
 * @param tell in which the mails are queued
 * @returns null when it was told already, or nothing is posted yet
 */
export async function noteHead(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  tell: (connection: Connection, head: LedgerHead) => Promise<void>,
): Promise<LedgerHead | null> {
  const [now, day] = [clock.now(), indianDay(clock.now())];
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query(
      `INSERT INTO ledger_head (day, number, hash, journals, at)
       SELECT $1, number, hash, (SELECT count(*) FROM journal_seal), $2 FROM journal_seal ORDER BY number DESC LIMIT 1
       ON CONFLICT (day) DO NOTHING RETURNING ${COLUMNS}`,
      [day, now],
    );
    if (!rows[0]) return null;
    const head = headOf(rows[0]);
    await tell(connection, head);
    return head;
  });
}

/** The heads that were told, the newest first. */
export async function listHeads({ sql }: { sql: Queryable }, limit = 31): Promise<LedgerHead[]> {
  const { rows } = await sql.query(`SELECT ${COLUMNS} FROM ledger_head ORDER BY day DESC LIMIT $1`, [limit]);
  return rows.map(headOf);
}

const COLUMNS = `day::text AS day, number, encode(hash, 'hex') AS hash, journals, at`;
const headOf = (row: LedgerHead): LedgerHead => ({
  ...row,
  ...{ number: BigInt(row.number), journals: BigInt(row.journals) },
});
