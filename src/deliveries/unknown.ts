import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { queueRanges } from './ranges.ts';
import { reopenRun } from './retry.ts';

export type UnknownDecision = 'arrived' | 'again';

/**
 * Says what became of deliveries of which it is not known whether they arrived. Whoever decides nothing
 * leaves them as they are, and nothing is repeated. `again` sends once more, which may reach somebody
 * twice: only where the message's policy says so.
 * @param seqs which; all of the run when absent
 * @returns how many were decided; those whose outcome came meanwhile are not
 * @throws Refusal (404, 409) when there is no such run, none is unknown, or the policy forbids it
 */
export async function decideUnknown(
  ground: Pick<Ground, 'sql' | 'queues'>,
  { run, decision, seqs }: { run: bigint; decision: UnknownDecision; seqs?: number[] | undefined },
  actor: string,
): Promise<number> {
  const decided = await transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query(
      'SELECT state, unknown_policy AS policy FROM run WHERE id = $1 FOR UPDATE',
      [run],
    );
    const { state, policy } = found(rows[0], say`There is no run ${run}.`);
    if (decision === 'again') requireAgain(run, { state, policy });
    const which = [run, seqs ?? null];
    const count = decision === 'arrived' ? await settle(connection, which) : await plan(connection, which);
    if (!count) throw new Refusal(say`Nothing of these is unknown any more in run ${run}.`, 409);
    if (decision === 'again') await reopenRun(connection, { run, state, actor });
    const entry = { actor, action: `unknown.${decision}`, subjectType: 'run', subjectId: String(run) };
    await audit(connection, { ...entry, after: { deliveries: count, all: !seqs } });
    return count;
  });
  if (decision === 'again') await queueRanges(ground, run);
  return decided;
}

function requireAgain(run: bigint, { state, policy }: { state: string; policy: string }): void {
  if (policy !== 'again') {
    throw new Refusal(
      say`This message says that what may have arrived is not sent again. Say that it arrived, or leave it.`,
      409,
    );
  }
  if (state === 'cancelled') throw new Refusal(say`Run ${run} was cancelled; nothing more of it goes.`, 409);
}

const WHICH = "d.run = $1 AND d.state = 'unknown' AND ($2::int[] IS NULL OR d.seq = ANY ($2::int[]))";

async function settle(connection: Connection, which: unknown[]): Promise<number> {
  const { rowCount } = await connection.query(
    `UPDATE delivery d SET state = 'sent', reason = 'decided' WHERE ${WHICH}`,
    which,
  );
  return count(connection, which[0] as bigint, { sent: rowCount ?? 0, unknown: -(rowCount ?? 0) });
}

async function plan(connection: Connection, which: unknown[]): Promise<number> {
  const { rowCount } = await connection.query(
    `WITH again AS (
       UPDATE delivery d SET state = 'planned', reason = NULL WHERE ${WHICH} RETURNING d.seq
     ), opened AS (
       UPDATE run_range r SET done_at = NULL, queued_at = NULL
        WHERE r.run = $1 AND EXISTS (SELECT FROM again WHERE seq BETWEEN r.first AND r.last)
     ) SELECT FROM again`,
    which,
  );
  return count(connection, which[0] as bigint, { sent: 0, unknown: -(rowCount ?? 0) });
}

/** Counters follow what a person says, in a lane that no sender has. */
async function count(
  connection: Connection,
  run: bigint,
  { sent, unknown }: { sent: number; unknown: number },
): Promise<number> {
  await connection.query(
    `INSERT INTO run_counter AS k (run, epoch, lane, sent, unknown) VALUES ($1, 0, -3, $2, $3)
     ON CONFLICT (run, epoch, lane) DO UPDATE SET sent = k.sent + excluded.sent, unknown = k.unknown + excluded.unknown`,
    [run, sent, unknown],
  );
  return -unknown;
}
