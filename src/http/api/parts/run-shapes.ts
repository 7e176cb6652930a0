import { z } from 'zod';
import { deliveryStates, runTransitions } from '../../../deliveries/states.ts';
import { count, moment } from '../schemas.ts';

export const runState = z.enum(Object.keys(runTransitions) as [string, ...string[]]);
export const run = z.int().min(1);

/** How far a run is; its figures of the states add up to `total`. */
export const progress = z
  .strictObject({
    ...{ run, state: runState, total: count, reason: z.string().nullable() },
    ...(Object.fromEntries(deliveryStates.map((state) => [state, count])) as Record<
      (typeof deliveryStates)[number],
      typeof count
    >),
  })
  .meta({ id: 'Progress', description: 'How many deliveries of a run are in which state' });

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
});
