import type { Config } from '../config.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { requireZone } from '../zones.ts';
import { audit } from './audit.ts';

const KEY = 'default-zone';
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
  const { rows } = await sql.query<{ zone: string | null }>(`SELECT ${SAID} AS zone`);
  return rows[0]?.zone ?? config.DEFAULT_ZONE;
}

/** Whether the settings say one; the environment's holds otherwise. */
export async function saidZone(sql: Queryable): Promise<string | null> {
  const { rows } = await sql.query<{ zone: string | null }>(`SELECT ${SAID} AS zone`);
  return rows[0]?.zone ?? null;
}

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
  await transaction(sql, async (connection) => {
    const before = { zone: await saidZone(connection) };
    if (zone === null) await connection.query('DELETE FROM setting WHERE key = $1', [KEY]);
    else
      await connection.query(
        `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        [KEY, JSON.stringify({ zone })],
      );
    const entry = { actor, action: 'zone.default', subjectType: 'setting', subjectId: KEY };
    await audit(connection, { ...entry, before, after: { zone } });
  });
}
