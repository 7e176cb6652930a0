import { z } from 'zod';
import { currentHold, liftHold, placeHold } from '../../../deliveries/holds.ts';
import { currentPressure, setPressure } from '../../../deliveries/pressure.ts';
import { type Operation, operation } from '../operation.ts';
import { count, line, moment, momentIn } from '../schemas.ts';

const tag = 'Hold and pressure';
const hold = z
  .strictObject({
    id: z.int(),
    reason: z.string(),
    from: moment,
    until: moment.nullable(),
    madeBy: z.string(),
  })
  .meta({ id: 'Hold' });
const holding = z.strictObject({ hold: hold.nullable() });
const pressure = z.strictObject({
  pressure: z
    .strictObject({ messages: z.int().min(1).max(1000), days: z.int().min(1).max(365) })
    .nullable()
    .meta({ description: 'At most so many messages to one contact in so many days; null for no limit' }),
});

export const settingOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/hold', id: 'readHold', tag, scope: 'settings:read' },
    does: 'The hold in force now, or null',
    answer: holding,
    handle: async ({ ground }) => ({ hold: await currentHold(ground.sql) }),
  }),
  operation({
    ...{ method: 'put', path: '/hold', id: 'placeHold', tag, scope: 'campaigns:control' },
    does: 'Hold everything that goes out',
    says: 'In force within a second. Receipts and codes still go.',
    body: z.strictObject({ reason: line(500), from: momentIn.optional(), until: momentIn.optional() }),
    answer: z.strictObject({ hold }),
    handle: async ({ ground, body, actor }) => {
      const { reason, from, until } = body;
      const dates = { ...(from && { from }), ...(until && { until }) };
      return { hold: await placeHold(ground, { reason, actor, ...dates }) };
    },
  }),
  operation({
    ...{ method: 'delete', path: '/hold', id: 'liftHold', tag, scope: 'campaigns:control' },
    does: 'Lift every hold that people placed',
    answer: z.strictObject({ lifted: count }),
    handle: async ({ ground, actor }) => ({ lifted: await liftHold(ground, actor) }),
  }),
  operation({
    ...{ method: 'get', path: '/pressure', id: 'readPressure', tag, scope: 'settings:read' },
    does: 'How often one contact is written to at most',
    answer: pressure,
    handle: async ({ ground }) => ({ pressure: await currentPressure(ground.sql) }),
  }),
  operation({
    ...{ method: 'put', path: '/pressure', id: 'setPressure', tag, scope: 'settings:write' },
    does: 'Set how often one contact is written to at most, or take the limit away',
    says: 'It holds for runs that start from now on; transactional messages always go.',
    body: pressure,
    answer: pressure,
    handle: async ({ ground, body, actor }) => {
      await setPressure(ground, body.pressure, actor);
      return { pressure: await currentPressure(ground.sql) };
    },
  }),
];
