import type { Queryable } from '../../db.ts';
import type { OccasionContent } from './content.ts';
import type { OccasionPolicy } from './policy.ts';

/** A reason to look twice; its words stand in the catalogues as `occasion.sign.NAME`. */
export interface Sign {
  name:
    | 'link'
    | 'phone'
    | 'known-name'
    | 'copied-picture'
    | 'many-from-here'
    | 'same-person'
    | 'mixed-letters';
  /** What was found. */
  seen: string;
}

const LINK = /(?:https?:\/\/|www\.)\S+|\b[\w-]+\.(?:com|in|org|net|me|ly|co|info|app|link)\b(?:\/\S*)?/giu;
/** Ten figures and more, however they are parted: numbers of telephones, accounts, cards. Also in Malayalam figures. */
const PHONE = /(?:\+?[\d൦-൯][\s.-]?){10,19}/gu;
const UPI = /\b[\w.-]{2,64}@(?!\S+\.)[a-z]{2,20}\b/giu;

/** What a text itself tells; nothing is asked. */
export function signsOfText(content: OccasionContent, { knownNames }: OccasionPolicy): Sign[] {
  const words = [...content.names, content.from, content.line, content.story]
    .concat(content.photos.map(({ caption }) => caption))
    .join('\n');
  const all = (pattern: RegExp) => [...new Set([...words.matchAll(pattern)].map(([text]) => text.trim()))];
  const folded = fold(words);
  const known = knownNames.filter((name) => folded.includes(fold(name)));
  return [
    ...all(LINK).map((seen) => ({ name: 'link' as const, seen })),
    ...[...all(PHONE), ...all(UPI)].map((seen) => ({ name: 'phone' as const, seen })),
    ...known.map((seen) => ({ name: 'known-name' as const, seen })),
    ...content.names.filter(mixesLetters).map((seen) => ({ name: 'mixed-letters' as const, seen })),
  ].slice(0, 20);
}

const fold = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.]+/g, ' ');

/** Latin letters beside Greek or Cyrillic ones in one word: a name that only looks like another. */
const mixesLetters = (name: string) =>
  name
    .split(/\s+/)
    .some((word) => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word));

/** As many as one house makes at once, and a shop of the village a few more. */
const FROM_ONE_PLACE = 4;
/** Of the 64 bits of a perceptual hash: fewer that differ are the same picture, cut or coloured anew. */
const SAME_PICTURE = 8;

/** What other pages tell: the same picture, the same contact or names, many from one network. */
export async function signsOfOthers(sql: Queryable, occasionId: string): Promise<Sign[]> {
  const { rows } = await sql.query<Sign>(
    `WITH me AS (SELECT id, made_from, content, day FROM occasion WHERE id::text = $1),
     copied AS (
       SELECT DISTINCT o.number FROM occasion_photo mine
         JOIN occasion_photo theirs ON theirs.occasion_id <> mine.occasion_id
          AND bit_count((mine.phash # theirs.phash)::bit(64)) < ${SAME_PICTURE}
         JOIN occasion o ON o.id = theirs.occasion_id AND o.state NOT IN ('draft', 'gone')
        WHERE mine.occasion_id IN (SELECT id FROM me) LIMIT 5
     ), same AS (
       SELECT DISTINCT o.number FROM occasion o, me
        WHERE o.id <> me.id AND o.state NOT IN ('draft', 'gone', 'refused') AND o.day = (me.content->>'day')::date
          AND EXISTS (SELECT FROM jsonb_array_elements_text(o.content->'names') a,
                                  jsonb_array_elements_text(me.content->'names') b WHERE a <> '' AND fold_text(a) = fold_text(b))
        LIMIT 5
     ), near AS (
       SELECT count(*)::int AS pages FROM occasion o, me
        WHERE o.made_from = me.made_from AND o.made_at > now() - interval '1 day'
     )
     SELECT 'copied-picture' AS name, number AS seen FROM copied
     UNION ALL SELECT 'same-person', number FROM same
     UNION ALL SELECT 'many-from-here', pages::text FROM near WHERE pages > ${FROM_ONE_PLACE}`,
    [occasionId],
  );
  return rows;
}
