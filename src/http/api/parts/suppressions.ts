import { z } from 'zod';
import { findSuppression, suppressAddress, unsuppressAddress } from '../../../contacts/suppress-one.ts';
import { listSuppressions } from '../../../contacts/suppression.ts';
import { exportSuppressions, importSuppressions } from '../../../contacts/suppression-file.ts';
import { withNamedFile } from '../files.ts';
import { type Operation, operation } from '../operation.ts';
import { address, count, line, moment, momentIn, paged, pageOf, readCursor, toPage } from '../schemas.ts';

const tag = 'Suppressions';
const suppression = z
  .strictObject({
    channel: z.string(),
    hash: z.guid(),
    value: z.string().nullable().meta({ description: 'Null after the erasure of its owner' }),
    reason: z.string(),
    source: z.string(),
    at: moment,
    expiresAt: moment.nullable(),
  })
  .meta({ id: 'Suppression', description: 'An address that must not be written to, and why' });
const byAddress = z.strictObject({ address });
const place = z.strictObject({ channel: z.string(), hash: z.guid() });

export const suppressionOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/suppressions', id: 'listSuppressions', tag, scope: 'suppressions:read' },
    does: 'List the suppressions in force',
    query: paged({}),
    answer: pageOf(suppression),
    handle: async ({ ground, query: { limit, cursor } }) => {
      const after = readCursor(place, cursor);
      const rows = await listSuppressions(ground.sql, { limit: limit + 1, ...(after && { after }) });
      return toPage(rows, limit, ({ channel, hash }) => ({ channel, hash }));
    },
  }),
  operation({
    ...{ method: 'post', path: '/suppressions', id: 'suppress', tag, scope: 'suppressions:write' },
    does: 'Never write to an address again',
    says: 'One that is suppressed already stays so with its first reason, for the longer time.',
    body: z.strictObject({ address, reason: line(200).default('manual'), expiresAt: momentIn.optional() }),
    answer: suppression,
    handle: ({ ground, body, actor }) => suppressAddress(ground, body, actor),
  }),
  operation({
    ...{
      method: 'get',
      path: '/suppressions/{address}',
      id: 'readSuppression',
      tag,
      scope: 'suppressions:read',
    },
    does: 'Why an address is suppressed',
    params: byAddress,
    answer: suppression,
    refuses: [404],
    handle: ({ ground, params }) => findSuppression(ground, params.address),
  }),
  operation({
    ...{
      method: 'delete',
      path: '/suppressions/{address}',
      id: 'unsuppress',
      tag,
      scope: 'suppressions:write',
    },
    does: 'Allow an address again',
    says: 'Consent is still needed.',
    params: byAddress,
    refuses: [404],
    handle: async ({ ground, params, actor }) => {
      await unsuppressAddress(ground, params.address, actor);
      return undefined;
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/suppression-imports',
      id: 'importSuppressions',
      tag,
      scope: 'suppressions:write',
    },
    does: 'Suppress every address of a CSV file',
    says: 'With a column `address`, `email`, `phone` or `hash`; all of it or nothing.',
    query: z.strictObject({ reason: line(200).default('manual') }),
    body: { types: ['text/csv'], longest: 50_000_000 },
    answer: z.strictObject({ rows: count, added: count, present: count }),
    handle: ({ ground, query, body, actor }) =>
      withNamedFile(body.path, 'suppressions.csv', (file) =>
        importSuppressions(ground, { file, reason: query.reason, actor }),
      ),
  }),
  operation({
    ...{
      method: 'get',
      path: '/suppression-export',
      id: 'exportSuppressions',
      tag,
      scope: 'suppressions:read',
    },
    does: 'All suppressions as CSV',
    answer: 'text/csv',
    handle: async ({ ground }) => exportSuppressions(ground),
  }),
];
