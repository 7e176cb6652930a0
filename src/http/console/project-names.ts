import type { Queryable } from '../../db.ts';
import type { Reading } from './shell.ts';

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Puts what projects are called where the words of a ledger account hold their ids. */
export async function projectNames(
  sql: Queryable,
  { language }: Pick<Reading, 'language'>,
): Promise<(words: string) => string> {
  const { rows } = await sql.query<{ id: string; en: string; ml: string }>(
    `SELECT p.id, v.content->'en'->>'title' AS en, v.content->'ml'->>'title' AS ml
       FROM project p JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)`,
  );
  const titles = new Map(rows.map(({ id, en, ml }) => [id, (language === 'ml' && ml) || en || ml]));
  return (words) => words.replace(ID, (id) => titles.get(id) || id);
}
