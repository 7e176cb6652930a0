import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { transaction } from '../db.ts';
import { ENGINE } from '../deliveries/mark.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { takeStep } from './states.ts';
import { addUpdate, announceUpdate, type Words } from './updates.ts';

type Needs = Pick<Ground, 'sql' | 'clock'>;

/**
 * Ends a project: it takes no gift any more, and its page says what happens now. Orders that are being
 * paid keep what they hold.
 *
 * @throws Refusal when it is not public, or the words are missing in a language
 */
export async function closeProject(
  { sql, clock }: Needs,
  { id, words }: { id: string; words: Words },
  user: User,
): Promise<void> {
  requireRole(user, ['approver', 'administrator'], say`close a project`);
  const at = clock.now();
  await transaction(sql, async (connection) => {
    await takeStep(connection, { id, step: 'close', at });
    await connection.query('UPDATE goal SET open = false WHERE project_id = $1', [id]);
    const content = { ...words, kind: 'closing', asset: null, milestone: null, files: [] };
    const update = await addUpdate(connection, { projectId: id, content, user, at });
    await announceUpdate(connection, { id: update, at });
    await audit(connection, {
      ...{ actor: user.email, action: 'project.closed', subjectType: 'project', subjectId: id, after: words },
    });
  });
}

/**
 * Moves projects by what the journal says: a live one whose goal is raised has reached it, and a capped
 * one takes no more; one from which so much went back, or whose goal was raised, is live again.
 *
 * @returns how many were moved
 */
export async function noteReached({ sql, clock }: Needs): Promise<number> {
  const { rows } = await sql.query<{ id: string; step: 'reach' | 'fall' }>(
    `SELECT p.id, CASE WHEN p.state = 'live' THEN 'reach' ELSE 'fall' END AS step
       FROM project p JOIN goal g ON g.project_id = p.id
      WHERE p.state = 'live' AND g.raised >= g.amount
         OR p.state = 'reached' AND (g.amount IS NULL OR g.raised < g.amount)`,
  );
  for (const { id, step } of rows) await noteOne({ sql, clock }, id, step);
  return rows.length;
}

/** What was seen may be otherwise by now: the goal is locked, then looked at again. */
async function noteOne({ sql, clock }: Needs, id: string, step: 'reach' | 'fall'): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE goal g SET open = $2 OR NOT g.capped FROM project p
        WHERE g.project_id = $1 AND p.id = g.project_id AND p.state = $3
          AND coalesce(g.raised >= g.amount, false) <> $2`,
      [id, step === 'fall', step === 'fall' ? 'reached' : 'live'],
    );
    if (!rowCount) return;
    await takeStep(connection, { id, step, at: clock.now() });
    const action = step === 'reach' ? 'project.reached' : 'project.fell';
    await audit(connection, { actor: ENGINE, action, subjectType: 'project', subjectId: id });
  });
}
