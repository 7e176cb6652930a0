import type { Queryable } from '../../db.ts';
import { found } from '../../errors.ts';
import { say } from '../../say.ts';
import type { Newsletter } from './newsletters.ts';
import { type Reading, readingOf, type Written } from './reading.ts';

/** A newsletter as the public sees it. */
export interface PublicPaper extends Pick<Newsletter, 'slug' | 'languages' | 'words'> {
  id: string;
  archive: boolean;
  /** When anything of it that is public changed last. */
  changedAt: Date;
}

/** An edition that was sent and that everybody may read. */
export interface PublicEdition {
  id: string;
  number: number;
  dueAt: Date;
  sentAt: Date;
  /** In the order of the newsletter's languages. */
  readings: Reading[];
}

type ArchiveGround = { sql: Queryable; config: { publicUrl: string } };

/** The newsletters that the public may know of, by when they last came out. */
export async function publicPapers({
  sql,
}: ArchiveGround): Promise<(PublicPaper & { lastAt: Date | null })[]> {
  const { rows } = await sql.query<PublicPaper & { lastAt: Date | null }>(
    `SELECT ${PAPER}, (SELECT max(e.due_at) FROM edition e JOIN run r ON r.id = e.run_id
                       WHERE e.newsletter_id = n.id AND ${READABLE}) AS "lastAt"
       FROM newsletter n JOIN message m ON m.id = n.message_id
      WHERE n.public AND m.archived_at IS NULL ORDER BY "lastAt" DESC NULLS LAST, n.slug`,
  );
  return rows;
}

/**
 * One public newsletter by its slug. One that has ended stays readable.
 * @throws Refusal (404) when there is none that the public may see
 */
export async function publicPaper({ sql }: ArchiveGround, slug: string): Promise<PublicPaper> {
  const { rows } = await sql.query<PublicPaper>(
    `SELECT ${PAPER} FROM newsletter n WHERE n.public AND n.slug = $1`,
    [slug],
  );
  return found(rows[0], say`There is no such newsletter.`);
}

/** Its editions that everybody may read, the newest first; none where it has no archive. */
export async function publicEditions(
  ground: ArchiveGround,
  paper: PublicPaper,
  { most, number = null }: { most: number; number?: number | null },
): Promise<PublicEdition[]> {
  if (!paper.archive) return [];
  const { rows } = await ground.sql.query<EditionRow>(EDITIONS, [paper.id, most, number]);
  return rows.map(({ written, ...edition }) => ({
    ...edition,
    readings: paper.languages
      .concat(written.map(({ language }) => language).filter((tag) => !paper.languages.includes(tag)))
      .flatMap((language) => written.filter((one) => one.language === language))
      .map((one) => {
        const masthead = paper.words[one.language]?.title ?? '';
        return readingOf(one, { masthead, publicUrl: ground.config.publicUrl });
      }),
  }));
}

/** @throws Refusal (404) when the public may read no such edition */
export async function publicEdition(
  ground: ArchiveGround,
  paper: PublicPaper,
  number: number,
): Promise<PublicEdition> {
  const [edition] = await publicEditions(ground, paper, { most: 1, number });
  return found(edition, say`There is no such edition.`);
}

/** The numbers of the editions before and after one, of those that everybody may read. */
export async function neighboursOf(
  { sql }: ArchiveGround,
  paper: PublicPaper,
  number: number,
): Promise<{ older: number | null; newer: number | null }> {
  const { rows } = await sql.query<{ older: number | null; newer: number | null }>(
    `SELECT max(e.number) FILTER (WHERE e.number < $2) AS older, min(e.number) FILTER (WHERE e.number > $2) AS newer
       FROM edition e JOIN run r ON r.id = e.run_id WHERE e.newsletter_id = $1 AND ${READABLE}`,
    [paper.id, number],
  );
  return rows[0] ?? { older: null, newer: null };
}

/** The subject without the newsletter's own title before it. */
export function headlineOf({ title, language }: Reading, { words }: PublicPaper): string {
  const before = `${words[language]?.title}: `;
  return title.startsWith(before) ? title.slice(before.length) : title;
}

type EditionRow = Omit<PublicEdition, 'readings'> & { written: Written[] };

/** A run that is cancelled takes its edition off the web. */
const PAPER = `n.id, n.slug, n.languages, n.words, n.archive,
  greatest(n.changed_at, (SELECT max(r.ended_at) FROM run r WHERE r.message_id = n.message_id AND r.state = 'cancelled')) AS "changedAt"`;

/** What a cancelled run sent was a mistake, and is not shown. */
const READABLE = "e.state = 'sent' AND e.hidden_at IS NULL AND r.state <> 'cancelled'";

const EDITIONS = `
  SELECT e.id, e.number, e.due_at AS "dueAt", e.ended_at AS "sentAt",
         (SELECT jsonb_agg(jsonb_build_object('language', v.language, 'subject', v.subject, 'preheader', v.preheader,
                                              'source', v.source, 'text', v.text) ORDER BY v.language)
            FROM message_version v WHERE v.message_id = n.message_id AND v.version = e.version) AS written
    FROM edition e JOIN newsletter n ON n.id = e.newsletter_id JOIN run r ON r.id = e.run_id
   WHERE n.id = $1 AND ${READABLE} AND ($3::int IS NULL OR e.number = $3)
   ORDER BY e.number DESC LIMIT $2`;
