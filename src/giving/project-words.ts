import type { Queryable } from '../db.ts';

/** What a project is called. */
export interface ProjectName {
  en: string;
  ml: string;
}

/** What the project of a fund is called: as the public sees it now. Null for a fund of no project. */
export async function projectNamed(sql: Queryable, fund: string): Promise<ProjectName | null> {
  const { rows } = await sql.query<ProjectName>(
    `SELECT v.content->'en'->>'title' AS en, v.content->'ml'->>'title' AS ml
       FROM ledger_account a JOIN project p ON p.id = a.project
       JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version) WHERE a.code = $1`,
    [fund],
  );
  return rows[0] ?? null;
}
