import type { Queryable } from '../../../db.ts';
import { openFiles } from '../../../files.ts';
import type { Ground } from '../../../ground.ts';
import type { Language } from '../../../i18n.ts';
import { occasionFigures } from '../gifts.ts';
import { drawCard } from './card.ts';
import { drawCertificate } from './certificate.ts';
import { drawInvitation } from './invitation.ts';
import { type PaperPage, readPaperPage } from './paper-page.ts';
import { drawTableCard } from './table.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config'>;

/** `card` is the picture where a page is shared; the others are PDFs in the family's language. */
export type PaperKind = 'card' | 'invitation' | 'table' | 'certificate';

interface OfPage {
  occasionId: string;
  kind: PaperKind;
  language: Language;
}

/** Raised when papers are drawn otherwise: those of before are then drawn anew. */
const DRAWING = 2;

/** What a page's papers are drawn of: the edition that guests see, and its first photograph as it is cut now. */
const MARK = `concat_ws('.', '${DRAWING}', o.shown_edition, (SELECT left(p.files->0->>'hash', 16) FROM occasion_photo p
  WHERE p.id::text = o.shown->'photos'->0->>'id' AND p.state = 'ready'))`;

/**
 * A paper as it was drawn last.
 * @returns null while there is none; `fresh` is false for one that shows what is not so any more
 */
export async function readPaper(
  { sql, config }: Pick<Needs, 'sql' | 'config'>,
  { occasionId, kind, language }: OfPage,
): Promise<{ bytes: Buffer; fresh: boolean } | null> {
  const { rows } = await sql.query<{ hash: string; of: string; mark: string }>(
    `SELECT w.hash, w.of, ${MARK} AS mark FROM occasion_paper w JOIN occasion o ON o.id = w.occasion_id
      WHERE w.occasion_id::text = $1 AND w.kind = $2 AND w.language = $3`,
    [occasionId, kind, language],
  );
  const [row] = rows;
  const bytes = row && (await openFiles(config).get(row.hash));
  if (!bytes) return null;
  const sum = kind === 'certificate' ? await sumMark(sql, occasionId) : '';
  return { bytes, fresh: row.of === row.mark + sum };
}

/** A certificate is also of the sum: one that says another is never handed out. */
async function sumMark(sql: Queryable, occasionId: string): Promise<string> {
  const { raised, gifts } = await occasionFigures(sql, occasionId);
  return `.${raised}.${gifts}`;
}

/** Draws what is missing or old of a page's papers. For a job. */
export async function drawPapers(ground: Needs, occasionId: string): Promise<void> {
  const { sql } = ground;
  // Of before what is read: what changes meanwhile is drawn once more.
  const mark = await markOf(sql, occasionId);
  const page = await readPaperPage(ground, occasionId);
  if (!page || !mark) return;
  for (const { kind, language, draw, sum = '' } of papersOf(page)) {
    const of = mark + sum;
    const known = await sql.query<{ of: string; hash: string }>(
      'SELECT of, hash FROM occasion_paper WHERE occasion_id::text = $1 AND kind = $2 AND language = $3',
      [occasionId, kind, language],
    );
    if (known.rows[0]?.of === of) continue;
    const bytes = await draw(page, language);
    await keep(ground, { ...{ occasionId, kind, language, of, bytes }, old: known.rows[0]?.hash });
  }
}

async function markOf(sql: Queryable, occasionId: string): Promise<string | null> {
  const { rows } = await sql.query<{ mark: string }>(
    `SELECT ${MARK} AS mark FROM occasion o WHERE o.id::text = $1 AND o.state IN ('live', 'closed')`,
    [occasionId],
  );
  return rows[0]?.mark ?? null;
}

interface Plan {
  kind: PaperKind;
  language: Language;
  draw(page: PaperPage, language: Language): Promise<Buffer>;
  /** What else than the page it is drawn of. */
  sum?: string;
}

function papersOf({ content, figures }: PaperPage): Plan[] {
  const own = content.language;
  const other: Language = own === 'ml' ? 'en' : 'ml';
  const { raised, gifts } = figures;
  return [
    // A page for guests with a code says nothing of itself where its address is shared.
    ...(content.visibility === 'guests'
      ? []
      : [own, other].map((language) => ({ kind: 'card' as const, language, draw: drawCard }))),
    { kind: 'invitation', language: own, draw: drawInvitation },
    { kind: 'table', language: own, draw: drawTableCard },
    ...(gifts
      ? [{ kind: 'certificate' as const, language: own, draw: drawCertificate, sum: `.${raised}.${gifts}` }]
      : []),
  ];
}

async function keep(
  { sql, config, clock }: Needs,
  {
    occasionId,
    kind,
    language,
    of,
    bytes,
    old,
  }: OfPage & { of: string; bytes: Buffer; old: string | undefined },
): Promise<void> {
  const files = openFiles(config);
  const hash = await files.put(bytes);
  await sql.query(
    `INSERT INTO occasion_paper (occasion_id, kind, language, hash, of, drawn_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (occasion_id, kind, language) DO UPDATE SET hash = excluded.hash, of = excluded.of, drawn_at = excluded.drawn_at`,
    [occasionId, kind, language, hash, of, clock.now()],
  );
  if (!old || old === hash) return;
  const { rowCount } = await sql.query('SELECT FROM occasion_paper WHERE hash = $1', [old]);
  if (!rowCount) await files.remove(old);
}

/** Pages whose picture or papers are missing or old, the newest first. @returns what to queue */
export async function stalePapers({ sql }: Pick<Needs, 'sql'>): Promise<{ occasion: string }[]> {
  const { rows } = await sql.query<{ occasion: string }>(
    `SELECT o.id AS occasion FROM occasion o
      WHERE o.state IN ('live', 'closed') AND NOT EXISTS (
        SELECT FROM occasion_paper w WHERE w.occasion_id = o.id AND w.kind = 'table' AND w.of = ${MARK})
      ORDER BY o.shown_at DESC LIMIT 100`,
  );
  return rows;
}
