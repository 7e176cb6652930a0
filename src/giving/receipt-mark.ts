import { audit } from '../access/audit.ts';
import type { Connection } from '../db.ts';
import { looksRestored } from '../deliveries/mark.ts';
import type { Ground } from '../ground.ts';
import { readOutside, writeOutside } from '../outside.ts';
import type { Stream } from './accounts.ts';

type Needs = Pick<Ground, 'config' | 'log' | 'queues'>;

/** A series of receipts: a stream's financial year. */
export interface Series {
  stream: Stream;
  year: string;
}

/**
 * Takes the next number of a series, in the caller's transaction, which holds the series until it ends. The
 * number is written down beside the database before it can be committed: a database that is older than its
 * last receipt is seen by it, and goes on above (docs/decisions/2026-11-27-receipt-numbers-after-a-restore.md).
 */
export async function nextNumber(ground: Needs, connection: Connection, series: Series): Promise<bigint> {
  const { stream, year } = series;
  await connection.query(
    'INSERT INTO receipt_series (stream, year, last) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
    [stream, year],
  );
  const { rows } = await connection.query<{ last: string }>(
    'SELECT last FROM receipt_series WHERE stream = $1 AND year = $2 FOR UPDATE',
    [stream, year],
  );
  const last = BigInt(rows[0]?.last ?? 0);
  const above = await lastGiven(ground, connection, { series, last });
  const number = above + 1n;
  await writeOutside(ground, placeOf(series), String(number));
  await connection.query('UPDATE receipt_series SET last = $3 WHERE stream = $1 AND year = $2', [
    ...[stream, year, number],
  ]);
  return number;
}

/**
 * The last number that was given, whatever this database remembers. One that was written down and never
 * committed, because its process ended between the two, is at most one ahead, and is given now.
 */
async function lastGiven(
  ground: Needs,
  connection: Connection,
  { series, last }: { series: Series; last: bigint },
): Promise<bigint> {
  const mark = await readMark(ground, series);
  if (mark <= last) return last;
  const crashed = mark === last + 1n && !(await wasRestored(connection, series));
  if (crashed && !(await looksRestored({ ...ground, sql: connection }))) return last;
  ground.log.error(
    { ...series, last, mark },
    'the database is older than its last receipt: numbers go on above',
  );
  await audit(connection, {
    ...{ actor: 'engine', action: SKIPPED, subjectType: 'receipt-series', subjectId: nameOf(series) },
    after: { from: String(last + 1n), to: String(mark), reason: 'given before the database was restored' },
  });
  return mark;
}

const SKIPPED = 'receipts.skipped';
const nameOf = ({ stream, year }: Series) => `${stream} ${year}`;

/**
 * Whether somebody said `wecare restored` since this series was last set right: the send mark tells of
 * the restore no more, and what is one ahead may stand on a paper.
 */
async function wasRestored(connection: Connection, series: Series): Promise<boolean> {
  const { rowCount } = await connection.query(
    `SELECT FROM audit_entry WHERE subject_type = 'engine' AND action = 'engine.restored' AND id >
       (SELECT coalesce(max(id), 0) FROM audit_entry
         WHERE subject_type = 'receipt-series' AND subject_id = $1 AND action = $2) LIMIT 1`,
    [nameOf(series), SKIPPED],
  );
  return rowCount !== 0;
}

async function readMark(ground: Needs, series: Series): Promise<bigint> {
  const texts = await readOutside(ground, placeOf(series));
  const marks = texts.filter((text) => /^\d{1,15}$/.test(text)).map(BigInt);
  return marks.sort((one, other) => (one < other ? 1 : -1))[0] ?? 0n;
}

const placeOf = ({ stream, year }: Series) => ({
  file: `receipts-${stream}-${year}.mark`,
  key: `wecare:receipts:${stream}:${year}`,
});
