import { z } from 'zod';
import { canaryTransitions, deliveryStates, runTransitions } from '../../../deliveries/states.ts';
import { count, id, moment } from '../schemas.ts';

export const runState = z.enum(Object.keys(runTransitions) as [string, ...string[]]);
export const run = z.int().min(1);

/** How far a run is; its figures of the states add up to `total`. */
const figures = Object.fromEntries(deliveryStates.map((state) => [state, count])) as Record<
  (typeof deliveryStates)[number],
  typeof count
>;

const canary = z
  .strictObject({
    standing: z.enum(Object.keys(canaryTransitions) as [string, ...string[]]),
    size: count,
    until: moment.nullable(),
    endedBy: z.string().nullable(),
    reason: z.string().nullable(),
    ...figures,
  })
  .meta({ id: 'CanaryProgress', description: 'What came of those who went first' });

export const progress = z
  .strictObject({
    ...{ run, state: runState, total: count, reason: z.string().nullable() },
    canary: canary.nullable(),
    ...figures,
  })
  .meta({ id: 'Progress', description: 'How many deliveries of a run are in which state' });

export const corrections = z.array(
  z.strictObject({
    ...{ messageId: id, name: z.string(), run: run.nullable(), state: z.string().nullable() },
  }),
);

export const leftOut = z
  .record(z.string(), count)
  .meta({ description: 'How many were left out when the audience was frozen, by reason' });

export const runStatus = z.strictObject({
  run,
  dueAt: moment,
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
  version: count,
  reason: z.string().nullable(),
  progress,
  leftOut,
  corrections,
});
