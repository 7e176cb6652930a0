/**
 * The legal transitions of a publication. `preparing` may be repeated without anybody seeing it;
 * `publishing` is the call that cannot be taken back. `publishing → planned` is for an answer that proves
 * that nothing became visible; `unknown → planned` for one that was looked for and is not there.
 */
export const publicationTransitions = {
  planned: ['preparing', 'waiting', 'failed', 'cancelled', 'unknown'],
  preparing: ['publishing', 'planned', 'failed', 'unknown'],
  publishing: ['published', 'planned', 'failed', 'unknown'],
  unknown: ['published', 'planned', 'failed', 'cancelled'],
  waiting: ['published', 'planned', 'cancelled'],
  failed: ['planned', 'published', 'unknown', 'cancelled'],
  published: ['removed'],
  cancelled: [],
  removed: [],
} as const satisfies Record<string, readonly string[]>;

export type PublicationState = keyof typeof publicationTransitions;

/** States from which `to` may be reached, for the WHERE of an update. */
export const publicationStatesBefore = (to: PublicationState): PublicationState[] =>
  (Object.keys(publicationTransitions) as PublicationState[]).filter((from) =>
    (publicationTransitions[from] as readonly string[]).includes(to),
  );
