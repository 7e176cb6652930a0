import type { Queryable } from '../db.ts';
import { assetsNamed } from '../media/assets.ts';
import type { Consent } from './consents.ts';
import type { Content } from './content.ts';

/** Where somebody is shown or told of. */
export interface Places {
  pictures: { id: string; name: string }[];
  /** Pages that rest on the consent or show a picture of them. `telling`: words tell of them, which somebody must take out. */
  projects: { id: string; slug: string; live: boolean; telling: boolean }[];
  /** Mails that were sent with such a picture: what their readers have cannot be called back. */
  messages: { id: string; name: string; sent: boolean }[];
}

/** Where a person whose consent it is was shown or told of: what is gone, and what is not ours to take away. */
export async function placesOf(
  sql: Queryable,
  { id, assets }: Pick<Consent, 'id' | 'assets'>,
): Promise<Places> {
  const pictures = await assetsNamed({ sql }, assets);
  return {
    pictures: pictures.map(({ id: asset, name }) => ({ id: asset, name })),
    projects: await projectsWith(sql, { id, assets }),
    messages: await messagesWith(sql, assets),
  };
}

async function projectsWith(
  sql: Queryable,
  { id, assets }: Pick<Consent, 'id' | 'assets'>,
): Promise<Places['projects']> {
  const { rows } = await sql.query<{ id: string; slug: string; state: string; content: Content }>(
    `SELECT p.id, p.slug, p.state, v.content FROM project p
       JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)
      WHERE v.content->'consents' ? $1 OR EXISTS (
              SELECT FROM asset_use u WHERE u.subject_type = 'project' AND u.subject_id = p.id::text
                 AND u.asset_id = ANY ($2::uuid[])) ORDER BY p.slug`,
    [id, assets],
  );
  return rows.map(({ content, state, ...row }) => ({
    ...row,
    ...{ live: !['draft', 'review'].includes(state), telling: content.consents.includes(id) },
  }));
}

/** Editions of newsletters are messages too. */
async function messagesWith(sql: Queryable, assets: string[]): Promise<Places['messages']> {
  const { rows } = await sql.query<Places['messages'][number]>(
    `SELECT DISTINCT m.id, m.name,
            EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.started_at IS NOT NULL) AS sent
       FROM asset_use u JOIN message m ON m.id::text = u.subject_id
      WHERE u.subject_type = 'message' AND u.asset_id = ANY ($1::uuid[]) ORDER BY m.name`,
    [assets],
  );
  return rows;
}
