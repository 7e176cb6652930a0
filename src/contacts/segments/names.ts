import type { Queryable } from '../../db.ts';

/** What rules can name. */
export interface NamesToChoose {
  lists: string[];
  campaigns: string[];
  /** Of attributes, as some of the contacts have them. */
  attributes: string[];
}

/** So many contacts are looked at for the names of their attributes: an import gives all of its rows the same. */
const LOOKED_AT = 2000;
const CAMPAIGNS = 200;

/** The lists, the newest campaigns, and the attributes that the newest contacts have. */
export async function namesToChoose(sql: Queryable): Promise<NamesToChoose> {
  const { rows } = await sql.query<NamesToChoose>(
    `SELECT ARRAY(SELECT name FROM list ORDER BY name) AS lists,
            ARRAY(SELECT name FROM campaign ORDER BY created_at DESC LIMIT ${CAMPAIGNS}) AS campaigns,
            ARRAY(SELECT DISTINCT jsonb_object_keys(attributes)
                    FROM (SELECT attributes FROM contact ORDER BY id DESC LIMIT ${LOOKED_AT}) AS c
                   WHERE jsonb_typeof(attributes) = 'object' ORDER BY 1) AS attributes`,
  );
  return rows[0] ?? { lists: [], campaigns: [], attributes: [] };
}
