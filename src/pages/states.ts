import type { Connection } from '../db.ts';
import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';
import { lockProject, type ProjectState } from './projects.ts';

/** What can be done about a project as a whole. `reach` and `fall` happen by themselves, as money comes and goes. */
export type Step = 'ask' | 'return' | 'approve' | 'publish' | 'reach' | 'fall' | 'close' | 'report';

/** From which state each step leads where; what is not here is refused. */
const steps: Record<Step, Partial<Record<ProjectState, ProjectState>>> = {
  ask: { draft: 'review', review: 'review', live: 'live', reached: 'reached' },
  return: { review: 'draft', live: 'live', reached: 'reached' },
  approve: { review: 'review', live: 'live', reached: 'reached' },
  publish: { review: 'live', live: 'live', reached: 'reached' },
  reach: { live: 'reached' },
  fall: { reached: 'live' },
  close: { live: 'closed', reached: 'closed' },
  report: { reached: 'reported', closed: 'reported' },
};

const stateNames: Record<ProjectState, Sentence> = {
  draft: say`a draft`,
  review: say`in review`,
  live: say`live`,
  reached: say`at its goal`,
  closed: say`closed`,
  reported: say`reported`,
};

/** Whether a step can be taken from a state. */
export const mayStep = (state: ProjectState, step: Step): boolean => steps[step][state] !== undefined;

/**
 * Locks a project and takes a step with it.
 *
 * @returns what it was before
 * @throws Refusal when the step does not lead on from where the project is
 */
export async function takeStep(
  connection: Connection,
  { id, step, at }: { id: string; step: Step; at: Date },
): Promise<{ state: ProjectState; version: number; published: number | null }> {
  const project = await lockProject(connection, id);
  const next = steps[step][project.state];
  if (!next)
    throw new Refusal(
      say`The project is ${stateNames[project.state]}: this cannot be done with it now.`,
      409,
    );
  await connection.query(
    `UPDATE project SET state = $2,
            published_at = CASE WHEN $3 = 'publish' THEN coalesce(published_at, $4) ELSE published_at END,
            closed_at = CASE WHEN $3 = 'close' THEN $4 ELSE closed_at END,
            reported_at = CASE WHEN $3 = 'report' THEN $4 ELSE reported_at END
      WHERE id = $1`,
    [id, next, step, at],
  );
  return project;
}
