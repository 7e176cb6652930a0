import type { Queryable } from '../db.ts';
import { audit } from './audit.ts';

/**
 * Notes that a user signed in.
 * @param known whether they have done so in this browser before
 * @returns whether they should be told of it: it is not their first time, but the first in this browser
 */
export async function noteSignIn(
  sql: Queryable,
  { id, email, known }: { id: string; email: string; known: boolean },
): Promise<boolean> {
  const about = { subjectType: 'user', subjectId: id };
  const { rowCount } = await sql.query(
    "SELECT FROM audit_entry WHERE subject_type = 'user' AND subject_id = $1 AND action = 'user.signed-in' LIMIT 1",
    [id],
  );
  await audit(sql, { actor: email, action: 'user.signed-in', ...about });
  return !known && rowCount === 1;
}
