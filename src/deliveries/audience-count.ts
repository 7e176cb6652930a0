import { type Connection, type Sql, transaction } from '../db.ts';
import { countSql } from './audience.sql.ts';
import { belongs, excluded, ONLY_ASKED, pressed, resting, type Targets, unproven } from './left-out.ts';

export interface AudienceQuestion {
  channel: string;
  purpose: string;
  targets: Targets;
  /** Languages with a text, the one to fall back on first. */
  written: string[];
}

export interface AudienceCount {
  /** False for an estimate from a sample. */
  exact: boolean;
  /** Who would be sent to now. */
  total: number;
  /** Of them, by the language they would read. */
  languages: Record<string, number>;
  /** Who is meant and would be left out, by reason. */
  leftOut: Record<string, number>;
}

/** Within so many milliseconds it is exact. */
const PATIENCE_MS = 1900;
/** How many contacts a sample has, roughly. */
const SAMPLED = 20_000;

/**
 * Counts whom a message would reach if it left now, by the very decision that freezes a run. Where that
 * takes longer than two seconds a sample is decided instead, and the result says so; shared addresses and
 * contact pressure are then not reckoned.
 * @returns null when not even that came in time
 */
export async function countAudience(
  sql: Sql,
  question: AudienceQuestion,
  now: Date,
  patienceMs = PATIENCE_MS,
): Promise<AudienceCount | null> {
  const { targets, written } = question;
  if (!written.length || !(targets.lists.length || targets.segments?.length))
    return { exact: true, total: 0, languages: {}, leftOut: {} };
  const exact = await inTime(sql, patienceMs, (connection) => decideAll(connection, question, now));
  return exact ?? inTime(sql, PATIENCE_MS, (connection) => decideSome(connection, question, now));
}

/** @returns null when the database stopped the work because time was up (SQLSTATE 57014) */
async function inTime<T>(
  sql: Sql,
  ms: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T | null> {
  try {
    return await transaction(sql, async (connection) => {
      await connection.query(
        `SET LOCAL statement_timeout = ${Math.max(1, Math.round(ms))}; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`,
      );
      return work(connection);
    });
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return null;
    throw error;
  }
}

async function decideAll(
  connection: Connection,
  question: AudienceQuestion,
  now: Date,
): Promise<AudienceCount> {
  const { targets, values, run } = askedOf(question);
  const asked = { run, targets, now, values };
  const [rest, press] = [await resting(connection, asked), await pressed(connection, asked)];
  const without = [...excluded(asked), ...unproven(asked), ...rest, ...press];
  const statement = countSql({ wanted: belongs(targets, values, now), without });
  const { rows } = await connection.query<Counted>(statement, values);
  return { exact: true, ...summed(rows, 1) };
}

async function decideSome(
  connection: Connection,
  question: AudienceQuestion,
  now: Date,
): Promise<AudienceCount> {
  const { targets, values, run } = askedOf(question);
  const { rows: sizes } = await connection.query<{ n: number }>(
    "SELECT greatest(reltuples, 1)::float8 AS n FROM pg_class WHERE oid = 'contact'::regclass",
  );
  const percent = Math.min(100, Math.max(0.01, (SAMPLED * 100) / (sizes[0]?.n ?? 1)));
  const asked = { run, targets, now, values };
  const without = [...excluded(asked), ...unproven(asked)];
  const statement = countSql({ wanted: belongs(targets, values, now), without }, percent);
  const { rows } = await connection.query<Counted>(statement, values);
  return { exact: false, ...summed(rows, 100 / percent) };
}

function askedOf({ channel, purpose, targets, written }: AudienceQuestion) {
  const values: unknown[] = [ONLY_ASKED, channel, purpose, written, written[0]];
  return { targets, values, run: { id: ONLY_ASKED, channel, purpose } };
}

interface Counted {
  why: string | null;
  language: string | null;
  n: number;
}

function summed(rows: Counted[], times: number): Omit<AudienceCount, 'exact'> {
  const count = { total: 0, languages: {} as Record<string, number>, leftOut: {} as Record<string, number> };
  for (const { why, language, n: found } of rows) {
    const n = Math.round(found * times);
    if (why !== null) count.leftOut[why] = (count.leftOut[why] ?? 0) + n;
    else {
      count.total += n;
      count.languages[language ?? ''] = n;
    }
  }
  return count;
}
