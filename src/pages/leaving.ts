import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { type Language, languageOf } from '../i18n.ts';
import { readSignedId, signId } from '../signed-ids.ts';

/** Where a follower ends the news of a project with one click (RFC 8058). */
export const leaveAddress = ({ keys, config }: Pick<Ground, 'keys' | 'config'>, follower: string): string =>
  `${config.publicUrl}/follow/${signId(keys, 'follow-token', follower)}`;

export interface Follower {
  id: string;
  language: Language;
  slug: string;
  /** Of the project, in their language. */
  title: string;
  endedAt: Date | null;
}

/** Whose address this is; null for what we did not sign, and for somebody who was erased. */
export async function findFollower(
  { sql, keys }: Pick<Ground, 'keys'> & { sql: Queryable },
  token: string,
): Promise<Follower | null> {
  const id = readSignedId(keys, 'follow-token', token);
  if (!id) return null;
  const { rows } = await sql.query(
    `SELECT f.id, f.language, f.ended_at AS "endedAt", p.slug, v.content->f.language->>'title' AS title,
            v.content->'en'->>'title' AS english
       FROM project_follower f JOIN project p ON p.id = f.project_id
       JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)
      WHERE f.id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) return null;
  const { english, ...follower } = row;
  return { ...follower, language: languageOf(row.language), title: row.title || english };
}

/** Ends a project's news for a follower. What waits for them is not written any more. */
export const leaveProject = ({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, id: string) =>
  sql.query('UPDATE project_follower SET ended_at = coalesce(ended_at, $2) WHERE id = $1', [id, clock.now()]);
