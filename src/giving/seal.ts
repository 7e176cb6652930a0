import { createHash } from 'node:crypto';
import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';

/** Sealed in one transaction. */
const BATCH = 1000;
const BEGINNING = Buffer.alloc(32);

/**
 * The bytes a seal stands for, as SQL over `journal j`: number, id, kind, subject, day and time (UTC, to
 * the millisecond) in a line each, then a line for each posting. It holds nothing about a person.
 */
const form = (number: string) => `
  ${number} || E'\\n' || j.id || E'\\n' || j.kind || E'\\n' || j.subject || E'\\n' || j.on_day || E'\\n'
  || to_char(j.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || E'\\n'
  || (SELECT string_agg(p.account || ' ' || p.amount, E'\\n' ORDER BY p.line) FROM posting p WHERE p.journal = j.id)`;

/**
 * Chains every committed journal that has no seal yet: each hash is SHA-256 over the one before it and
 * the journal's form. Journals become visible in another order than that of their ids, so the seals have
 * numbers of their own, and one process at a time gives them. What they tell is added to the public's view
 * of the books (fund_day) as they are sealed.
 *
 * @returns how many were sealed
 */
export async function sealJournals({ sql, clock, locks }: Pick<Ground, 'sql' | 'clock' | 'locks'>) {
  let sealed = 0;
  await locks.exclusively('journal-seal', async () => {
    for (let n = BATCH; n === BATCH; sealed += n)
      n = await transaction(sql, (one) => sealBatch(one, clock.now()));
  });
  return sealed;
}

async function sealBatch(connection: Connection, at: Date): Promise<number> {
  const last = await connection.query<{ number: string; hash: Buffer }>(
    'SELECT number, hash FROM journal_seal ORDER BY number DESC LIMIT 1',
  );
  let number = BigInt(last.rows[0]?.number ?? 0);
  let previous = last.rows[0]?.hash ?? BEGINNING;
  const { rows } = await connection.query<{ id: string; form: string }>(
    `WITH next AS (
       DELETE FROM journal_unsealed WHERE journal IN (
         SELECT journal FROM journal_unsealed ORDER BY journal LIMIT $2) RETURNING journal
     ), numbered AS (SELECT journal, $1::bigint + row_number() OVER (ORDER BY journal) AS number FROM next)
     SELECT j.id, ${form('n.number')} AS form FROM numbered n JOIN journal j ON j.id = n.journal ORDER BY n.number`,
    [String(number), BATCH],
  );
  const seals = rows.map(({ id, form: text }) => {
    const seal = { number: String(++number), id, previous, hash: hashOf(previous, text) };
    previous = seal.hash;
    return seal;
  });
  await connection.query(
    `INSERT INTO journal_seal (number, journal, previous, hash, at)
     SELECT n, j, p, h, $5 FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[]) AS s(n, j, p, h)`,
    [
      seals.map((s) => s.number),
      seals.map((s) => s.id),
      seals.map((s) => s.previous),
      seals.map((s) => s.hash),
      at,
    ],
  );
  await connection.query('SELECT count_sealed($1, $2)', [
    seals[0]?.number ?? null,
    seals.at(-1)?.number ?? null,
  ]);
  return seals.length;
}

const hashOf = (previous: Buffer, text: string) =>
  createHash('sha256').update(previous).update(text).digest();

/** What a look through the books found. */
export interface LedgerVerdict {
  journals: number;
  /** Journals whose postings do not sum to zero, or that have none. */
  unbalanced: number;
  /** `ok`, or the first journal whose seal does not fit, or whose number is missing. */
  chain: 'ok' | string;
  /** Not sealed yet; some seconds' worth is usual. */
  unsealed: number;
  /** Whether every fund's balance is the sum of its gifts less what went back. */
  totals_match: boolean;
}

/** Looks through the whole of the books: balance, chain, and the figures that are kept beside them. */
export async function verifyLedger({ sql }: Pick<Ground, 'sql'>): Promise<LedgerVerdict> {
  const [counted, bad, totals] = [await count(sql), await firstBadSeal(sql), await strayFunds(sql)];
  return { ...counted, chain: bad ?? 'ok', totals_match: totals === 0 };
}

async function count(sql: Ground['sql']) {
  const { rows } = await sql.query<{ journals: number; unbalanced: number; unsealed: number }>(
    `SELECT (SELECT count(*)::int FROM journal) AS journals,
            (SELECT count(*)::int FROM journal j LEFT JOIN
               (SELECT journal, sum(amount) AS sum FROM posting GROUP BY journal) p ON p.journal = j.id
              WHERE p.sum IS DISTINCT FROM 0) AS unbalanced,
            (SELECT count(*)::int FROM journal j LEFT JOIN journal_seal s ON s.journal = j.id
              WHERE s.number IS NULL) AS unsealed`,
  );
  return rows[0] as { journals: number; unbalanced: number; unsealed: number };
}

async function firstBadSeal(sql: Ground['sql']): Promise<string | null> {
  const { rows } = await sql.query<{ journal: string }>(
    `SELECT journal FROM (
       SELECT s.number, s.journal, s.previous, s.hash, lag(s.hash, 1, $1::bytea) OVER w AS before,
              row_number() OVER w AS place, sha256(s.previous || convert_to(${form('s.number')}, 'UTF8')) AS again
         FROM journal_seal s JOIN journal j ON j.id = s.journal WINDOW w AS (ORDER BY s.number)) AS chain
      WHERE number <> place OR previous <> before OR again IS DISTINCT FROM hash ORDER BY number LIMIT 1`,
    [BEGINNING],
  );
  return rows[0]?.journal ?? null;
}

/** How many funds do not hold what was given for them. */
async function strayFunds(sql: Ground['sql']): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ledger_account a
       LEFT JOIN (SELECT account, -sum(amount) AS held FROM posting GROUP BY account) p ON p.account = a.code
       LEFT JOIN (SELECT fund, sum(amount - refunded) AS given FROM donation GROUP BY fund) d ON d.fund = a.code
      WHERE a.kind = 'fund' AND coalesce(p.held, 0) <> coalesce(d.given, 0)`,
  );
  return rows[0]?.n ?? 0;
}
