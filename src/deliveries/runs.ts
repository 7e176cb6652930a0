import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { kept, say } from '../say.ts';
import { type RunProgress, runProgress } from './progress.ts';
import { queueRanges } from './ranges.ts';
import { type RunState, runStatesBefore, runWords } from './states.ts';

type RunGround = Pick<Ground, 'sql' | 'queues'>;

export interface Move {
  run: bigint;
  to: RunState;
  actor: string;
  reason?: string;
}

/**
 * Moves a run along its legal transitions and writes the audit log, in the given transaction.
 * @throws Refusal (404, 409) when there is no such run or its state forbids it
 */
export async function moveRun(connection: Connection, { run, to, actor, reason }: Move): Promise<RunState> {
  const { rows } = await connection.query('SELECT state FROM run WHERE id = $1 FOR UPDATE', [run]);
  const from = found(rows[0], say`There is no run ${run}.`).state as RunState;
  if (!runStatesBefore(to).includes(from))
    throw new Refusal(
      say`Run ${run} is ${runWords[from]}; from there it cannot become ${runWords[to]}.`,
      409,
    );
  const ended = to === 'cancelled' || to === 'finished';
  await connection.query(
    // Why it was paused is over when it goes on.
    `UPDATE run SET state = $2::run_state, ended_at = CASE WHEN $4 THEN now() ELSE ended_at END,
            reason = CASE WHEN $2 = 'running' THEN $3 ELSE coalesce($3, reason) END WHERE id = $1`,
    [run, to, reason ?? null, ended],
  );
  const entry = { actor, action: `run.${to}`, subjectType: 'run', subjectId: String(run) };
  await audit(connection, { ...entry, before: { state: from }, after: { state: to, reason } });
  return from;
}

/** Stops a running run: no claim is granted from the moment this is committed. */
export async function pauseRun(ground: RunGround, run: bigint, actor: string): Promise<RunProgress> {
  await transaction(ground.sql, (connection) => moveRun(connection, { run, to: 'paused', actor }));
  return runProgress(ground, run);
}

/**
 * Goes on exactly where it stopped; a wait for its canary that passed meanwhile ends now.
 * @throws Refusal (409) for a run that its canary stopped: what is to become of the rest must be said
 */
export async function resumeRun(
  ground: RunGround & Pick<Ground, 'clock'>,
  run: bigint,
  actor: string,
): Promise<RunProgress> {
  await transaction(ground.sql, async (connection) => {
    await moveRun(connection, { run, to: 'running', actor });
    await wakeCanary(connection, run, ground.clock.now());
  });
  await queueRanges(ground, run);
  return runProgress(ground, run);
}

async function wakeCanary(connection: Connection, run: bigint, now: Date): Promise<void> {
  const { rows } = await connection.query(
    `UPDATE run_canary SET until_at = greatest(until_at, $2)
      WHERE run = $1 AND state IN ('waiting', 'stopped') RETURNING state, reason`,
    [run, now],
  );
  const [canary] = rows;
  if (canary?.state !== 'stopped') return;
  throw new Refusal(
    say`Run ${run} was stopped after its canary: ${kept(canary.reason)} Send the rest with "campaign go-on", or cancel it.`,
    409,
  );
}

/**
 * Ends a run for good: what has not gone stays here; what is on the wire gets its outcome.
 * @returns what had gone
 */
export async function cancelRun(ground: RunGround, run: bigint, actor: string): Promise<RunProgress> {
  await transaction(ground.sql, async (connection) => {
    await moveRun(connection, { run, to: 'cancelled', actor });
    await connection.query(
      `WITH stopped AS (
         UPDATE delivery SET state = 'cancelled', at = now() WHERE run = $1 AND state IN ('planned', 'deferred') RETURNING seq
       ), undue AS (DELETE FROM delivery_due WHERE run = $1)
       INSERT INTO run_counter AS k (run, epoch, lane, cancelled)
       SELECT $1, 0, 0, count(*) FROM stopped HAVING count(*) > 0
       ON CONFLICT (run, epoch, lane) DO UPDATE SET cancelled = k.cancelled + excluded.cancelled`,
      [run],
    );
    await connection.query('UPDATE run_range SET done_at = now() WHERE run = $1 AND epoch IS NULL', [run]);
    await connection.query(
      "UPDATE publication SET state = 'cancelled' WHERE run = $1 AND state IN ('planned', 'waiting')",
      [run],
    );
  });
  return runProgress(ground, run);
}
