import type { Queryable } from '../../db.ts';
import type { Period } from './period.ts';

/** A journal with its postings, as an export writes it. */
export interface JournalRow {
  id: string;
  kind: string;
  subject: string;
  day: string;
  at: Date;
  /** Place in the chain of seals and its hash; null in the seconds before it is sealed. */
  seal: string | null;
  hash: string | null;
  postings: { account: string; amount: bigint }[];
}

/** Journals read at a time. */
const PAGE = 2000;

const READ = `
WITH page AS (
  SELECT id, kind, subject, on_day, at FROM journal
   WHERE on_day <= $1 AND (on_day, id) > ($2::date, $3::bigint)
   ORDER BY on_day, id LIMIT ${PAGE})
SELECT j.id, j.kind, j.subject, j.on_day::text AS day, j.at, s.number AS seal, encode(s.hash, 'hex') AS hash,
       (SELECT json_agg(json_build_array(p.account, p.amount::text) ORDER BY p.line) FROM posting p WHERE p.journal = j.id) AS postings
  FROM page j LEFT JOIN journal_seal s ON s.journal = j.id ORDER BY j.on_day, j.id`;

/**
 * Every journal of a period by day and number, page after page: the books may be longer than the memory,
 * and whoever fetches them slow. What is posted meanwhile may or may not be among them.
 */
export async function* journalRows(sql: Queryable, { from, to }: Period): AsyncGenerator<JournalRow> {
  // Where the last page ended: a condition that may be left out would be no way into the index.
  for (let [day, id] = [from, '0']; ; ) {
    const { rows } = await sql.query<Omit<JournalRow, 'postings'> & { postings: [string, string][] }>(READ, [
      ...[to, day, id],
    ]);
    for (const { postings, ...row } of rows) {
      [day, id] = [row.day, row.id];
      yield {
        ...row,
        postings: postings.map(([account, amount]) => ({ account, amount: BigInt(amount) })),
      };
    }
    if (rows.length < PAGE) return;
  }
}
