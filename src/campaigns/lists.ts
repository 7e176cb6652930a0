import { audit } from '../access/audit.ts';
import { readList } from '../contacts/list-table.ts';
import { listName } from '../contacts/lists.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** What names a list: messages by their audience, segments by their rules. */
export interface ListUses {
  messages: { id: string; name: string; campaignId: string; campaign: string }[];
  segments: { id: string; name: string }[];
}

/** Where a list is used, so that nobody takes it away from under a message. */
export async function usesOfList(sql: Queryable, name: string): Promise<ListUses> {
  const { rows: messages } = await sql.query(
    `SELECT m.id, m.name, m.campaign_id AS "campaignId", g.name AS campaign
       FROM message m JOIN campaign g ON g.id = m.campaign_id
      WHERE m.archived_at IS NULL AND (m.audience->'lists' ? $1 OR m.audience->'excludeLists' ? $1)
      ORDER BY m.id DESC LIMIT 50`,
    [name],
  );
  return { messages, segments: await segmentsNaming(sql, name) };
}

const segmentsNaming = async (sql: Queryable, name: string) => {
  const { rows } = await sql.query<{ id: string; name: string; rules: unknown }>(
    'SELECT id, name, rules FROM segment WHERE strpos(rules::text, $1) > 0 ORDER BY name',
    [JSON.stringify(name)],
  );
  return rows.filter(({ rules }) => JSON.stringify(renamed(rules, name, '')) !== JSON.stringify(rules));
};

/**
 * Gives a list another name, and so do all messages and segments that name it; they mean the same people
 * as before, so an approval stays good.
 * @throws Refusal (404) without such a list, (409) when another has that name, or for a name that will not do
 */
export async function renameList(
  { sql }: Pick<Ground, 'sql'>,
  { id, name: wish }: { id: string; name: string },
  actor: string,
): Promise<void> {
  const name = listName(wish);
  await transaction(sql, async (connection) => {
    const list = await lockList(connection, id);
    if (list.name === name) return;
    const { rowCount } = await connection.query(
      'UPDATE list SET name = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM list WHERE name = $2)',
      [list.id, name],
    );
    if (!rowCount) throw new Refusal(say`There is a list "${name}" already. Choose another name.`, 409);
    await renameInMessages(connection, list.name, name);
    for (const { id: segment, rules } of await segmentsNaming(connection, list.name)) {
      await connection.query('UPDATE segment SET rules = $2 WHERE id = $1', [
        ...[segment, JSON.stringify(renamed(rules, list.name, name))],
      ]);
    }
    const subject = { subjectType: 'list', subjectId: list.id };
    await audit(connection, {
      ...{ actor, action: 'list.renamed', ...subject },
      ...{ before: { name: list.name }, after: { name } },
    });
  });
}

async function renameInMessages(connection: Connection, from: string, to: string): Promise<void> {
  for (const part of ['lists', 'excludeLists']) {
    await connection.query(
      `UPDATE message SET audience = jsonb_set(audience, ARRAY[$3], (
          SELECT jsonb_agg(CASE WHEN n = to_jsonb($1::text) THEN to_jsonb($2::text) ELSE n END ORDER BY place)
            FROM jsonb_array_elements(audience->$3) WITH ORDINALITY AS e(n, place)))
        WHERE audience->$3 ? $1`,
      [from, to, part],
    );
  }
}

/** Rules of a segment with another name in every `{list: name}`. */
function renamed(rules: unknown, from: string, to: string): unknown {
  if (Array.isArray(rules)) return rules.map((one) => renamed(one, from, to));
  if (typeof rules !== 'object' || rules === null) return rules;
  return Object.fromEntries(
    Object.entries(rules).map(([key, value]) => [
      key,
      key === 'list' && value === from ? to : renamed(value, from, to),
    ]),
  );
}

/**
 * Removes a list that nobody is on and nothing names; audited.
 * @throws Refusal (404) without such a list, (409) that says why it must stay
 */
export async function removeList({ sql }: Pick<Ground, 'sql'>, id: string, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    const { name } = await lockList(connection, id);
    const { rows } = await connection.query('SELECT FROM membership WHERE list_id = $1 LIMIT 1', [id]);
    if (rows.length)
      throw new Refusal(say`There are contacts on the list "${name}". Take them off first.`, 409);
    const { messages, segments } = await usesOfList(connection, name);
    const used = [...messages, ...segments].map((one) => `"${one.name}"`).slice(0, 5);
    if (used.length)
      throw new Refusal(say`The list "${name}" is used by ${used.join(', ')}. Change those first.`, 409);
    await connection.query('DELETE FROM list WHERE id = $1', [id]);
    const subject = { subjectType: 'list', subjectId: id };
    await audit(connection, { actor, action: 'list.removed', ...subject, before: { name } });
  });
}

async function lockList(connection: Connection, id: string): Promise<{ id: string; name: string }> {
  const list = await readList(connection, id);
  await connection.query('SELECT FROM list WHERE id = $1 FOR UPDATE', [list.id]);
  return list;
}
