import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { Content } from './content.ts';

/** What the form to give has to know of a project. */
export interface ProjectToGive {
  id: string;
  slug: string;
  title: string;
  /** What it does, in a sentence or two. */
  summary: string;
  /** Paise, with what each does. */
  suggestions: { amount: bigint; words: string }[];
  /** Nothing is taken beyond its goal. */
  capped: boolean;
}

/** The published project at an address that takes gifts now; null when there is none. */
export async function projectToGive(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  slug: string,
  language: Language,
): Promise<ProjectToGive | null> {
  const { rows } = await sql.query(
    `SELECT p.id, p.slug, v.content FROM project p
       JOIN project_version v ON v.project_id = p.id AND v.version = p.published
       JOIN goal g ON g.project_id = p.id
      WHERE p.slug = $1 AND g.open AND (g.closes_at IS NULL OR g.closes_at > $2)`,
    [slug, clock.now()],
  );
  if (!rows[0]) return null;
  const { en, ml, suggestions, goal } = Content.parse(rows[0].content);
  const [own, other] = language === 'ml' ? [ml, en] : [en, ml];
  return {
    ...{ id: rows[0].id, slug: rows[0].slug, capped: goal.capped },
    ...{ title: own.title || other.title, summary: own.summary || other.summary },
    suggestions: suggestions.map(({ amount, words }) => ({
      ...{ amount: BigInt(amount), words: words[language] || words.en || words.ml },
    })),
  };
}

/** Every published project that takes gifts now, by its title. */
export async function projectsToGive(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  language: Language,
): Promise<{ id: string; title: string }[]> {
  const { rows } = await sql.query<{ id: string; en: string; ml: string }>(
    `SELECT p.id, v.content->'en'->>'title' AS en, v.content->'ml'->>'title' AS ml FROM project p
       JOIN project_version v ON v.project_id = p.id AND v.version = p.published
       JOIN goal g ON g.project_id = p.id
      WHERE g.open AND (g.closes_at IS NULL OR g.closes_at > $1) ORDER BY p.published_at DESC LIMIT 200`,
    [clock.now()],
  );
  const said = ({ en, ml }: { en: string; ml: string }) => (language === 'ml' ? ml || en : en || ml);
  return rows.map((row) => ({ id: row.id, title: said(row) }));
}
