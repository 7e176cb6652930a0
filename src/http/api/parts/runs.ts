import { z } from 'zod';
import { correctRun } from '../../../campaigns/corrections.ts';
import { decideRun } from '../../../campaigns/decisions.ts';
import { deliveryReport } from '../../../campaigns/report.ts';
import { listRuns, readRun } from '../../../campaigns/run-list.ts';
import { type Operation, operation } from '../operation.ts';
import {
  count,
  id,
  line,
  moment,
  paged,
  pageOf,
  readCursor,
  runParams,
  toPage,
  writeCursor,
} from '../schemas.ts';
import { newContents } from './message-shapes.ts';
import { corrections, leftOut, progress, run, runState } from './run-shapes.ts';

const tag = 'Runs and deliveries';
const row = {
  run,
  messageId: id.nullable(),
  campaignId: id.nullable(),
  state: runState,
  channel: z.string(),
  purpose: z.string(),
  version: count,
  total: count,
  reason: z.string().nullable(),
  dueAt: moment,
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
};
const Run = z.strictObject({ ...row, progress, leftOut, corrects: z.string().nullable(), corrections }).meta({
  id: 'Run',
  description: 'One occurrence of a message’s schedule',
});
const delivery = z
  .strictObject({
    seq: z.int().nullable().meta({ description: 'Null for somebody who was left out' }),
    contactId: id,
    name: z.string().nullable(),
    address: z.string().nullable(),
    language: z.string().nullable(),
    state: z.string(),
    reason: z.string().nullable(),
    code: z.int().nullable(),
    attempts: count,
    at: moment.nullable(),
  })
  .meta({ id: 'Delivery', description: 'What went to one recipient of a run, or why nothing did' });

export const runOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/runs', id: 'listRuns', tag, scope: 'campaigns:read' },
    does: 'List runs, newest first',
    query: paged({ campaignId: id.optional(), messageId: id.optional(), state: runState.optional() }),
    answer: pageOf(z.strictObject(row)),
    handle: async ({ ground, query: { limit, cursor, ...filter } }) => {
      const before = readCursor(run, cursor);
      const rows = await listRuns(ground, filter, { before, limit: limit + 1 });
      return toPage(rows, limit, (one) => Number(one.run));
    },
  }),
  operation({
    ...{ method: 'get', path: '/runs/{run}', id: 'readRun', tag, scope: 'campaigns:read' },
    does: 'How far a run is, and whom it left out',
    params: runParams,
    answer: Run,
    refuses: [404],
    handle: ({ ground, params }) => readRun(ground, BigInt(params.run)),
  }),
  operation({
    ...{ method: 'post', path: '/runs/{run}/decision', id: 'decideRun', tag, scope: 'campaigns:control' },
    does: 'Answer a late run that asks whether it should still be sent',
    params: runParams,
    body: z.strictObject({ decision: z.enum(['send', 'skip']) }),
    answer: Run,
    refuses: [404, 409],
    handle: async ({ ground, params, body, editor }) => {
      const number = BigInt(params.run);
      await decideRun(ground, { run: number, decision: body.decision }, editor);
      return readRun(ground, number);
    },
  }),
  operation({
    ...{ method: 'post', path: '/runs/{run}/corrections', id: 'correctRun', tag, scope: 'campaigns:write' },
    does: 'Write a correction to exactly those who received a run',
    says: 'It belongs to the same campaign, and needs a schedule and an approval of its own.',
    params: runParams,
    body: z.strictObject({
      contents: newContents,
      name: line(200).optional(),
      unknown: z
        .boolean()
        .optional()
        .meta({ description: 'Also to those of whom it is not known whether they received it' }),
    }),
    answer: z.strictObject({
      ...{ campaignId: id, campaign: z.string(), messageId: id, name: z.string() },
      received: z.record(z.string(), count).meta({ description: 'How many received the run, by language' }),
      warnings: z.array(z.string()),
    }),
    status: 201,
    refuses: [404, 409],
    handle: ({ ground, params, body, caller }) =>
      correctRun(ground, { run: BigInt(params.run), ...body }, caller.user),
  }),
  operation({
    ...{ method: 'get', path: '/runs/{run}/deliveries', id: 'listDeliveries', tag, scope: 'deliveries:read' },
    does: 'What went to whom, not to whom, and why',
    says: 'First the deliveries in their order, then who was left out. A page may be shorter than `limit`, or empty, before the last.',
    params: runParams,
    query: paged({}),
    answer: pageOf(delivery),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const after = readCursor(z.string().regex(/^(sent|left):\d{1,9}$/), query.cursor);
      const { rows, next } = await deliveryReport(ground, BigInt(params.run), { after, limit: query.limit });
      return { items: rows, next: next && writeCursor(next) };
    },
  }),
];
