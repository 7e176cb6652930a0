import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { indianDay } from './calendar.ts';

/** A month that is closed. */
export interface Period {
  /** `2026-10`. */
  month: string;
  closedAt: Date;
  closedBy: string;
  /** Journals of its days. */
  journals: number;
}

/** Every closed month, the newest first. */
export async function listPeriods({ sql }: { sql: Queryable }): Promise<Period[]> {
  const { rows } = await sql.query<Period>(
    `SELECT to_char(p.month, 'YYYY-MM') AS month, closed_at AS "closedAt", closed_by AS "closedBy",
            (SELECT count(*)::int FROM journal j
              WHERE j.on_day >= p.month AND j.on_day < p.month + interval '1 month') AS journals
       FROM period p ORDER BY p.month DESC`,
  );
  return rows;
}

/**
 * The month that may be closed next: the one after the last, or the first that has a journal.
 *
 * @returns null while nothing stands in the books, or the month is not over yet
 */
export async function nextToClose({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<string | null> {
  const { rows } = await sql.query<{ month: string | null }>(
    `SELECT to_char(coalesce(first_open_day(), date_trunc('month', (SELECT min(on_day) FROM journal))), 'YYYY-MM') AS month`,
  );
  const month = rows[0]?.month ?? null;
  return month && month < thisMonth(clock) ? month : null;
}

/**
 * Closes a month for good: nothing is posted in it any more, and what is told later stands on the first
 * open day with the day it is of. Months close in their order, so that no open one lies before a closed one.
 *
 * @param month `2026-10`
 * @throws Refusal for a month that is not over, is closed, or is not the next
 */
export async function closePeriod(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  month: string,
  actor: string,
): Promise<void> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new Refusal(say`"${month}" is no month. Write it as 2026-10.`);
  if (month >= thisMonth(clock))
    throw new Refusal(say`${month} is not over yet. Close it when its last day has passed.`, 409);
  await transaction(sql, async (connection) => {
    // Whoever posts at this moment ends first, and whoever comes later sees the month closed.
    await connection.query('LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await connection.query<{ open: string | null }>(
      `SELECT to_char(first_open_day(), 'YYYY-MM') AS open`,
    );
    const open = rows[0]?.open;
    if (open && month < open)
      throw new Refusal(say`${month} is closed already, and a closed month is not opened again.`, 409);
    if (open && month > open) throw new Refusal(say`Close ${open} first: months close in their order.`, 409);
    await connection.query('INSERT INTO period (month, closed_at, closed_by) VALUES ($1::date, $2, $3)', [
      `${month}-01`,
      clock.now(),
      actor,
    ]);
    await audit(connection, { actor, action: 'period.closed', subjectType: 'period', subjectId: month });
  });
}

const thisMonth = (clock: Ground['clock']) => indianDay(clock.now()).slice(0, 7);
