import type { Queryable } from '../../db.ts';
import { type Language, languageOf } from '../../i18n.ts';
import { kindOf, type Mood } from '../../pages/occasions/kinds.ts';
import type { OccasionState } from '../../pages/occasions/states.ts';

/** What a letter tells of a page. */
export interface PageFacts {
  id: string;
  code: string;
  number: string;
  kind: string;
  mood: Mood;
  state: OccasionState;
  /** In which the family writes, and reads. */
  language: Language;
  /** Whose day it is; the page's number once the family has removed it. */
  names: string;
  /** India's calendar; null before it was said. */
  day: string | null;
  /** Whether guests see what came together. */
  progress: boolean;
  /** The project it is for, in both languages; null for the fund. */
  project: Record<Language, string> | null;
}

const FACTS = `
SELECT o.id, o.code, o.number, o.kind, o.state, o.language, coalesce(o.shown->>'day', o.content->>'day') AS day,
       coalesce(o.shown, o.content)->'names' AS names, coalesce((o.shown->>'progress')::boolean, false) AS progress,
       CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') END AS project
  FROM occasion o LEFT JOIN project p ON p.id = o.project_id
  LEFT JOIN project_version v ON v.project_id = p.id AND v.version = p.published`;

/** Null when there is none. */
export async function pageFacts(sql: Queryable, id: string): Promise<PageFacts | null> {
  const { rows } = await sql.query(`${FACTS} WHERE o.id::text = $1`, [id]);
  const [row] = rows;
  if (!row) return null;
  const names = (row.names as string[]).filter(Boolean).join(' & ') || row.number;
  return { ...row, names, mood: kindOf(row.kind).mood, language: languageOf(row.language) };
}
