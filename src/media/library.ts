import type { Ground } from '../ground.ts';
import { ASSETS, type Asset } from './assets.ts';

/** What to look for in the media library; what is not given does not narrow. */
export interface LibrarySearch {
  /** Words in names, descriptions and credits, in any order; all must be there. */
  text?: string;
  kind?: Asset['kind'];
  /** Pictures that nobody has described in one of these languages. */
  undescribed?: readonly string[];
  /** Only those added before this one. */
  before?: string;
  limit: number;
}

export interface LibraryRow extends Asset {
  /** By how many things it is shown or carried. */
  uses: number;
}

/** The newest first; both encodings of a Malayalam chillu find each other. */
export async function searchLibrary(
  { sql }: Pick<Ground, 'sql'>,
  { text, kind, undescribed, before, limit }: LibrarySearch,
): Promise<LibraryRow[]> {
  const { rows } = await sql.query<LibraryRow>(
    `SELECT found.*, (SELECT count(*)::int FROM asset_use u WHERE u.asset_id = found.id) AS uses FROM (
       ${ASSETS}
        WHERE NOT EXISTS (SELECT FROM unnest($1::text[]) word
                 WHERE strpos(fold_text(concat_ws(' ', a.name, a.alt::text, a.credit)), fold_text(word)) = 0)
          AND ($2::text IS NULL OR a.kind::text = $2) AND ($3::uuid IS NULL OR a.id < $3)
          AND ($4::text[] IS NULL OR a.kind::text = 'picture' AND NOT a.alt ?& $4)
        ORDER BY a.id DESC LIMIT $5) found ORDER BY found.id DESC`,
    [
      text?.trim().split(/\s+/).slice(0, 10).filter(Boolean) ?? [],
      kind ?? null,
      before ?? null,
      undescribed ?? null,
      limit,
    ],
  );
  return rows;
}
