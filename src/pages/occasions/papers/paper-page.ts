import { readOrganisation } from '../../../access/organisation.ts';
import { openFiles } from '../../../files.ts';
import type { Ground } from '../../../ground.ts';
import type { Language } from '../../../i18n.ts';
import { OccasionContent } from '../content.ts';
import { type OccasionFigures, occasionFigures } from '../gifts.ts';
import type { PhotoFile } from '../photos.ts';

/** What papers of a page tell. */
export interface PaperPage {
  number: string;
  kind: string;
  child: boolean;
  content: OccasionContent;
  /** What guests type; null where none is needed. */
  guestCode: string | null;
  /** Titles of the project it is for; null for the fund. */
  project: Record<Language, string> | null;
  /** The first photograph, and where in it what matters is. */
  photo: { bytes: Buffer; x: number; y: number } | null;
  figures: OccasionFigures;
  /** Its address, whole. */
  url: string;
  organisation: Record<Language, string>;
  at: Date;
}

/** @returns null when guests see no such page */
export async function readPaperPage(
  { sql, keys, config, clock }: Pick<Ground, 'sql' | 'keys' | 'config' | 'clock'>,
  occasionId: string,
): Promise<PaperPage | null> {
  const { rows } = await sql.query(
    `SELECT o.number, o.code, o.kind, o.child, o.shown, o.guest_code AS "guestCode", v.content AS project,
            (SELECT p.files FROM occasion_photo p WHERE p.id::text = o.shown->'photos'->0->>'id' AND p.state = 'ready') AS files
       FROM occasion o LEFT JOIN project p ON p.id = o.project_id
       LEFT JOIN project_version v ON v.project_id = p.id AND v.version = p.published
      WHERE o.id::text = $1 AND o.shown IS NOT NULL AND o.state IN ('live', 'closed')`,
    [occasionId],
  );
  const [row] = rows;
  if (!row) return null;
  const content = OccasionContent.parse(row.shown);
  const [first] = content.photos;
  const bytes = first && (await largestOf(config, row.files ?? []));
  const { name } = await readOrganisation(sql);
  return {
    ...{ number: row.number, kind: row.kind, child: row.child, content, organisation: name, at: clock.now() },
    ...{ url: `${config.publicUrl}/o/${row.code}`, figures: await occasionFigures(sql, occasionId) },
    guestCode:
      content.visibility === 'guests' && row.guestCode ? keys.open('occasion-contact', row.guestCode) : null,
    project: row.project && { en: row.project.en.title, ml: row.project.ml.title },
    photo: first && bytes ? { bytes, x: first.x, y: first.y } : null,
  };
}

async function largestOf(config: Ground['config'], files: PhotoFile[]): Promise<Buffer | null> {
  const largest = files.filter(({ ext }) => ext === 'jpg').at(-1);
  return largest ? openFiles(config).get(largest.hash) : null;
}
