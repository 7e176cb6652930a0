import type { Queryable } from '../db.ts';

/** Something of a project that somebody else has to look over: a version of its page, or news. */
export interface WaitingProject {
  kind: 'review' | 'update';
  projectId: string;
  titles: { en: string; ml: string };
  at: Date;
  /** Whether the viewer asked or wrote it, so that another person must decide. */
  own: boolean;
}

const MOST = 20;

const WAITING = `
SELECT w.kind, w.project_id AS "projectId", w.at, w.by = u.email AS own,
       jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') AS titles
  FROM (SELECT 'review' AS kind, project_id, asked_at AS at, asked_by AS by FROM project_review WHERE decided_at IS NULL
         UNION ALL
        SELECT 'update', project_id, made_at, made_by FROM project_update WHERE published_at IS NULL) w
  JOIN app_user u ON u.id::text = $1
  JOIN project p ON p.id = w.project_id JOIN project_version v ON v.project_id = p.id AND v.version = p.version
 ORDER BY w.at LIMIT ${MOST}`;

/** What of projects waits for a second person, the longest first. @param viewer the user who looks */
export async function waitingProjects(
  { sql }: { sql: Queryable },
  viewer: { id: string },
): Promise<WaitingProject[]> {
  const { rows } = await sql.query<WaitingProject>(WAITING, [viewer.id]);
  return rows;
}
