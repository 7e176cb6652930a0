import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';

/** Until when somebody is away, and who decides in their stead. */
export interface Absence {
  awayUntil: Date | null;
  deputyId: string | null;
  deputy: string | null;
}

/** @returns an absence that is over as none, with the deputy that was named */
export async function absenceOf(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  userId: string,
): Promise<Absence> {
  const { rows } = await sql.query<Absence>(
    `SELECT CASE WHEN u.away_until > $2 THEN u.away_until END AS "awayUntil", u.deputy_id AS "deputyId", d.name AS deputy
       FROM app_user u LEFT JOIN app_user d ON d.id = u.deputy_id WHERE u.id = $1`,
    [userId, clock.now()],
  );
  return rows[0] ?? { awayUntil: null, deputyId: null, deputy: null };
}

/**
 * Says until when somebody is away and who decides for them; a date of null says that they are back.
 * @throws Refusal for a date that has passed, no deputy or oneself as one, and a deputy who may not approve
 */
export async function setAway(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { userId, until, deputyId }: { userId: string; until: Date | null; deputyId: string | null },
  actor: string,
): Promise<void> {
  if (until && until <= clock.now()) throw new Refusal(say`That day has passed. Choose one that is to come.`);
  if (until && (!deputyId || deputyId === userId))
    throw new Refusal(say`Name somebody else who decides while you are away.`);
  await transaction(sql, async (connection) => {
    if (deputyId) await requireApprover(connection, deputyId);
    await connection.query(
      'UPDATE app_user SET away_until = $2, deputy_id = coalesce($3, deputy_id) WHERE id = $1',
      [...[userId, until, deputyId]],
    );
    const entry = {
      actor,
      action: until ? 'user.away' : 'user.back',
      subjectType: 'user',
      subjectId: userId,
    };
    await audit(connection, { ...entry, after: { until, deputy: deputyId } });
  });
}

/** Somebody who may approve, as a form offers them. */
export interface Approver {
  id: string;
  name: string;
  awayUntil: Date | null;
}

/** Everybody who may approve, by name. */
export async function listApprovers({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<Approver[]> {
  const { rows } = await sql.query<Approver>(
    `SELECT id, name, CASE WHEN away_until > $1 THEN away_until END AS "awayUntil" FROM app_user
      WHERE disabled_at IS NULL AND roles && '{approver,administrator}' ORDER BY name, email`,
    [clock.now()],
  );
  return rows;
}

/** @throws Refusal for a user who may not approve */
export async function requireApprover(sql: Queryable, userId: string): Promise<void> {
  const { rowCount } = await sql.query(
    "SELECT FROM app_user WHERE id::text = $1 AND disabled_at IS NULL AND roles && '{approver,administrator}'",
    [userId],
  );
  if (!rowCount) throw new Refusal(say`Choose somebody who may approve.`);
}
