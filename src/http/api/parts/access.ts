import { z } from 'zod';
import { listKeys, revokeKey, scopes } from '../../../access/api-keys.ts';
import { searchAudit } from '../../../access/audit-search.ts';
import { addUser, listUsers, roles } from '../../../access/users.ts';
import { type Operation, operation } from '../operation.ts';
import { id, line, moment, momentIn, paged, pageOf, readCursor, sliced, toPage } from '../schemas.ts';

const tag = 'Users, keys and the audit log';
const user = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string(),
    roles: z.array(z.enum(roles)),
    disabledAt: moment.nullable(),
  })
  .meta({ id: 'User' });
const key = z
  .strictObject({
    id,
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(scopes)),
    user: z.string(),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .meta({
    id: 'ApiKey',
    description: 'A key as people see it; the key itself is shown once, when it is made',
  });
const place = z.int().min(1);
const entry = z
  .strictObject({
    id: place,
    at: moment,
    actor: z.string(),
    action: z.string(),
    subjectType: z.string(),
    subjectId: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    origin: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry', description: 'One change of state by a person' });

export const accessOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/users', id: 'listUsers', tag, scope: 'users:read' },
    does: 'List the users',
    query: paged({}),
    answer: pageOf(user),
    handle: async ({ ground, query }) => {
      const all = (await listUsers(ground)).map((one) => ({
        ...{ id: one.id, email: one.email, name: one.name, roles: one.roles, disabledAt: one.disabledAt },
      }));
      return sliced(all, query, (one) => one.id);
    },
  }),
  operation({
    ...{ method: 'post', path: '/users', id: 'addUser', tag, scope: 'users:write' },
    roles: ['administrator'],
    does: 'Add a user',
    body: z.strictObject({
      email: z.email().max(254).meta({ example: 'asha@kssm.example' }),
      name: line(200),
      roles: z.array(z.enum(roles)).min(1).max(roles.length),
    }),
    status: 201,
    answer: user,
    refuses: [409],
    handle: ({ ground, body, actor }) => addUser(ground, body, actor),
  }),
  operation({
    ...{ method: 'get', path: '/api-keys', id: 'listKeys', tag, scope: 'keys:read' },
    roles: ['administrator'],
    does: 'List the API keys',
    query: paged({}),
    answer: pageOf(key),
    handle: async ({ ground, query }) => sliced(await listKeys(ground), query, (one) => one.id),
  }),
  operation({
    ...{ method: 'delete', path: '/api-keys/{key}', id: 'revokeKey', tag, scope: 'keys:write' },
    roles: ['administrator'],
    does: 'End an API key, named by its prefix or id',
    params: z.strictObject({ key: line(36) }),
    answer: key,
    refuses: [404, 409],
    handle: ({ ground, params, actor }) => revokeKey(ground, params.key, actor),
  }),
  operation({
    ...{ method: 'get', path: '/audit-entries', id: 'listAudit', tag, scope: 'audit:read' },
    roles: ['administrator', 'auditor'],
    does: 'Read the audit log, newest first',
    query: paged({
      actor: line(254).optional().meta({ description: 'Part of who it was' }),
      action: line(60).optional().meta({ description: 'What was done, or how that begins' }),
      subject: line(160).optional().meta({ description: 'TYPE or TYPE:ID, such as campaign' }),
      since: momentIn.optional(),
      until: momentIn.optional(),
    }),
    answer: pageOf(entry),
    handle: async ({ ground, query: { limit, cursor, ...filter } }) => {
      const before = readCursor(place, cursor);
      const search = { ...filter, limit: limit + 1, ...(before && { before: BigInt(before) }) };
      const rows = await searchAudit(ground, search);
      const all = rows.map((row) => ({ ...row, id: BigInt(row.id) }));
      return toPage(all, limit, (row) => Number(row.id));
    },
  }),
];
