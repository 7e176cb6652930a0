import type { Queryable } from '../db.ts';

/** About so many contacts are counted exactly; beyond, what Postgres knows of the table is as good. */
const COUNTED = 50_000;

/** How many contacts there are, in no time whatever their number. */
export async function contactEstimate(sql: Queryable): Promise<{ contacts: number; rough: boolean }> {
  const { rows } = await sql.query<{ contacts: number; rough: boolean }>(
    `SELECT CASE WHEN reltuples > $1 THEN reltuples ELSE (SELECT count(*) FROM contact) END::float8 AS contacts,
            reltuples > $1 AS rough FROM pg_class WHERE oid = 'contact'::regclass`,
    [COUNTED],
  );
  return rows[0] ?? { contacts: 0, rough: false };
}
