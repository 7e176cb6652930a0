import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { acceptDatabase, looksRestored } from './mark.ts';
import { queueRanges } from './ranges.ts';

export interface Restored {
  runs: number;
  /** Deliveries that may have gone since the backup and are now unknown. */
  unknown: number;
  /** Planned runs whose time has passed; somebody must decide. */
  asked: number;
  notices: number;
}

const NOT_RESTORED =
  'Nothing says that this database was restored, so nothing was changed. If it was, and the mark outside it was lost as well, say so with --anyway: all that waits is then called unknown and is not sent by itself.';

/** More runs and senders than begin between two backups. */
const NUMBERS_LEFT_OUT = 10_000;

/**
 * After a restore: all that may have been sent since the backup becomes unknown, runs whose time has
 * passed are asked about, and the engine's hold is lifted. What was final stays as it was.
 * @param anyway although nothing says that there was a restore: the marks outside may be lost as well
 * @throws Refusal (409) without it, since what only waits would be called unknown and never be sent
 */
export async function acceptRestore(
  ground: Pick<Ground, 'sql' | 'config' | 'log' | 'queues' | 'clock'>,
  actor: string,
  { anyway = false }: { anyway?: boolean | undefined } = {},
): Promise<Restored> {
  if (!anyway && !(await looksRestored(ground))) throw new Refusal(NOT_RESTORED, 409);
  const restored = await transaction(ground.sql, async (connection) => {
    const changed = async (sql: string, values: unknown[] = []) =>
      (await connection.query(sql, values)).rowCount ?? 0;
    const { rows: runs } = await connection.query(
      "SELECT id FROM run WHERE state IN ('running', 'paused', 'freezing')",
    );
    const ids = runs.map((row) => row.id);
    const unknown = await changed(
      `WITH gone AS (
         UPDATE delivery SET state = 'unknown', reason = 'restored', at = now()
          WHERE run = ANY($1::bigint[]) AND state IN ('planned', 'sending', 'deferred') RETURNING run
       ), counted AS (
         INSERT INTO run_counter AS k (run, epoch, lane, unknown)
         SELECT run, 0, -1, count(*) FROM gone GROUP BY run
         ON CONFLICT (run, epoch, lane) DO UPDATE SET unknown = k.unknown + excluded.unknown
       ) SELECT FROM gone`,
      [ids],
    );
    const posts = await changed(
      `UPDATE publication SET state = 'unknown', next_at = now(), trouble = '{"kind":"unknown","reason":"restored"}'
        WHERE run = ANY($1::bigint[]) AND state IN ('planned', 'preparing', 'publishing')`,
      [ids],
    );
    await changed('DELETE FROM delivery_due WHERE run = ANY($1::bigint[])', [ids]);
    await changed('UPDATE run_range SET epoch = NULL, done_at = now() WHERE run = ANY($1::bigint[])', [ids]);
    const asked = await changed(
      "UPDATE run SET state = 'asked', reason = 'restored from a backup' WHERE state IN ('planned', 'late') AND due_at <= $1",
      [ground.clock.now()],
    );
    const notices = await changed(
      "UPDATE notice SET state = 'unknown', ended_at = now() WHERE state IN ('waiting', 'sending')",
    );
    // Numbers that were given since the backup stand in mails that are out: they are not given again.
    await changed(
      "SELECT nextval('run_id_seq'), nextval('worker_epoch_seq') FROM generate_series(1, $1::int)",
      [NUMBERS_LEFT_OUT],
    );
    await changed('UPDATE worker SET ended_at = now(), "end" = \'dead\' WHERE ended_at IS NULL');
    const figures = { runs: ids.length, unknown: unknown + posts, asked, notices };
    await audit(connection, {
      actor,
      action: 'engine.restored',
      subjectType: 'engine',
      subjectId: '1',
      after: figures,
    });
    return figures;
  });
  await acceptDatabase(ground);
  await queueRanges(ground);
  return restored;
}
