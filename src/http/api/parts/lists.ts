import { z } from 'zod';
import { addList, listLists } from '../../../contacts/lists.ts';
import { parseRules } from '../../../contacts/segments/rules.ts';
import {
  countSegment,
  createSegment,
  listSegments,
  requireSegments,
} from '../../../contacts/segments/segments.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, line, moment, paged, pageOf, sliced } from '../schemas.ts';

const tag = 'Lists and segments';
const name = line(100);
const list = z.strictObject({ id, name: z.string(), members: count }).meta({ id: 'List' });
const rules = z.record(z.string().max(20), z.unknown()).meta({
  description:
    'Groups `all`, `any`, `not` of language, kind, district, list, attribute (with equals, contains, exists or near, which is a number of days), added (since or before), received, opened, clicked (campaign, days)',
  example: { all: [{ language: 'ml' }, { opened: { days: 90 } }] },
});
const segment = z
  .strictObject({ id, name: z.string(), rules: z.record(z.string(), z.unknown()), createdAt: moment })
  .meta({ id: 'Segment', description: 'Contacts who match saved rules now' });
const sample = z.coerce.number().int().min(0).max(100).default(0);
const counted = z.strictObject({
  count,
  sample: z.array(z.strictObject({ id, name: z.string() })),
});
type Rules = Record<string, unknown>;

export const listOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/lists', id: 'listLists', tag, scope: 'contacts:read' },
    does: 'List the lists, with how many contacts joined each',
    query: paged({}),
    answer: pageOf(list),
    handle: async ({ ground, query }) => sliced(await listLists(ground.sql), query, (row) => row.name),
  }),
  operation({
    ...{ method: 'post', path: '/lists', id: 'createList', tag, scope: 'contacts:write' },
    does: 'Make a list',
    body: z.strictObject({ name: name.meta({ example: 'Onam donors' }) }),
    status: 201,
    answer: list,
    refuses: [409],
    handle: ({ ground, body, actor }) => addList(ground, body.name, actor),
  }),
  operation({
    ...{ method: 'get', path: '/segments', id: 'listSegments', tag, scope: 'contacts:read' },
    does: 'List the segments with their rules',
    query: paged({}),
    answer: pageOf(segment),
    handle: async ({ ground, query }) => {
      const all = (await listSegments(ground)).map(({ created_at, ...row }) => ({
        ...row,
        rules: row.rules as Rules,
        createdAt: created_at,
      }));
      return sliced(all, query, (row) => row.name);
    },
  }),
  operation({
    ...{ method: 'post', path: '/segments', id: 'createSegment', tag, scope: 'contacts:write' },
    does: 'Save rules under a name',
    body: z.strictObject({ name, rules }),
    status: 201,
    answer: segment,
    refuses: [404, 409],
    handle: async ({ ground, body, actor }) => {
      const { created_at, ...made } = await createSegment(ground, body, actor);
      return { ...made, rules: made.rules as Rules, createdAt: created_at };
    },
  }),
  operation({
    ...{ method: 'get', path: '/segments/{name}/count', id: 'countSegment', tag, scope: 'contacts:read' },
    does: 'Count who matches a segment now, with a sample',
    params: z.strictObject({ name }),
    query: z.strictObject({ sample }),
    answer: counted,
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const saved = await requireSegments(ground.sql, [params.name]);
      return countSegment(ground, { all: saved }, query.sample);
    },
  }),
  operation({
    ...{ method: 'post', path: '/segment-counts', id: 'countRules', tag, scope: 'contacts:read' },
    does: 'Count who would match rules that are not saved',
    body: z.strictObject({ rules, sample: z.int().min(0).max(100).default(0) }),
    answer: counted,
    handle: ({ ground, body }) => countSegment(ground, parseRules(body.rules), body.sample),
  }),
];
