import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { moveRun } from '../deliveries/runs.ts';
import { type RunState, runWords } from '../deliveries/states.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import type { Editor } from './messages.ts';

export type Decision = 'send' | 'skip';

/**
 * Answers what a late run asks: send it after all, or not. Its lateness then counts from now, so a run
 * that is held up again asks again.
 * @throws Refusal when there is no such run, or it does not ask
 */
export async function decideRun(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { run, decision }: { run: bigint; decision: Decision },
  { actor }: Editor,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query('SELECT state FROM run WHERE id = $1 FOR UPDATE', [run]);
    const { state } = found(rows[0], say`There is no run ${run}.`);
    if (state !== 'asked')
      throw new Refusal(say`Run ${run} is ${runWords[state as RunState]}; there is nothing to decide.`, 409);
    await connection.query('UPDATE run SET decided_at = $2 WHERE id = $1', [run, clock.now()]);
    const to = decision === 'send' ? 'planned' : 'cancelled';
    const reason =
      decision === 'send' ? say`late; ${actor} decided to send it` : say`late; ${actor} decided to skip it`;
    await moveRun(connection, { run, to, actor, reason: String(reason) });
    const entry = { actor, action: 'run.decided', subjectType: 'run', subjectId: String(run) };
    await audit(connection, { ...entry, after: { decision } });
  });
}
