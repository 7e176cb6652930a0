import type { Connection, Queryable } from '../db.ts';
import { setUses } from '../media/assets.ts';
import type { Content } from './content.ts';

/** The pictures of the media library that a page shows. */
export function picturesOf({ en, ml, cover }: Pick<Content, 'en' | 'ml' | 'cover'>): string[] {
  const told = [...en.story, ...ml.story].flatMap((block) => (block.type === 'picture' ? [block.asset] : []));
  return [...new Set(cover ? [cover, ...told] : told)];
}

/** Tells the library what a project shows now or would show next, so that it stays there. */
export async function keepPictures(connection: Connection, projectId: string): Promise<void> {
  const { rows } = await connection.query<{ content: Content }>(
    `SELECT v.content FROM project p JOIN project_version v ON v.project_id = p.id
      WHERE p.id = $1 AND v.version IN (p.version, p.published)`,
    [projectId],
  );
  const { rows: others } = await connection.query<{ id: string }>(
    `SELECT jsonb_array_elements_text(coalesce(content->'files', '[]') || coalesce(content->'asset', '[]')) AS id
       FROM project_update WHERE project_id = $1
      UNION SELECT asset_id::text FROM project_sponsor WHERE project_id = $1 AND asset_id IS NOT NULL`,
    [projectId],
  );
  const wanted = [...rows.flatMap(({ content }) => picturesOf(content)), ...others.map(({ id }) => id)];
  await setUses(connection, await inLibrary(connection, wanted), { type: 'project', id: projectId });
}

/** Those of these ids that the library has. */
async function inLibrary(sql: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM asset WHERE id::text = ANY ($1::text[])', [
    ids,
  ]);
  return rows.map(({ id }) => id);
}
