import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { readOutside, writeOutside } from '../outside.ts';

/**
 * The restore mark: a number that only grows, kept in the database and, a moment later, beside it (a
 * file in DATA_DIR, and Redis where there is one; either may be lost). A database whose number is behind the file's is a restored backup: what it calls
 * planned may long have been sent. Then everything is held until `wecare restored`.
 */
interface Mark {
  number: bigint;
  /** Which database it was: the cluster's identifier and the database's own. */
  database: string;
}

type MarkGround = { sql: Queryable } & Pick<Ground, 'config' | 'log' | 'queues'>;

export const ENGINE = 'engine';
const PLACE = { file: 'send-mark.json', key: 'wecare:send-mark' };
const REASON =
  'The database is older than the last send, as after a restore from a backup, so nothing goes out, receipts and codes neither. Run `wecare restored` when it is the right one.';

/**
 * Compares, and advances both marks when all is well.
 * @param seen the newest number this process has seen
 * @returns the number to claim with: a database behind it grants nothing
 */
export async function advanceMark(ground: MarkGround, seen = 0n): Promise<bigint> {
  const kept = await readMark(ground);
  const newest = kept && kept.number > seen ? kept.number : seen;
  const current = await databaseMark(ground);
  if (current.number < newest || (kept && kept.database !== current.database)) {
    await holdForRestore(ground, current);
    return newest > current.number ? newest : current.number + 1n;
  }
  const { rows } = await ground.sql.query(
    "UPDATE setting SET value = to_jsonb((value #>> '{}')::bigint + 1), updated_at = now() WHERE key = 'send-mark' RETURNING value",
  );
  const number = BigInt(rows[0].value);
  await writeMark(ground, { number, database: current.database });
  return number;
}

/** Whether this database is older than its last send, by the marks outside or by the hold they led to. */
export async function looksRestored(ground: MarkGround): Promise<boolean> {
  const kept = await readMark(ground);
  const current = await databaseMark(ground);
  if (kept && (kept.number > current.number || kept.database !== current.database)) return true;
  const { rowCount } = await ground.sql.query('SELECT FROM hold WHERE lifted_at IS NULL AND made_by = $1', [
    ENGINE,
  ]);
  return rowCount !== 0;
}

/** `wecare restored`: the database as it is now is the truth; its mark goes beyond the one outside. */
export async function acceptDatabase(ground: MarkGround): Promise<void> {
  const kept = await readMark(ground);
  const { database } = await databaseMark(ground);
  const { rows } = await ground.sql.query(
    "UPDATE setting SET value = to_jsonb(greatest((value #>> '{}')::bigint, $1) + 1) WHERE key = 'send-mark' RETURNING value",
    [kept?.number ?? 0n],
  );
  await writeMark(ground, { number: BigInt(rows[0].value), database });
  await ground.sql.query('UPDATE hold SET lifted_at = now() WHERE lifted_at IS NULL AND made_by = $1', [
    ENGINE,
  ]);
}

/** Unless somebody said `wecare restored` since the marks were compared: that has let things out again. */
async function holdForRestore({ sql, log }: MarkGround, { number }: Mark): Promise<void> {
  const { rowCount } = await sql.query(
    `WITH compared AS (
       SELECT FROM setting WHERE key = 'send-mark' AND (value #>> '{}')::bigint = $3 FOR SHARE
     ) INSERT INTO hold (reason, made_by) SELECT $1, $2 FROM compared
        WHERE NOT EXISTS (SELECT FROM hold WHERE lifted_at IS NULL AND made_by = $2)`,
    [REASON, ENGINE, number],
  );
  if (rowCount) log.error(REASON);
}

async function databaseMark({ sql }: MarkGround): Promise<Mark> {
  await sql.query("INSERT INTO setting (key, value) VALUES ('send-mark', '0') ON CONFLICT DO NOTHING");
  const { rows } = await sql.query(
    `SELECT value #>> '{}' AS number,
            (SELECT system_identifier FROM pg_control_system()) || '/' ||
            (SELECT oid FROM pg_database WHERE datname = current_database()) AS database
       FROM setting WHERE key = 'send-mark'`,
  );
  return { number: BigInt(rows[0].number), database: rows[0].database };
}

/** The newer of the two; what is missing or cannot be read counts as missing, and is said. */
async function readMark(ground: MarkGround): Promise<Mark | undefined> {
  const texts = await readOutside(ground, PLACE);
  const marks = texts.flatMap((text) => parseMark(ground, text));
  return marks.sort((a, b) => Number(b.number - a.number))[0];
}

function parseMark({ log }: MarkGround, text: string): Mark[] {
  try {
    const { number, database } = JSON.parse(text);
    return [{ number: BigInt(number), database: String(database) }];
  } catch (err) {
    log.error({ err }, 'the restore mark is damaged');
    return [];
  }
}

const writeMark = (ground: MarkGround, { number, database }: Mark): Promise<void> =>
  writeOutside(ground, PLACE, JSON.stringify({ number: String(number), database }));
