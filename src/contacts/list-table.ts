import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import { say } from '../say.ts';
import type { ListWords } from './public-lists.ts';

/** A list as staff see it in a table of all. */
export interface ListRow {
  id: string;
  name: string;
  public: boolean;
  purpose: string | null;
  words: Partial<Record<'en' | 'ml', ListWords>>;
  createdAt: Date;
  members: number;
  /** Whether `members` is what the planner knows, because counting would take long. */
  about: boolean;
}

/** A list with more is not counted one by one. */
const COUNTED = 10_000;

/**
 * Lists by name with how many joined each. How often the large ones occur in the table of memberships the
 * planner knows (pg_stats); the others are counted through their index.
 */
const LISTED = `
  WITH known AS (
    SELECT v::uuid AS list_id, (f * c.reltuples)::int AS n
      FROM pg_stats s JOIN pg_class c ON c.oid = 'membership'::regclass,
           unnest(s.most_common_vals::text::text[], s.most_common_freqs) AS common(v, f)
     WHERE s.tablename = 'membership' AND s.attname = 'list_id' AND s.schemaname = current_schema()
  )
  SELECT l.id, l.name, l.public, l.purpose, l.words, l.created_at AS "createdAt",
         CASE WHEN k.n >= ${COUNTED} THEN k.n
              ELSE (SELECT count(*)::int FROM membership m WHERE m.list_id = l.id) END AS members,
         coalesce(k.n >= ${COUNTED}, false) AS about
    FROM list l LEFT JOIN known k ON k.list_id = l.id`;

export async function listTable(sql: Queryable): Promise<ListRow[]> {
  const { rows } = await sql.query<ListRow>(`${LISTED} ORDER BY l.name`);
  return rows;
}

/** @throws Refusal (404) when there is no such list */
export async function readList(sql: Queryable, id: string): Promise<ListRow> {
  const is = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const { rows } = is ? await sql.query<ListRow>(`${LISTED} WHERE l.id = $1`, [id]) : { rows: [] };
  return found(rows[0], say`There is no list ${id.slice(0, 50)}. It may have been removed.`);
}
