import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { type ContactKind, contactKinds } from './contacts.ts';
import { findList } from './lists.ts';

/** Which contacts; what is absent does not count. */
export interface BrowseFilter {
  /** Name of a list. */
  list?: string | undefined;
  language?: string | undefined;
  kind?: ContactKind | undefined;
  district?: string | undefined;
}

/** A contact in a table of many. */
export interface Listed {
  id: string;
  name: string;
  language: string | null;
  kind: ContactKind;
  district: string | null;
  addresses: { channel: string; value: string; verified: boolean; suppressed: boolean }[];
  /** Purposes for which a mail may go. */
  given: string[];
  addedAt: Date;
}

/** A page of contacts, who came last first; `limit` of them at most. @throws Refusal (404) without such a list */
export async function browseContacts(
  { sql }: Pick<Ground, 'sql'>,
  filter: BrowseFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<Listed[]> {
  const values: unknown[] = [limit];
  const wheres = await conditionsOf(sql, filter, values);
  if (before) wheres.push(`c.id < $${values.push(before)}`);
  const where = wheres.length ? `WHERE ${wheres.join(' AND ')}` : '';
  const { rows } = await sql.query<Listed>(
    `${LISTED} FROM (SELECT c.id FROM contact c ${where} ORDER BY c.id DESC LIMIT $1) page
       JOIN contact c USING (id) ORDER BY c.id DESC`,
    values,
  );
  return rows;
}

/** Contacts by their ids, in that order. */
export async function listedContacts(sql: Queryable, ids: string[]): Promise<Listed[]> {
  const { rows } = await sql.query<Listed>(
    `${LISTED} FROM unnest($1::uuid[]) WITH ORDINALITY AS found(id, place) JOIN contact c USING (id) ORDER BY place`,
    [ids],
  );
  return rows;
}

/** SQL that `contact c` must meet. The kind stands in the text, so that its partial index is known to fit. */
export async function conditionsOf(
  sql: Queryable,
  filter: BrowseFilter,
  values: unknown[],
): Promise<string[]> {
  const wheres: string[] = [];
  const { list, language, kind, district } = filter;
  if (list !== undefined) {
    const place = values.push(await findList(sql, list));
    wheres.push(`EXISTS (SELECT FROM membership m WHERE m.list_id = $${place} AND m.contact_id = c.id)`);
  }
  if (language !== undefined) wheres.push(`c.language = $${values.push(language)}`);
  if (kind !== undefined && contactKinds.includes(kind)) wheres.push(`c.kind = '${kind}'`);
  if (district !== undefined) wheres.push(`c.district = $${values.push(district)}`);
  return wheres;
}

const LISTED = `
  SELECT c.id, c.name, c.language, c.kind::text AS kind, c.district, c.created_at AS "addedAt",
         coalesce((SELECT jsonb_agg(jsonb_build_object('channel', a.channel, 'value', a.value,
             'verified', a.verified_at IS NOT NULL,
             'suppressed', EXISTS (SELECT FROM suppression s WHERE s.channel = a.channel AND s.hash = a.hash
                                     AND (s.expires_at IS NULL OR s.expires_at > now()))) ORDER BY a.channel, a.id)
           FROM address a WHERE a.contact_id = c.id), '[]') AS addresses,
         ARRAY(SELECT k.purpose FROM consent k WHERE k.contact_id = c.id AND k.channel = 'email' AND k.given
                ORDER BY 1) AS given`;

/** Fewer are counted; of more it is said how many there are about. */
const COUNTED = 20_000;

/** How many contacts there are: exact while they are few, afterwards as the planner knows it. */
export async function countContacts(sql: Queryable): Promise<{ count: number; exact: boolean }> {
  const { rows } = await sql.query<{ about: number }>(
    "SELECT reltuples::float8 AS about FROM pg_class WHERE oid = 'contact'::regclass",
  );
  const about = Math.round(rows[0]?.about ?? 0);
  if (about > COUNTED) return { count: about, exact: false };
  const { rows: counted } = await sql.query<{ n: number }>('SELECT count(*)::int AS n FROM contact');
  return { count: counted[0]?.n ?? 0, exact: true };
}

/** Districts that contacts have, by name: each found by one step through the index, not by reading all. */
export async function districts(sql: Queryable): Promise<string[]> {
  const { rows } = await sql.query<{ district: string }>(
    `WITH RECURSIVE step AS (
       (SELECT district FROM contact WHERE district IS NOT NULL ORDER BY district LIMIT 1)
       UNION ALL
       SELECT (SELECT c.district FROM contact c WHERE c.district > step.district ORDER BY c.district LIMIT 1)
         FROM step WHERE step.district IS NOT NULL
     ) SELECT district FROM step WHERE district IS NOT NULL LIMIT 200`,
  );
  return rows.map(({ district }) => district);
}
