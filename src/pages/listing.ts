import type { Queryable } from '../db.ts';
import { type Asset, showableAssets } from '../media/assets.ts';
import { PUBLISHED, type PublicProject, projectOf, publicStates, type Row } from './published.ts';

/** What to look for; what is not given does not narrow. */
export interface ProjectSearch {
  /** Words of titles and summaries, in either language and any order; all must be there. */
  text: string;
  theme: string;
  district: string;
  state: 'open' | 'closed' | '';
  /** From 1. */
  page: number;
}

export interface ProjectsFound {
  projects: PublicProject[];
  covers: Map<string, Asset>;
  /** In all. */
  count: number;
  /** In which districts there are projects. */
  districts: string[];
}

export const PER_PAGE = 12;
const SAID = ['en', 'ml'].flatMap((tag) => ['title', 'summary'].map((of) => `v.content->'${tag}'->>'${of}'`));
const OPEN = `(p.state IN ('live', 'reached') AND g.open AND (g.closes_at IS NULL OR g.closes_at > $6))`;
const FITS = `
   WHERE p.state = ANY ($1) AND NOT EXISTS (SELECT FROM unnest($2::text[]) word
           WHERE strpos(fold_text(concat_ws(' ', ${SAID.join(', ')})), fold_text(word)) = 0)
     AND ($3 = '' OR p.theme = $3) AND ($4 = '' OR p.district = $4)
     AND ($5 = '' OR ($5 = 'open') = ${OPEN})`;

/** Projects that everybody may see, those that ask for gifts before the others. */
export async function searchProjects(
  sql: Queryable,
  search: ProjectSearch,
  now: Date,
): Promise<ProjectsFound> {
  const { text, theme, district, state, page } = search;
  const words = text.trim().split(/\s+/).slice(0, 10).filter(Boolean);
  const fits = [publicStates, words, theme, district, state, now];
  const [found, counted, districts] = await Promise.all([
    sql.query<Row>(
      `${PUBLISHED} ${FITS} ORDER BY ${OPEN} DESC, p.published_at DESC, p.id LIMIT ${PER_PAGE} OFFSET $7`,
      [...fits, (page - 1) * PER_PAGE],
    ),
    sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM project p JOIN project_version v ON v.project_id = p.id
          AND v.version = p.published JOIN goal g ON g.project_id = p.id ${FITS}`,
      fits,
    ),
    sql.query<{ district: string }>(
      `SELECT DISTINCT district FROM project WHERE state = ANY ($1) AND district IS NOT NULL ORDER BY 1`,
      [publicStates],
    ),
  ]);
  const projects = found.rows.map(projectOf);
  const ids = projects.map(({ content }) => content.cover).filter((id): id is string => id !== null);
  const covers = await showableAssets({ sql }, ids);
  return {
    ...{ projects, count: counted.rows[0]?.count ?? 0 },
    covers: new Map(covers.map((one) => [one.id, one])),
    districts: districts.rows.map((row) => row.district),
  };
}

/** Where every public project is, and when it was last changed. */
export async function publicAddresses(sql: Queryable): Promise<{ slug: string; changedAt: Date }[]> {
  const { rows } = await sql.query(
    `SELECT p.slug, greatest(p.published_at, v.made_at, p.closed_at, p.reported_at, (
              SELECT max(published_at) FROM project_update u WHERE u.project_id = p.id)) AS "changedAt"
       FROM project p JOIN project_version v ON v.project_id = p.id AND v.version = p.published
      WHERE p.state = ANY ($1) ORDER BY p.published_at DESC LIMIT 20000`,
    [publicStates],
  );
  return rows;
}
