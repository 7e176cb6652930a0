import type { Connection, Queryable } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { Stream } from '../accounts.ts';

/** A line that nobody has explained yet. */
export interface OpenLine {
  id: string;
  stream: Stream;
  day: string;
  /** Paise; what came is positive. */
  amount: bigint;
  reference: string | null;
  words: string;
}

/** What a line may be. */
export interface Candidate {
  kind: string;
  id: string;
  /** Its own reference, with which the line is compared. */
  reference: string | null;
  day: string;
  /** Whether it stands in the books, so that to match it posts nothing. */
  posted: boolean;
}

/**
 * Looks for what a line may be: of the same amount, not matched yet. Whoever adds something that passes the
 * bank (such as the gateway's settlements) adds one here.
 */
export interface Matcher {
  kind: string;
  /** Which lines it looks at. */
  of: 'credit' | 'debit';
  find(sql: Queryable, line: OpenLine): Promise<Candidate[]>;
}

const FREE = (kind: string, id: string) =>
  `NOT EXISTS (SELECT FROM bank_line b WHERE b.matched_kind = '${kind}' AND b.matched_id = ${id})`;

export const matchers: Matcher[] = [
  {
    ...{ kind: 'gift', of: 'credit' },
    find: async (sql, { stream, amount, day }) =>
      (
        await sql.query<Candidate>(
          `SELECT 'gift' AS kind, g.id::text, g.reference, coalesce(g.counted_on, g.day)::text AS day, g.state = 'counted' AS posted
             FROM offline_gift g
            WHERE g.stream = $1 AND g.amount = $2 AND g.kind IN ('cheque', 'bank', 'mobile', 'wire')
              AND g.state IN ('waiting', 'counted') AND abs(g.day - $3::date) <= 120 AND ${FREE('gift', 'g.id::text')}
            ORDER BY abs(g.day - $3::date), g.id LIMIT 20`,
          [stream, amount, day],
        )
      ).rows,
  },
  {
    ...{ kind: 'settlement', of: 'credit' },
    find: async (sql, { stream, amount, day }) =>
      (
        await sql.query<Candidate>(
          `SELECT 'settlement' AS kind, s.id, s.utr AS reference, s.day::text AS day, true AS posted
             FROM settlement s
            WHERE s.stream = $1 AND s.amount = $2 AND s.posted_at IS NOT NULL AND s.bank_line IS NULL
              AND abs(s.day - $3::date) <= 30 AND ${FREE('settlement', 's.id')}
            ORDER BY abs(s.day - $3::date), s.id LIMIT 20`,
          [stream, amount, day],
        )
      ).rows,
  },
  {
    ...{ kind: 'bounce', of: 'debit' },
    find: async (sql, { stream, amount, day }) =>
      (
        await sql.query<Candidate>(
          `SELECT 'bounce' AS kind, g.id::text, g.reference, coalesce(g.ended_on, g.counted_on)::text AS day, g.state = 'bounced' AS posted
             FROM offline_gift g
            WHERE g.stream = $1 AND g.amount = -$2::bigint AND g.kind = 'cheque' AND g.state IN ('counted', 'bounced')
              AND g.counted_on BETWEEN $3::date - 30 AND $3::date AND ${FREE('bounce', 'g.id::text')}
            ORDER BY g.counted_on DESC, g.id LIMIT 20`,
          [stream, amount, day],
        )
      ).rows,
  },
  {
    ...{ kind: 'disbursement', of: 'debit' },
    find: async (sql, { stream, amount, day }) =>
      (
        await sql.query<Candidate>(
          `SELECT 'disbursement' AS kind, d.id::text, d.utr AS reference, d.paid_on::text AS day, true AS posted
             FROM disbursement d
            WHERE d.stream = $1 AND d.amount = -$2::bigint AND d.state = 'paid' AND abs(d.paid_on - $3::date) <= 30
              AND ${FREE('disbursement', 'd.id::text')}
            ORDER BY abs(d.paid_on - $3::date), d.id LIMIT 20`,
          [stream, amount, day],
        )
      ).rows,
  },
];

/** A candidate, and what speaks for it: the bank's own reference, or only amount and day. */
export interface Match extends Candidate {
  why: 'reference' | 'near';
}

const NEAR_DAYS = 7;

/** What a line may be, the surest first. */
export async function matchesOf(sql: Queryable, line: OpenLine): Promise<Match[]> {
  const side = line.amount > 0n ? 'credit' : 'debit';
  const found = [];
  for (const { of, find } of matchers) if (of === side) found.push(...(await find(sql, line)));
  const all = found.map((one): Match => ({ ...one, why: named(line, one) ? 'reference' : 'near' }));
  const [exact, near] = [
    all.filter(({ why }) => why === 'reference'),
    all.filter(({ why }) => why === 'near'),
  ];
  return [...exact, ...near.filter(({ day }) => daysBetween(day, line.day) <= NEAR_DAYS)];
}

/** Whether a line tells a reference, as a word of its own. */
function named({ reference, words }: OpenLine, candidate: Candidate): boolean {
  const wanted = bare(candidate.reference ?? '');
  if (wanted.length < 6) return false;
  if (bare(reference ?? '') === wanted) return true;
  return words
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .includes(wanted);
}

const bare = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

const daysBetween = (one: string, other: string) =>
  Math.abs(Date.parse(`${one}T00:00:00Z`) - Date.parse(`${other}T00:00:00Z`)) / 86_400_000;

/** Who matches without a person. */
export const ENGINE = 'engine';

/**
 * Matches new lines that name one thing that stands in the books already. What would post something is left
 * to a person.
 *
 * @returns how many
 */
export async function matchNew(
  { keys, clock }: Pick<Ground, 'keys' | 'clock'>,
  connection: Connection,
  ids: string[],
): Promise<number> {
  let matched = 0;
  for (const line of await openLines({ sql: connection, keys }, ids)) {
    const sure = (await matchesOf(connection, line)).filter(({ why }) => why === 'reference');
    const [one] = sure;
    if (sure.length !== 1 || !one?.posted) continue;
    await noteMatch(connection, line.id, { kind: one.kind, id: one.id, by: ENGINE, at: clock.now() });
    matched++;
  }
  return matched;
}

/** Notes what a line is. @returns false when it was explained already */
export async function noteMatch(
  connection: Connection,
  line: string,
  {
    kind,
    id,
    by,
    at,
    note = null,
  }: { kind: string; id: string | null; by: string; at: Date; note?: Buffer | null },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE bank_line SET matched_kind = $2, matched_id = $3, matched_by = $4, matched_at = $5, note = $6
      WHERE id = $1 AND matched_kind IS NULL`,
    [line, kind, id, by, at, note],
  );
  if (rowCount && kind === 'settlement')
    await connection.query('UPDATE settlement SET bank_line = $2 WHERE id = $1', [id, line]);
  return Boolean(rowCount);
}

/** Lines that are open, opened. @param ids only these */
export async function openLines(
  { sql, keys }: { sql: Queryable; keys: Ground['keys'] },
  ids: string[],
): Promise<OpenLine[]> {
  const { rows } = await sql.query(
    `SELECT id::text, stream, day::text AS day, amount, reference, words FROM bank_line
      WHERE id = ANY($1::bigint[]) AND matched_kind IS NULL ORDER BY bank_line.id`,
    [ids],
  );
  return rows.map((row) => ({
    ...{ ...row, amount: BigInt(row.amount), words: keys.open('finance-words', row.words) },
  }));
}
