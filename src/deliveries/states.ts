import { type Sentence, say } from '../say.ts';

/** The legal transitions of a run. One that was through goes on when some of it is to be tried again. */
export const runTransitions = {
  draft: ['planned'],
  planned: ['freezing', 'late', 'asked', 'cancelled'],
  late: ['asked', 'planned', 'cancelled'],
  asked: ['planned', 'cancelled'],
  freezing: ['running', 'planned', 'cancelled'],
  running: ['paused', 'finished', 'cancelled'],
  paused: ['running', 'cancelled'],
  finished: ['running'],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type RunState = keyof typeof runTransitions;

/** How a sentence says the state of a run. */
export const runWords: Record<RunState, Sentence> = {
  draft: say`draft`,
  planned: say`planned`,
  late: say`late`,
  asked: say`asked`,
  freezing: say`freezing`,
  running: say`running`,
  paused: say`paused`,
  finished: say`finished`,
  cancelled: say`cancelled`,
};

/**
 * The legal transitions of a delivery. `sending → planned` is for a sender that knows it sent nothing;
 * `unknown → sent` (or deferred, failed) for its late word; `unknown → planned` for the policy `again`;
 * `failed → planned` for one that nobody accepted and a person tries once more.
 */
export const deliveryTransitions = {
  planned: ['sending', 'deferred', 'skipped', 'cancelled', 'unknown'],
  sending: ['sent', 'deferred', 'failed', 'unknown', 'planned'],
  deferred: ['sending', 'failed', 'skipped', 'cancelled', 'unknown'],
  unknown: ['sent', 'deferred', 'failed', 'planned', 'bounced', 'complained'],
  sent: ['bounced', 'complained'],
  bounced: ['complained'],
  failed: ['planned'],
  skipped: [],
  cancelled: [],
  complained: [],
} as const satisfies Record<string, readonly string[]>;

export type DeliveryState = keyof typeof deliveryTransitions;

export const deliveryStates = Object.keys(deliveryTransitions) as DeliveryState[];

/**
 * The legal transitions of a run's canary, beside those of the run itself: it is sent, waited for, and
 * then the rest is released; or it stops its run, until somebody says to go on.
 */
export const canaryTransitions = {
  sending: ['waiting', 'stopped', 'released'],
  waiting: ['stopped', 'released'],
  stopped: ['released'],
  released: [],
} as const satisfies Record<string, readonly string[]>;

export type CanaryState = keyof typeof canaryTransitions;

/** How a sentence says the state of a canary. */
export const canaryWords: Record<CanaryState, Sentence> = {
  sending: say`sending`,
  waiting: say`waiting`,
  stopped: say`stopped`,
  released: say`released`,
};

/** States from which `to` may be reached, for the WHERE of an update. */
export function runStatesBefore(to: RunState): RunState[] {
  const all = Object.entries(runTransitions) as [RunState, readonly RunState[]][];
  return all.filter(([, next]) => next.includes(to)).map(([from]) => from);
}

/** States of a delivery from which `to` may be reached. */
export function deliveryStatesBefore(to: DeliveryState): DeliveryState[] {
  const all = Object.entries(deliveryTransitions) as [DeliveryState, readonly DeliveryState[]][];
  return all.filter(([, next]) => next.includes(to)).map(([from]) => from);
}
