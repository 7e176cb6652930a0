import type { Ground } from '../ground.ts';

/** After KEEP_TOUCHES_DAYS a visit is counted on, and nobody can tell any more whose it was. @returns how many */
export async function forgetVisitors({ sql, clock, config }: Pick<Ground, 'sql' | 'clock' | 'config'>) {
  const { rowCount } = await sql.query(
    `UPDATE touch SET run = NULL, seq = NULL, agent = NULL
      WHERE at < $1::timestamptz - make_interval(days => $2) AND (run IS NOT NULL OR agent IS NOT NULL)`,
    [clock.now(), config.KEEP_TOUCHES_DAYS],
  );
  return rowCount ?? 0;
}
