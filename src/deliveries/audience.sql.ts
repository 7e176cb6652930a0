import { addressChannelSql } from '../contacts/addresses.ts';
import { languageOf } from './language.sql.ts';

/** What the decision about an audience is made from. */
export interface AudienceSql {
  /** A condition on `contact c`: who is wanted. */
  wanted: string;
  /** Who is left out nevertheless, in the order in which it is asked. */
  without: LeftOutSql[];
}
export interface LeftOutSql {
  /** What the person who wonders reads. */
  reason: string;
  /** A condition on `contact c`, their mailbox `a` and what is joined. */
  when: string;
  /** What it needs besides; at most one row for each contact. */
  join?: string;
}

/** The address of a contact that counts: the one verified first, else the oldest. */
const mailboxOf = (of = ''): string => `
mailbox AS (
  SELECT DISTINCT ON (contact_id) contact_id, hash FROM address WHERE channel = ${addressChannelSql('$2::text')}${of}
   ORDER BY contact_id, coalesce(verified_at, 'infinity'), id
)`;

/** Each wanted contact of `contacts` with why it is left out, and which of several at one address it is. */
const decidedOf = ({ wanted, without }: AudienceSql, contacts: string): string => `
decided AS MATERIALIZED (
  SELECT contact_id, hash, language, why, row_number() OVER (PARTITION BY hash ORDER BY why IS NOT NULL, contact_id) AS nth
    FROM (SELECT c.id AS contact_id, a.hash, c.language,
                 CASE ${without.map(({ reason, when }) => `WHEN ${when} THEN '${reason}'`).join('\n                      ')}
                      WHEN a.hash IS NULL THEN 'no address'
                      WHEN k.contact_id IS NULL THEN 'no consent'
                      WHEN s.hash IS NOT NULL THEN 'suppressed' END AS why
            FROM ${contacts} c
            LEFT JOIN mailbox a ON a.contact_id = c.id
            LEFT JOIN consent k ON k.contact_id = c.id AND k.channel = $2 AND k.purpose = $3 AND k.given
            LEFT JOIN suppression s ON s.channel = $2 AND s.hash = a.hash AND (s.expires_at IS NULL OR s.expires_at > now())
            ${without.map(({ join = '' }) => join).join('\n            ')}
           WHERE ${wanted}) AS asked
)`;

/**
 * Decides each wanted contact once and writes down both: who is sent to, in the order of their addresses'
 * hashes, and who is left out and why. Of several who share an address the oldest is sent to. One scan of
 * each table, joined by hashing, so that a million costs the same per head as a thousand; channel and
 * purpose are parameters, not joined from the run, so that the planner knows how many match.
 *
 * $1 run · $2 channel · $3 purpose · $4 languages with a text · $5 the language to fall back to
 */
export const freezeSql = ({ wanted, without }: AudienceSql): string => `
WITH ${mailboxOf()}, ${decidedOf({ wanted, without }, 'contact')}, sent AS (
  INSERT INTO delivery (run, seq, contact_id, address_hash, language)
  SELECT $1, row_number() OVER (), contact_id, hash, ${languageOf('language', { written: '$4', fallback: '$5' })}
    FROM decided WHERE why IS NULL AND nth = 1
), noted AS (
  INSERT INTO run_left_out (run, nth, contact_id, reason)
  SELECT $1, row_number() OVER (), contact_id, coalesce(why, 'shared address') FROM decided WHERE why IS NOT NULL OR nth > 1
)
SELECT count(*) FILTER (WHERE why IS NULL AND nth = 1)::int AS total,
       ${reasonsOf(without)
         .map((reason) => `count(*) FILTER (WHERE why = '${reason}')::int AS "${reason}"`)
         .join(', ')},
       count(*) FILTER (WHERE why IS NULL AND nth > 1)::int AS "shared address"
  FROM decided`;

/**
 * The same decision, only counted: `why` is null for those who are sent to, in their language. With
 * `percent` a sample of the contacts is decided instead, by the pages they lie on.
 * Parameters as above; of $1 nothing is asked.
 */
export function countSql(asked: AudienceSql, percent?: number): string {
  const sample = `sample AS MATERIALIZED (SELECT * FROM contact TABLESAMPLE SYSTEM (${Number(percent)}) REPEATABLE (1))`;
  const parts = percent
    ? [sample, mailboxOf(' AND contact_id IN (SELECT id FROM sample)'), decidedOf(asked, 'sample')]
    : [mailboxOf(), decidedOf(asked, 'contact')];
  const language = languageOf('language', { written: '$4', fallback: '$5' });
  return `
WITH ${parts.join(', ')}
SELECT coalesce(why, CASE WHEN nth > 1 THEN 'shared address' END) AS why,
       CASE WHEN why IS NULL AND nth = 1 THEN ${language} END AS language, count(*)::int AS n
  FROM decided WHERE $1::bigint IS NOT NULL GROUP BY 1, 2`;
}

/** Each once; counted one by one, because sorting a million by their reasons takes longer. */
const reasonsOf = (without: LeftOutSql[]): string[] => [
  ...new Set([...without.map(({ reason }) => reason), 'no address', 'no consent', 'suppressed']),
];
