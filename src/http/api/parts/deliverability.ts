import { z } from 'zod';
import { openAlarms } from '../../../deliveries/alarms.ts';
import { recipientRates, senderRates, WINDOW_DAYS } from '../../../deliveries/rates.ts';
import { listReturns } from '../../../deliveries/returns/list.ts';
import { endWarmup, listWarmups, startWarmup, USUAL } from '../../../deliveries/warmup.ts';
import { found } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import { type Operation, operation } from '../operation.ts';
import { count, MOST, moment, paged, pageOf, sliced } from '../schemas.ts';

const tag = 'Deliverability';
const domain = z
  .string()
  .max(253)
  .regex(/^([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/)
  .meta({ description: 'Sender domain', example: 'wecare.example' });
const warmup = z
  .strictObject({
    ...{ domain: z.string(), first: count, growth: z.number(), goal: count },
    ceiling: count.meta({ description: 'Mails in any 24 hours now' }),
    sent: z.int().meta({ description: 'Since midnight in Kerala' }),
    ...{ startedAt: moment, endedAt: moment.nullable() },
    days: z.array(z.strictObject({ day: z.string(), ceiling: count, sent: z.int() })),
  })
  .meta({ id: 'Warmup', description: 'A daily ceiling that grows, for a sender domain that is new' });
const byDomain = z.strictObject({ domain });

export const deliverabilityOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/deliverability', id: 'readDeliverability', tag, scope: 'deliveries:read' },
    does: `Complaints and bounces of the last ${WINDOW_DAYS} days, by sender and recipient domain`,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MOST).default(20) }),
    answer: z.strictObject({
      days: count,
      alarms: z.array(
        z.strictObject({
          ...{ senderDomain: z.string(), kind: z.string(), level: z.string() },
          ...{ count, sent: count, raisedAt: moment },
        }),
      ),
      senders: z.array(
        z.strictObject({
          ...{ domain: z.string(), sent: count, complaints: count, hardBounces: count, softBounces: count },
        }),
      ),
      recipients: z.array(
        z.strictObject({
          ...{ domain: z.string(), sent: count, complaints: count, bounces: count, failed: count },
        }),
      ),
    }),
    handle: async ({ ground, query }) => ({
      days: WINDOW_DAYS,
      alarms: await openAlarms(ground.sql),
      senders: await senderRates(ground),
      recipients: await recipientRates(ground, query.limit),
    }),
  }),
  operation({
    ...{ method: 'get', path: '/returns', id: 'listReturns', tag, scope: 'deliveries:read' },
    does: 'What came back lately, what was done about it, and what waits to be applied',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MOST).default(50) }),
    answer: z.strictObject({
      returns: z.array(
        z.strictObject({
          ...{ at: moment, source: z.string(), kind: z.string(), reason: z.string(), status: z.string() },
          ...{ hard: z.boolean(), recipientDomain: z.string().nullable(), run: count.nullable() },
          ...{ seq: count.nullable(), foundBy: z.string().nullable(), effect: z.string() },
        }),
      ),
      waiting: z.array(
        z.strictObject({
          ...{ id: count, source: z.string(), at: moment, attempts: count, trouble: z.string().nullable() },
        }),
      ),
    }),
    handle: ({ ground, query }) => listReturns(ground.sql, query.limit),
  }),
  operation({
    ...{ method: 'get', path: '/warmups', id: 'listWarmups', tag, scope: 'settings:read' },
    does: 'List the warm-ups, with what was sent on each day',
    query: paged({}),
    answer: pageOf(warmup),
    handle: async ({ ground, query }) => sliced(await listWarmups(ground), query, (one) => one.domain),
  }),
  operation({
    ...{ method: 'put', path: '/warmups/{domain}', id: 'startWarmup', tag, scope: 'settings:write' },
    does: 'Start a warm-up, or start it anew',
    params: byDomain,
    body: z.strictObject({
      first: z.int().min(1).max(1_000_000).default(USUAL.first),
      growth: z.number().min(1.01).max(10).default(USUAL.growth),
      goal: z.int().min(1).max(100_000_000).default(USUAL.goal),
    }),
    answer: warmup,
    handle: async ({ ground, params, body, actor }) => {
      await startWarmup(ground, { ...params, ...body }, actor);
      return readWarmup(ground, params.domain);
    },
  }),
  operation({
    ...{ method: 'delete', path: '/warmups/{domain}', id: 'endWarmup', tag, scope: 'settings:write' },
    does: 'End a warm-up: no ceiling any more',
    params: byDomain,
    answer: warmup,
    refuses: [404],
    handle: async ({ ground, params, actor }) => {
      await endWarmup(ground, params.domain, actor);
      return readWarmup(ground, params.domain);
    },
  }),
];

const readWarmup = async (ground: Ground, name: string) =>
  found(
    (await listWarmups(ground)).find((one) => one.domain === name),
    `${name} has no warm-up.`,
  );
