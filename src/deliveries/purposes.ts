import type { Queryable } from '../db.ts';
import { TRANSACTIONAL } from './pressure.ts';

/** For what messages and public lists write to people, by name. A post goes to nobody, so it asks for no consent. */
export async function purposesInUse(sql: Queryable): Promise<string[]> {
  const { rows } = await sql.query<{ purpose: string }>(
    `SELECT purpose FROM message WHERE purpose <> $1 AND channel <> 'post'
      UNION SELECT purpose FROM list WHERE purpose IS NOT NULL ORDER BY purpose`,
    [TRANSACTIONAL],
  );
  return rows.map(({ purpose }) => purpose);
}
