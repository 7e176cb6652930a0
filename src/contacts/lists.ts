import { v7 } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

const MAX_NAME = 100;

export interface ListCount {
  id: string;
  name: string;
  members: number;
}

/**
 * Makes a list.
 * @throws Refusal when the name will not do, or (409) when there is one by that name
 */
export async function createList(sql: Queryable, name: string): Promise<ListCount> {
  const clean = listName(name);
  const { rows } = await sql.query(
    'INSERT INTO list (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id, name',
    [v7(), clean],
  );
  if (!rows[0])
    throw new Refusal(say`There is a list "${clean}" already. Use it, or choose another name.`, 409);
  return { ...rows[0], members: 0 };
}

/** Makes a list, audited. @throws Refusal as `createList` */
export const addList = ({ sql }: Pick<Ground, 'sql'>, name: string, actor: string): Promise<ListCount> =>
  transaction(sql, async (connection) => {
    const list = await createList(connection, name);
    await audit(connection, { actor, action: 'list.created', subjectType: 'list', subjectId: list.id });
    return list;
  });

/** @returns the id of the list by that name, made when there was none */
export async function ensureList(sql: Queryable, name: string): Promise<string> {
  const clean = listName(name);
  await sql.query('INSERT INTO list (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [v7(), clean]);
  return findList(sql, clean);
}

/**
 * @returns the id of the list by that name
 * @throws Refusal (404) that names the lists there are
 */
export async function findList(sql: Queryable, name: string): Promise<string> {
  const clean = listName(name);
  const { rows } = await sql.query('SELECT id FROM list WHERE name = $1', [clean]);
  if (rows[0]) return rows[0].id;
  const { rows: others } = await sql.query('SELECT name FROM list ORDER BY name LIMIT 20');
  const known = others.map((list) => `"${list.name}"`).join(', ') || say`none yet`;
  throw new Refusal(say`There is no list "${clean}". Lists: ${known}.`, 404);
}

/** The names of all lists. */
export async function allLists(sql: Queryable): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql.query('SELECT id, name FROM list ORDER BY name');
  return rows;
}

/** All lists by name, with how many contacts joined each. */
export async function listLists(sql: Queryable): Promise<ListCount[]> {
  const { rows } = await sql.query(
    `SELECT l.id, l.name, count(m.contact_id)::int AS members
     FROM list l LEFT JOIN membership m ON m.list_id = l.id GROUP BY l.id ORDER BY l.name`,
  );
  return rows;
}

/** Puts contacts on a list. @returns how many were not on it before */
export async function joinList(sql: Queryable, listId: string, contactIds: string[]): Promise<number> {
  const { rowCount } = await sql.query(
    `INSERT INTO membership (list_id, contact_id) SELECT DISTINCT $1::uuid, unnest($2::uuid[])
     ON CONFLICT (list_id, contact_id) DO NOTHING`,
    [listId, contactIds],
  );
  return rowCount ?? 0;
}

/** Takes contacts off a list; their consents stay. @returns how many were on it */
export async function leaveList(sql: Queryable, listId: string, contactIds: string[]): Promise<number> {
  const { rowCount } = await sql.query(
    'DELETE FROM membership WHERE list_id = $1 AND contact_id = ANY($2::uuid[])',
    [listId, contactIds],
  );
  return rowCount ?? 0;
}

/** @throws Refusal when it is empty, too long, or holds a control character */
export function listName(name: string): string {
  const clean = cleanName(name);
  if (clean !== null) return clean;
  throw new Refusal(
    say`A list needs a name of 1 to ${MAX_NAME} characters; "${name.trim().slice(0, 40)}" is not one.`,
  );
}

/** The name of a list or a segment in one spelling; null for what cannot be one. */
export function cleanName(name: string): string | null {
  const clean = name.trim().replace(/\s+/g, ' ').normalize('NFC');
  return clean && clean.length <= MAX_NAME && !/\p{Cc}/u.test(clean) ? clean : null;
}
