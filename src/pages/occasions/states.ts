import type { Queryable } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { type Sentence, say } from '../../say.ts';

/**
 * draft → waiting → live ⇄ closed. `returned` asks the family for a change, `refused` will not be shown,
 * `down` was taken off by staff, `gone` by the family. The books know of its gifts in every state.
 */
export const occasionStates = [
  ...(['draft', 'waiting', 'returned', 'refused', 'live', 'closed', 'down', 'gone'] as const),
] as const;
export type OccasionState = (typeof occasionStates)[number];

/** What can be done about a page as a whole. `publish` is `ask` where pages are looked at afterwards. */
export type OccasionStep =
  | 'ask'
  | 'publish'
  | 'approve'
  | 'return'
  | 'refuse'
  | 'takeDown'
  | 'restore'
  | 'close'
  | 'reopen'
  | 'remove';

/** From which state each step leads where; what is not here is refused. */
const steps: Record<OccasionStep, Partial<Record<OccasionState, OccasionState>>> = {
  // An edit of a page that guests see waits beside it: what was approved stays until the new is.
  ask: { draft: 'waiting', returned: 'waiting', waiting: 'waiting', live: 'live', closed: 'closed' },
  publish: { draft: 'live', returned: 'live', waiting: 'live', live: 'live', closed: 'closed' },
  approve: { waiting: 'live', live: 'live', closed: 'closed' },
  return: { waiting: 'returned', live: 'live', closed: 'closed' },
  refuse: { waiting: 'refused', returned: 'refused' },
  takeDown: { live: 'down', closed: 'down' },
  restore: { down: 'live', refused: 'waiting' },
  close: { live: 'closed' },
  reopen: { closed: 'live' },
  remove: {
    ...{ draft: 'gone', waiting: 'gone', returned: 'gone', refused: 'gone' },
    ...{ live: 'gone', closed: 'gone', down: 'gone' },
  },
};

const stateWords: Record<OccasionState, Sentence> = {
  draft: say`not finished`,
  waiting: say`being looked at`,
  returned: say`back with the family for a change`,
  refused: say`refused`,
  live: say`shown`,
  closed: say`closed`,
  down: say`taken down`,
  gone: say`removed`,
};

/** Whether a step can be taken from a state. */
export const mayStepOccasion = (state: OccasionState, step: OccasionStep): boolean =>
  steps[step][state] !== undefined;

/** Where a step leads. @throws Refusal (409) when it does not lead on from there */
export function nextState(state: OccasionState, step: OccasionStep): OccasionState {
  const next = steps[step][state];
  if (!next) throw new Refusal(say`The page is ${stateWords[state]}: this cannot be done with it now.`, 409);
  return next;
}

/** The row of a page, locked. */
export interface LockedOccasion {
  id: string;
  kind: string;
  state: OccasionState;
  edition: number;
  shownEdition: number | null;
  asked: number | null;
  child: boolean;
}

/** @throws Refusal (404) when there is none */
export async function lockOccasion(connection: Queryable, id: string): Promise<LockedOccasion> {
  const { rows } = await connection.query<LockedOccasion>(
    `SELECT id, kind, state, edition, shown_edition AS "shownEdition", asked_edition AS asked, child
       FROM occasion WHERE id::text = $1 FOR UPDATE`,
    [id],
  );
  if (!rows[0]) throw new Refusal(say`There is no such page.`, 404);
  return rows[0];
}
