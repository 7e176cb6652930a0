import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type RunProgress, runProgress } from './progress.ts';
import { queueRanges } from './ranges.ts';
import { moveRun } from './runs.ts';
import { type CanaryState, canaryTransitions, canaryWords, type RunState, runWords } from './states.ts';

/** A canary whose run goes on without anybody, as far as nobody stops it. */
export interface OpenCanary {
  run: bigint;
  state: CanaryState;
  waitSeconds: number;
  until: Date | null;
  /** Whether each of its deliveries has been tried once. */
  through: boolean;
}

/** The runs whose canary is under way or waited for. */
export async function openCanaries(sql: Queryable): Promise<bigint[]> {
  const { rows } = await sql.query(
    `SELECT k.run FROM run_canary k JOIN run r ON r.id = k.run AND r.state = 'running'
      WHERE k.state IN ('sending', 'waiting') ORDER BY k.run`,
  );
  return rows.map((row) => BigInt(row.run));
}

/** Reads an open canary and keeps its run as it is until the transaction ends; null when it is open no more. */
export async function lockOpenCanary(connection: Connection, run: bigint): Promise<OpenCanary | null> {
  const { rows } = await connection.query(
    `SELECT k.state, k.wait_seconds, k.until_at, NOT EXISTS (
              SELECT FROM run_range p WHERE p.run = k.run AND p.last <= k.size
                 AND (p.done_at IS NULL OR p.epoch IS NOT NULL)) AS through
       FROM run r JOIN run_canary k ON k.run = r.id
      WHERE r.id = $1 AND r.state = 'running' AND k.state IN ('sending', 'waiting') FOR UPDATE`,
    [run],
  );
  const [row] = rows;
  if (!row) return null;
  return { run, state: row.state, waitSeconds: row.wait_seconds, until: row.until_at, through: row.through };
}

/** The canary is through: from now on it is waited for. */
export async function awaitCanary(connection: Connection, run: bigint, until: Date): Promise<void> {
  await connection.query("UPDATE run_canary SET state = 'waiting', until_at = $2 WHERE run = $1", [
    ...[run, until],
  ]);
}

/** Waits longer than was said. */
export async function postponeCanary(connection: Connection, run: bigint, until: Date): Promise<void> {
  await connection.query('UPDATE run_canary SET until_at = $2 WHERE run = $1', [run, until]);
}

/** Pauses the run and says why; only a person lets it go on. */
export async function stopCanary(
  connection: Connection,
  { run, reason, actor }: { run: bigint; reason: string; actor: string },
): Promise<void> {
  await moveRun(connection, { run, to: 'paused', actor, reason });
  await endCanary(connection, { run, to: 'stopped', actor, reason });
}

/**
 * Stops a run whose canary is under way, because somebody has seen what is wrong.
 * @throws Refusal (409) when no canary of it is open
 */
export async function haltCanary({ sql }: Pick<Ground, 'sql'>, run: bigint, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    if (!(await lockOpenCanary(connection, run)))
      throw new Refusal(say`Run ${run} does not wait for a canary.`, 409);
    await stopCanary(connection, {
      run,
      reason: String(say`${actor} stopped it, so the rest does not leave.`),
      actor,
    });
  });
}

/** Lets the rest go; who queues it is for the caller to say, and the sweep does it otherwise. */
export async function releaseCanary(
  connection: Connection,
  { run, actor }: { run: bigint; actor: string },
): Promise<void> {
  await endCanary(connection, { run, to: 'released', actor });
  await connection.query('UPDATE run SET released_seq = NULL, reason = NULL WHERE id = $1', [run]);
}

/**
 * Does not wait for the canary any longer, whatever came of it. A run that is paused goes on too.
 * @throws Refusal (404, 409) when there is no such run, it has no canary, or it is not under way
 */
export async function goOn(
  ground: Pick<Ground, 'sql' | 'queues'>,
  run: bigint,
  actor: string,
): Promise<RunProgress> {
  await transaction(ground.sql, async (connection) => {
    const state = await lockForGoOn(connection, run);
    if (state === 'paused') await moveRun(connection, { run, to: 'running', actor });
    await releaseCanary(connection, { run, actor });
  });
  await queueRanges(ground, run);
  return runProgress(ground, run);
}

async function lockForGoOn(connection: Connection, run: bigint): Promise<RunState> {
  const { rows } = await connection.query(
    `SELECT r.state, k.state AS canary FROM run r LEFT JOIN run_canary k ON k.run = r.id
      WHERE r.id = $1 FOR UPDATE OF r`,
    [run],
  );
  const { state, canary } = found(rows[0], say`There is no run ${run}.`);
  if (!canary) throw new Refusal(say`Run ${run} has no canary: nothing of it waits for one.`, 409);
  if (state !== 'running' && state !== 'paused')
    throw new Refusal(say`Run ${run} is ${runWords[state as RunState]}.`, 409);
  if (canary === 'released')
    throw new Refusal(say`The canary of run ${run} is over; the rest goes already.`, 409);
  return state;
}

interface End {
  run: bigint;
  to: 'stopped' | 'released';
  actor: string;
  reason?: string;
}

async function endCanary(connection: Connection, { run, to, actor, reason }: End): Promise<void> {
  const { rows } = await connection.query('SELECT state FROM run_canary WHERE run = $1 FOR UPDATE', [run]);
  const from = rows[0].state as CanaryState;
  if (!(canaryTransitions[from] as readonly CanaryState[]).includes(to))
    throw new Refusal(
      say`The canary of run ${run} is ${canaryWords[from]}; it cannot become ${canaryWords[to]}.`,
      409,
    );
  await connection.query(
    'UPDATE run_canary SET state = $2, ended_at = now(), ended_by = $3, reason = coalesce($4, reason) WHERE run = $1',
    [run, to, actor, reason ?? null],
  );
  const entry = { actor, action: `canary.${to}`, subjectType: 'run', subjectId: String(run) };
  await audit(connection, { ...entry, before: { state: from }, after: { state: to, reason } });
}
