import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { quoteShare } from './holds.ts';
import { accounts } from './journal.ts';
import { type MonthlyGift, requireMonthlyGift } from './monthly.ts';
import { type By, mayStep } from './monthly-change.ts';

/**
 * Of `monthly_gift m` at a time: it goes on, and the project it is for takes no gifts any more. Its months
 * are the fund's since then (holds.ts).
 */
export const projectOver = (at: string): string =>
  `(m.state IN ('authenticated', 'active', 'pending', 'halted', 'paused') AND EXISTS (
     SELECT FROM ledger_account a JOIN goal g ON g.project_id = a.project
      WHERE a.code = m.fund AND (NOT g.open OR g.closes_at <= ${at})))`;

/** Those of some monthly gifts whose project takes no gifts any more. */
export async function overAmong(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  ids: string[],
): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT m.id FROM monthly_gift m WHERE m.id = ANY($2) AND ${projectOver('$1')}`,
    [clock.now(), ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Has the months to come given for the fund, or for another project that takes gifts; audited. The mandate
 * stays as it is, because the bank knows of no purpose.
 *
 * @param project null for the fund
 * @throws Refusal (404) for no such gift or project, (409) when the gift is over or the project takes none
 */
export async function pointMonthly(
  ground: Pick<Ground, 'sql' | 'clock'>,
  { id, project }: { id: string; project: string | null },
  by: By,
): Promise<void> {
  const gift = await requireMonthlyGift(ground.sql, id);
  if (!mayStep(gift, 'cancel'))
    throw new Refusal(say`This monthly gift is in another state by now. Please look again.`, 409);
  if (project)
    await quoteShare(ground.sql, { projectId: project, amount: gift.amount, now: ground.clock.now() });
  const fund = project ? accounts.project(project, 'domestic') : accounts.general('domestic');
  await ground.sql.query('UPDATE monthly_gift SET fund = $2, over_told_at = NULL WHERE id = $1', [id, fund]);
  await audit(ground.sql, {
    ...{ ...by, action: 'monthly.purpose', subjectType: 'monthly-gift', subjectId: id },
    ...{ before: { fund: gift.fund }, after: { fund } },
  });
}

/**
 * Takes the next monthly gift whose donor does not know yet that its project takes no gifts any more, and
 * has it told in the same transaction. @returns whether there was one
 */
export const takeOver = (
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  tell: (connection: Connection, gift: Pick<MonthlyGift, 'donorId' | 'amount' | 'fund'>) => Promise<void>,
): Promise<boolean> =>
  transaction(sql, async (connection) => {
    const { rows } = await connection.query(
      `UPDATE monthly_gift SET over_told_at = $1 WHERE id = (
         SELECT m.id FROM monthly_gift m WHERE m.over_told_at IS NULL AND ${projectOver('$1')} LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING donor_id AS "donorId", amount, fund`,
      [clock.now()],
    );
    const [row] = rows;
    if (row) await tell(connection, { ...row, amount: BigInt(row.amount) });
    return Boolean(row);
  });
