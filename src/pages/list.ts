import type { Queryable } from '../db.ts';
import type { Theme } from './content.ts';
import type { ProjectState } from './projects.ts';

/** What to look for among projects; what is not given does not narrow. */
export interface ProjectFilter {
  state?: ProjectState | undefined;
  theme?: Theme | undefined;
  district?: string | undefined;
  /** Words of a title, in any order; both encodings of a Malayalam chillu find each other. */
  text?: string | undefined;
  /** Only those made before this one. */
  before?: string | undefined;
  limit: number;
}

/** A project in a list. */
export interface ProjectRow {
  id: string;
  slug: string;
  state: ProjectState;
  theme: Theme;
  district: string | null;
  version: number;
  published: number | null;
  titles: { en: string; ml: string };
  /** Paise; null without a goal. */
  amount: bigint | null;
  raised: bigint;
  gifts: number;
  capped: boolean;
  closesAt: Date | null;
  /** Whether a version waits for somebody's decision. */
  waits: boolean;
  createdAt: Date;
  publishedAt: Date | null;
}

/** Of the newest version: staff look for what they wrote last. */
const ROWS = `
  SELECT p.id, p.slug, p.state, p.theme, p.district, p.version, p.published, p.created_at AS "createdAt",
         p.published_at AS "publishedAt", g.amount, g.raised, g.gifts, g.capped, g.closes_at AS "closesAt",
         jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') AS titles,
         EXISTS (SELECT FROM project_review r WHERE r.project_id = p.id AND r.decided_at IS NULL) AS waits
    FROM project p JOIN goal g ON g.project_id = p.id
    JOIN project_version v ON v.project_id = p.id AND v.version = p.version`;

/** The newest first. */
export async function listProjects(
  { sql }: { sql: Queryable },
  { state, theme, district, text = '', before, limit }: ProjectFilter,
): Promise<ProjectRow[]> {
  const { rows } = await sql.query(
    `${ROWS} WHERE ($1::text IS NULL OR p.state = $1) AND ($2::text IS NULL OR p.theme = $2)
        AND ($3::text IS NULL OR p.district = $3) AND ($4::uuid IS NULL OR p.id < $4)
        AND NOT EXISTS (SELECT FROM unnest($5::text[]) word WHERE strpos(fold_text(concat_ws(' ', p.slug,
              v.content->'en'->>'title', v.content->'ml'->>'title')), fold_text(word)) = 0)
      ORDER BY p.id DESC LIMIT $6`,
    [
      ...[state ?? null, theme ?? null, district ?? null, before ?? null],
      ...[text.trim().split(/\s+/).slice(0, 10).filter(Boolean), limit],
    ],
  );
  return rows.map(counted);
}

/** One project by its id or address; null when there is none. */
export async function projectNamed({ sql }: { sql: Queryable }, wish: string): Promise<ProjectRow | null> {
  const { rows } = await sql.query(`${ROWS} WHERE p.id::text = $1 OR p.slug = $1`, [wish]);
  return rows[0] ? counted(rows[0]) : null;
}

type Counted = Omit<ProjectRow, 'amount' | 'raised'> & { amount: string | null; raised: string };

const counted = ({ amount, raised, ...row }: Counted): ProjectRow => ({
  ...row,
  ...{ amount: amount === null ? null : BigInt(amount), raised: BigInt(raised) },
});

/** Whether there is any project at all. */
export async function isAny({ sql }: { sql: Queryable }): Promise<boolean> {
  const { rowCount } = await sql.query('SELECT FROM project LIMIT 1');
  return Boolean(rowCount);
}
