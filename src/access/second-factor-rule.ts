import { z } from 'zod';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { SECOND_FACTOR_SETTING } from './sessions.ts';
import { changeSetting, readSetting, type Setting } from './settings.ts';
import { type Role, roles } from './users.ts';

const shape = z.object({ roles: z.array(z.enum(roles)) });
const RULE: Setting<z.infer<typeof shape>> = {
  ...{ key: SECOND_FACTOR_SETTING, action: 'setting.changed', shape, usual: { roles: [] } },
};

/** The roles that must have a second factor. */
export const rolesWithFactor = async ({ sql }: Pick<Ground, 'sql'>): Promise<Role[]> =>
  (await readSetting(sql, RULE)).roles;

/**
 * Says which roles must have a second factor. Who has none is led to set it up at the next request.
 * @throws Refusal for a role that does not exist
 */
export async function requireFactorFor(
  { sql }: Pick<Ground, 'sql'>,
  wished: string[],
  actor: string,
): Promise<void> {
  const unknown = wished.find((role) => !(roles as readonly string[]).includes(role));
  if (unknown !== undefined) throw new Refusal(say`There is no role ${JSON.stringify(unknown)}.`);
  const change = () => ({ roles: roles.filter((role) => wished.includes(role)) });
  await transaction(sql, (connection) => changeSetting(connection, RULE, { change, actor }));
}
