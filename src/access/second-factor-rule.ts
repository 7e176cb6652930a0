import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';
import { SECOND_FACTOR_SETTING } from './sessions.ts';
import { type Role, roles } from './users.ts';

/** The roles that must have a second factor. */
export async function rolesWithFactor({ sql }: Pick<Ground, 'sql'>): Promise<Role[]> {
  const { rows } = await sql.query<{ roles: Role[] }>(
    "SELECT value -> 'roles' AS roles FROM setting WHERE key = $1",
    [SECOND_FACTOR_SETTING],
  );
  return rows[0]?.roles ?? [];
}

/**
 * Says which roles must have a second factor. Who has none is led to set it up at the next request.
 * @throws Refusal for a role that does not exist
 */
export async function requireFactorFor(
  ground: Pick<Ground, 'sql'>,
  wished: string[],
  actor: string,
): Promise<void> {
  const unknown = wished.find((role) => !(roles as readonly string[]).includes(role));
  if (unknown !== undefined) throw new Refusal(say`There is no role ${JSON.stringify(unknown)}.`);
  const before = await rolesWithFactor(ground);
  await transaction(ground.sql, async (connection) => {
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
      [SECOND_FACTOR_SETTING, JSON.stringify({ roles: wished })],
    );
    const about = { subjectType: 'setting', subjectId: SECOND_FACTOR_SETTING };
    await audit(connection, { actor, action: 'setting.changed', ...about, before, after: wished });
  });
}
