import type { Ground } from '../../ground.ts';
import { WAKE } from './claim.sql.ts';

/** A queued one that nobody took for so long is queued again: the queue may have lost it. */
const REQUEUE_SECONDS = 20;

/** Wakes workers for every publication that has work now. Safe at any time, by anybody. @returns how many */
export async function wakePublications({ sql, queues }: Pick<Ground, 'sql' | 'queues'>): Promise<number> {
  const { rows } = await sql.query<{ id: string; attempts: number; looks: number }>(WAKE, [REQUEUE_SECONDS]);
  await queues.add(
    'publications',
    rows.map(({ id, attempts, looks }) => ({
      payload: { publication: id },
      id: `${id}-${attempts}-${looks}`,
    })),
  );
  return rows.length;
}
