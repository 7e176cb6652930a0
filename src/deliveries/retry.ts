import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { digestOf, READ_AT_ONCE } from './digest.ts';
import { countedFigures } from './progress.ts';
import { queueRanges } from './ranges.ts';
import { moveRun } from './runs.ts';
import { type RunState, runWords } from './states.ts';

/** What can be tried again without reaching anybody twice. */
export interface Retryable {
  /** Deferred ones, which would be tried later by themselves. */
  deferred: number;
  /** Failed ones, by reason. */
  failed: Record<string, number>;
}

/**
 * Reasons of a failure that may be over: it was tried for days and never taken, a full mailbox, trouble of
 * their system or of the way to it, or a policy of theirs that we have met since (RFC 3463). An address
 * that does not exist is none, and no server that answered so has taken the mail.
 */
const MAY_BE_OVER = "(d.reason = 'expired' OR d.reason ~ '^5\\.(2\\.2|3\\.|4\\.|7\\.)')";
const OVER = /^(expired$|5\.(2\.2|3\.|4\.|7\.))/;
/** Where an unknown outcome is repeated by policy, an earlier attempt may have arrived. */
const NEVER_ACCEPTED = "EXISTS (SELECT FROM run r WHERE r.id = d.run AND r.unknown_policy = 'leave')";
const FAILED = `d.run = $1 AND d.state = 'failed' AND ${MAY_BE_OVER} AND ${NEVER_ACCEPTED}`;

/** What of a run could be retried now. */
export async function retryable(sql: Queryable, run: bigint): Promise<Retryable> {
  const { rows } = await sql.query<{ state: string; reason: string; n: number }>(
    `SELECT d.state::text AS state, coalesce(d.reason, '') AS reason, count(*)::int AS n FROM delivery d
      WHERE (${FAILED}) OR (d.run = $1 AND d.state = 'deferred') GROUP BY 1, 2 ORDER BY n DESC`,
    [run],
  );
  const deferred = rows.filter(({ state }) => state === 'deferred').reduce((sum, { n }) => sum + n, 0);
  const failed = rows.filter(({ state }) => state === 'failed').map(({ reason, n }) => [reason, n] as const);
  return { deferred, failed: Object.fromEntries(failed) };
}

/** The same at once for a run of any size: of a large one, what of it had failed when it was last counted. */
export async function retryableNow(sql: Queryable, run: bigint, few = READ_AT_ONCE): Promise<Retryable> {
  const digest = await digestOf(sql, run, few);
  if (digest === undefined) return retryable(sql, run);
  const { rows } = await sql.query<{ policy: string }>(
    'SELECT unknown_policy::text AS policy FROM run WHERE id = $1',
    [run],
  );
  const failed: Record<string, number> = {};
  for (const { state, reason, n } of rows[0]?.policy === 'leave' ? (digest?.alike ?? []) : [])
    if (state === 'failed' && reason && OVER.test(reason)) failed[reason] = (failed[reason] ?? 0) + n;
  return { deferred: (await countedFigures(sql, run)).deferred, failed };
}

/**
 * Tries deferred deliveries now, and once more those that failed for a reason that may be over. Nothing is
 * sent that may have been accepted: unknown outcomes stay as they are. A run that had ended goes on.
 * @returns how many of each
 * @throws Refusal (404, 409) when there is no such run, it was cancelled or corrected, or nothing can be retried
 */
export async function retryRun(
  ground: Pick<Ground, 'sql' | 'queues'>,
  run: bigint,
  actor: string,
): Promise<{ deferred: number; failed: number }> {
  const retried = await transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query('SELECT state FROM run WHERE id = $1 FOR UPDATE', [run]);
    const { state } = found(rows[0], say`There is no run ${run}.`);
    await requireOpen(connection, run, state);
    const figures = { deferred: await hasten(connection, run), failed: await planAgain(connection, run) };
    if (!figures.deferred && !figures.failed)
      throw new Refusal(say`Nothing of run ${run} can be tried again without reaching somebody twice.`, 409);
    await reopenRun(connection, { run, state, actor });
    const entry = { actor, action: 'run.retried', subjectType: 'run', subjectId: String(run) };
    await audit(connection, { ...entry, after: figures });
    return figures;
  });
  await queueRanges(ground, run);
  return retried;
}

/** A correction reaches exactly those who had received it; who receives it later would miss the correction. */
async function requireOpen(connection: Connection, run: bigint, state: string): Promise<void> {
  if (!['running', 'paused', 'finished'].includes(state))
    throw new Refusal(
      say`Run ${run} is ${runWords[state as RunState]}; nothing of it can be tried again.`,
      409,
    );
  const { rowCount } = await connection.query(
    `SELECT FROM message m JOIN run r ON r.message_id = m.id
      WHERE m.corrects_run = $1 AND r.started_at IS NOT NULL LIMIT 1`,
    [run],
  );
  if (rowCount)
    throw new Refusal(say`Run ${run} was corrected; whoever received it now would miss the correction.`, 409);
}

async function hasten(connection: Connection, run: bigint): Promise<number> {
  const { rowCount } = await connection.query(
    'UPDATE delivery_due SET due_at = now() WHERE run = $1 AND due_at > now()',
    [run],
  );
  return rowCount ?? 0;
}

async function planAgain(connection: Connection, run: bigint): Promise<number> {
  const { rowCount } = await connection.query(
    `WITH again AS (
       UPDATE delivery d SET state = 'planned' WHERE ${FAILED} RETURNING d.seq
     ), opened AS (
       UPDATE run_range r SET done_at = NULL, queued_at = NULL
        WHERE r.run = $1 AND EXISTS (SELECT FROM again WHERE seq BETWEEN r.first AND r.last)
     ), counted AS (
       INSERT INTO run_counter AS k (run, epoch, lane, failed)
       SELECT $1, 0, -3, -count(*) FROM again HAVING count(*) > 0
       ON CONFLICT (run, epoch, lane) DO UPDATE SET failed = k.failed + excluded.failed
     ) SELECT FROM again`,
    [run],
  );
  return rowCount ?? 0;
}

/** A run that was through goes on for what is planned in it anew. */
export async function reopenRun(
  connection: Connection,
  { run, state, actor }: { run: bigint; state: string; actor: string },
): Promise<void> {
  if (state !== 'finished') return;
  await moveRun(connection, { run, to: 'running', actor });
  await connection.query('UPDATE run SET ended_at = NULL WHERE id = $1', [run]);
}
