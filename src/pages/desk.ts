import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import { say } from '../say.ts';
import type { Content } from './content.ts';
import { type ProjectRow, projectNamed } from './list.ts';
import { readVersion } from './projects.ts';

/** One question whether a version may be public, and what came of it. */
export interface Review {
  version: number;
  askedBy: string;
  askedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  approved: boolean | null;
  words: string | null;
}

/** A project with everything its staff look at before they act. */
export interface Desk {
  project: ProjectRow;
  /** The newest version. */
  content: Content;
  editedBy: string;
  editedAt: Date;
  /** The newest first; only the first can be open. */
  reviews: Review[];
  /** A version that was approved and is not public. */
  approved: number | null;
  followers: number;
}

/** @param wish its id or address @throws Refusal (404) when there is none */
export async function readDesk({ sql }: { sql: Queryable }, wish: string): Promise<Desk> {
  const project = found(await projectNamed({ sql }, wish), say`There is no such project.`);
  const [last] = await versionsOf({ sql }, project.id, 1);
  const reviews = await reviewsOf(sql, project.id);
  const decided = reviews.find(({ decidedAt }) => decidedAt !== null);
  const approved = decided?.approved && decided.version !== project.published ? decided.version : null;
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM project_follower
      WHERE project_id = $1 AND confirmed_at IS NOT NULL AND ended_at IS NULL`,
    [project.id],
  );
  return {
    ...{ project, reviews, approved, followers: rows[0]?.n ?? 0 },
    content: await readVersion(sql, project.id, project.version),
    ...{ editedBy: last?.madeBy ?? '', editedAt: last?.madeAt ?? project.createdAt },
  };
}

async function reviewsOf(sql: Queryable, id: string): Promise<Review[]> {
  const { rows } = await sql.query<Review>(
    `SELECT version, asked_by AS "askedBy", asked_at AS "askedAt", decided_by AS "decidedBy",
            decided_at AS "decidedAt", approved, words FROM project_review WHERE project_id = $1
      ORDER BY decided_at DESC NULLS FIRST, id DESC LIMIT 20`,
    [id],
  );
  return rows;
}

export interface VersionRow {
  version: number;
  madeBy: string;
  madeAt: Date;
}

/** The newest first. */
export async function versionsOf(
  { sql }: { sql: Queryable },
  projectId: string,
  limit = 500,
): Promise<VersionRow[]> {
  const { rows } = await sql.query<VersionRow>(
    `SELECT version, made_by AS "madeBy", made_at AS "madeAt" FROM project_version
      WHERE project_id = $1 ORDER BY version DESC LIMIT $2`,
    [projectId, limit],
  );
  return rows;
}
