import { z } from 'zod';
import type { Config } from '../config.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { requireZone } from '../zones.ts';
import { changeSetting, readSetting, type Setting } from './settings.ts';

const KEY = 'default-zone';
const shape = z.object({ zone: z.string().nullable() });
const ZONE: Setting<z.infer<typeof shape>> = {
  ...{ key: KEY, action: 'zone.default', shape, usual: { zone: null } },
};
const SAID = `(SELECT value ->> 'zone' FROM setting WHERE key = '${KEY}')`;

/**
 * SQL of the zone of a user `u`: their own, otherwise that of the office.
 * @param usual the parameter that holds the environment's, such as `$2`
 */
export const zoneOfUser = (usual: string): string => `coalesce(u.own_zone, ${SAID}, ${usual})`;

/** The zone of new schedules, and of everybody who has none of their own: of the settings, otherwise DEFAULT_ZONE. */
export async function defaultZone({
  sql,
  config,
}: {
  sql: Queryable;
  config: Pick<Config, 'DEFAULT_ZONE'>;
}): Promise<string> {
  return (await saidZone(sql)) ?? config.DEFAULT_ZONE;
}

/** Whether the settings say one; the environment's holds otherwise. */
export const saidZone = async (sql: Queryable): Promise<string | null> => (await readSetting(sql, ZONE)).zone;

/**
 * Sets the zone of new schedules; what is scheduled keeps its own. An empty one leaves it to the environment.
 * @throws Refusal for a zone that does not exist, naming zones like it
 */
export async function saveDefaultZone(
  { sql }: Pick<Ground, 'sql'>,
  wish: string,
  actor: string,
): Promise<void> {
  const zone = wish.trim() ? requireZone(wish.trim()) : null;
  const change = () => ({ zone });
  await transaction(sql, (connection) => changeSetting(connection, ZONE, { change, actor }));
}
