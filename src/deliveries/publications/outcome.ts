import type { NetworkFailure } from '../../../channels/failure.ts';
import type { Prepared, Receipt } from '../../../channels/social.ts';
import { type Connection, persistently } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { loseAccount, restUntil } from './connected.ts';
import { FIRST_LOOK_SECONDS } from './look.ts';
import type { Wait } from './rates.ts';
import type { Taken } from './taken.ts';

type OutcomeGround = Pick<Ground, 'sql' | 'log'>;

/** A failure that passes is tried again after so many seconds, the last pause again and again. */
const PAUSES = [5, 20, 60, 300, 900, 1800, 3600, 7200];
const MOST_ATTEMPTS = 30;

/** It may not go now: a limit is reached, or its run was paused meanwhile. What was prepared is kept. */
export async function postpone(
  connection: Connection,
  { id, attempts }: Taken,
  { prepared, wait }: { prepared: Prepared; wait: Wait | null },
): Promise<void> {
  await connection.query(
    `UPDATE publication SET state = 'planned', prepared = $3, next_at = $4, trouble = $5
      WHERE id = $1 AND attempts = $2 AND state = 'preparing'`,
    [
      ...[id, attempts, JSON.stringify(prepared), wait?.until ?? null],
      wait && JSON.stringify({ kind: 'throttled', reason: wait.reason }),
    ],
  );
}

/** It is to be seen. Told until the database has it, since nobody else knows. */
export async function tellReceipt({ sql }: OutcomeGround, taken: Taken, receipt: Receipt): Promise<void> {
  await persistently(() =>
    sql.query(
      `UPDATE publication SET state = 'published', receipt = $2, published_at = now(), trouble = NULL, next_at = NULL
        WHERE id = $1 AND state IN ('publishing', 'unknown')`,
      [taken.id, JSON.stringify(receipt)],
    ),
  );
}

/** What a failure makes of it, and of its account. */
export async function tellFailure(
  ground: OutcomeGround,
  taken: Taken,
  failure: NetworkFailure,
): Promise<void> {
  const { accountId } = taken;
  if (failure.kind === 'unauthorised') await loseAccount(ground, accountId, failure);
  if (failure.kind === 'throttled' && failure.until) await restUntil(ground, accountId, failure.until);
  const { state, nextAt } = verdict(taken, failure);
  const { kind, reason, code, status } = failure;
  await persistently(() =>
    ground.sql.query(
      `UPDATE publication SET state = $3::publication_state, next_at = $4, trouble = $5,
              intent_at = CASE WHEN $3 IN ('planned', 'failed') AND retries = 0 THEN NULL ELSE intent_at END
        WHERE id = $1 AND attempts = $2 AND state IN ('preparing', 'publishing', 'unknown')`,
      [taken.id, taken.attempts, state, nextAt, JSON.stringify({ kind, reason, code, status })],
    ),
  );
}

interface Verdict {
  state: 'planned' | 'failed' | 'unknown';
  nextAt: Date | null;
}

/** A refusal as duplicate after an unknown is a reason to look, not a failure. */
function verdict(taken: Taken, { kind, reason, until }: NetworkFailure): Verdict {
  const looked = taken.retries > 0 && reason === 'duplicate';
  if (kind === 'unknown' || looked) return { state: 'unknown', nextAt: inSeconds(FIRST_LOOK_SECONDS) };
  if (kind === 'throttled') return { state: 'planned', nextAt: until ?? inSeconds(60) };
  if (kind === 'unauthorised') return { state: 'planned', nextAt: null };
  const pause = PAUSES[Math.min(taken.attempts, PAUSES.length) - 1] ?? 0;
  if (kind === 'retryable' && taken.attempts < MOST_ATTEMPTS)
    return { state: 'planned', nextAt: inSeconds(pause) };
  return { state: 'failed', nextAt: null };
}

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
