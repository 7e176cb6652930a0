import { type CanaryProgress, canaryProgress } from '../deliveries/progress.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { linksOf, type Repointed, repointedOf, type TrackedLink } from '../links/repoint.ts';
import { say } from '../say.ts';
import { type CorrectionOf, correctionsOf } from './corrections.ts';

/** What a report says before its rows. */
export interface RunSummary {
  canary: CanaryProgress | null;
  /** The run that this one corrects. */
  corrects: string | null;
  /** Messages that correct this run. */
  corrections: CorrectionOf[];
  /** Of the run's message, with the visits of all its runs. */
  links: TrackedLink[];
  repointed: Repointed[];
}

/** @throws Refusal when there is no such run */
export async function runSummary({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<RunSummary> {
  const { rows } = await sql.query<{ message: string | null; corrects: string | null }>(
    `SELECT r.message_id AS message, m.corrects_run AS corrects
       FROM run r LEFT JOIN message m ON m.id = r.message_id WHERE r.id = $1`,
    [run],
  );
  const { message, corrects } = found(rows[0], say`There is no run ${run}.`);
  return {
    canary: await canaryProgress(sql, run),
    corrects,
    corrections: await correctionsOf(sql, run),
    links: message ? await linksOf(sql, message) : [],
    repointed: message ? await repointedOf(sql, message) : [],
  };
}
