import { createHash } from 'node:crypto';
import { NetworkFailure } from '../../../channels/failure.ts';
import type { Intent } from '../../../channels/social.ts';
import { transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { Sender } from '../ledger.ts';
import { INTEND, TAKE } from './claim.sql.ts';
import { type AccountGround, openSession } from './connected.ts';
import { look } from './look.ts';
import { postpone, tellFailure, tellReceipt } from './outcome.ts';
import { waitFor } from './rates.ts';
import { intentOf, type Taken } from './taken.ts';
import { wakePublications } from './wake.ts';

export type PublishGround = AccountGround & Pick<Ground, 'queues'>;

/**
 * Carries one publication as far as it goes now, whoever woke it and however often: takes it in hand,
 * prepares it, commits the intent, makes it visible, writes down what came of it. One whose outcome is
 * unknown is looked for instead. Where a person publishes, it becomes their task.
 */
export async function publishOne(ground: PublishGround, sender: Sender, id: string): Promise<void> {
  const { rows } = await ground.sql.query<Taken>(TAKE, [id, sender.epoch(), sender.mark()]);
  const [taken] = rows;
  if (!taken) return look(ground, id);
  if (taken.state === 'waiting') return;
  await carry(ground, sender, taken);
  await wakePublications(ground);
}

async function carry(ground: PublishGround, sender: Sender, taken: Taken): Promise<void> {
  let intended = false;
  try {
    const session = await openSession(ground, taken.accountId);
    const intent = intentOf(ground, taken);
    intent.prepared = await session.prepare(intent.post, intent);
    const since = await intend(ground, sender, { taken, intent });
    if (!since) return;
    intended = true;
    await tellReceipt(ground, taken, await session.publish({ ...intent, since }));
  } catch (error) {
    await tellFailure(ground, taken, failureIn(error, intended, ground));
  }
}

/** What is not a network's failure is ours; after the intent nobody knows what it left behind. */
function failureIn(error: unknown, intended: boolean, { log }: Pick<Ground, 'log'>): NetworkFailure {
  if (error instanceof NetworkFailure)
    // What only prepares can be done again, whatever became of it.
    return error.kind === 'unknown' && !intended
      ? new NetworkFailure('retryable', error.reason, error)
      : error;
  log.error({ err: error }, 'a publication met a fault');
  return new NetworkFailure(intended ? 'unknown' : 'retryable', 'vendor-fault', { code: 'ours' });
}

interface Intending {
  taken: Taken;
  intent: Intent;
}

/** @returns when it was first meant to be visible, or undefined when it may not go now */
async function intend(
  ground: PublishGround,
  sender: Sender,
  { taken, intent }: Intending,
): Promise<Date | undefined> {
  const hash = createHash('sha256').update(JSON.stringify(taken.content)).digest();
  const { id, accountId, channel, attempts } = taken;
  const values = [id, sender.epoch(), sender.mark(), attempts, hash, JSON.stringify(intent.prepared)];
  return transaction(ground.sql, async (connection) => {
    await connection.query('SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
    const wait = await waitFor(connection, { accountId, channel, cost: BigInt(taken.cost) });
    const { rows } = wait ? { rows: [] } : await connection.query<{ intentAt: Date }>(INTEND, values);
    if (!rows[0]) await postpone(connection, taken, { prepared: intent.prepared, wait });
    return rows[0]?.intentAt;
  });
}
