import { transaction, within } from '../db.ts';
import type { Ground } from '../ground.ts';
import { reachSql } from './audience.sql.ts';
import { belongs, excluded, pressed, resting, type Targets } from './left-out.ts';

/** Whom a run to these targets would reach now. */
export interface Reach {
  total: number;
  /** How many would be left out, by reason. */
  leftOut: Record<string, number>;
}

/** No run has this number. */
const NO_RUN = 0n;

/**
 * Decides an audience as a freeze would, and writes nothing.
 * @param asked.ms how long it may take
 * @returns null when the time was over
 */
export async function reachOf(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { targets, channel, purpose, ms }: { targets: Targets; channel: string; purpose: string; ms: number },
): Promise<Reach | null> {
  const now = clock.now();
  return transaction(sql, (connection) =>
    within(connection, ms, async () => {
      await connection.query("SET LOCAL work_mem = '128MB'");
      const values: unknown[] = [NO_RUN, channel, purpose];
      const asked = { run: { id: NO_RUN, channel, purpose }, targets, now, values, looking: true };
      const without = [
        ...excluded(asked),
        ...(await resting(connection, asked)),
        ...(await pressed(connection, asked)),
      ];
      const wanted = belongs(targets, values, now);
      const { rows } = await connection.query(reachSql({ wanted, without }), values);
      const { total, ...leftOut } = rows[0] as Record<string, number>;
      return {
        total: total ?? 0,
        leftOut: Object.fromEntries(Object.entries(leftOut).filter(([, n]) => n > 0)),
      };
    }),
  );
}
