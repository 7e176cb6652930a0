import { z } from 'zod';
import {
  addEndpoint,
  changeEndpoint,
  listEndpoints,
  readEndpoint,
  removeEndpoint,
  rotateSecret,
  webhookEvents,
} from '../../../deliveries/webhooks/endpoints.ts';
import { readLog, readMessage, redeliver, testEndpoint } from '../../../deliveries/webhooks/log.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, moment, paged, pageOf, readCursor, sliced, text, toPage } from '../schemas.ts';

const tag = 'Webhooks';
const events = z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length);
const url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .meta({ example: 'https://crm.example/hooks/we-care' });
const description = text(300);
const endpoint = z
  .strictObject({
    id,
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum(webhookEvents)),
    createdAt: moment,
    waiting: count.meta({ description: 'Messages that wait to be taken' }),
    failingSince: moment.nullable(),
    disabledAt: moment.nullable(),
    disabledReason: z.string().nullable(),
  })
  .meta({ id: 'Webhook', description: 'Another program that is told what happens' });
const state = z.enum(['waiting', 'sending', 'delivered', 'failed']);
const message = z
  .strictObject({
    id,
    type: z.string(),
    events: count,
    state,
    attempts: count,
    dueAt: moment,
    createdAt: moment,
    endedAt: moment.nullable(),
    status: z.int().nullable(),
    ms: count.nullable(),
    trouble: z.string().nullable(),
    excerpt: z.string().nullable(),
    attemptedAt: moment.nullable(),
  })
  .meta({ id: 'WebhookMessage', description: 'A batch of events, and how its last attempt ended' });
const attempt = z.strictObject({
  ...{ at: moment, status: z.int().nullable(), ms: count },
  ...{ trouble: z.string().nullable(), excerpt: z.string().nullable() },
});
const secret = z
  .string()
  .meta({ description: 'Shown once. Standard Webhooks, HMAC-SHA256', example: 'whsec_…' });

export const webhookOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/webhooks', id: 'listWebhooks', tag, scope: 'webhooks:read' },
    does: 'List the webhooks, and how they fare',
    query: paged({}),
    answer: pageOf(endpoint),
    handle: async ({ ground, query }) => sliced(await listEndpoints(ground), query, (one) => one.id),
  }),
  operation({
    ...{ method: 'post', path: '/webhooks', id: 'addWebhook', tag, scope: 'webhooks:write' },
    does: 'Add a webhook, told of what happens from now on',
    says: 'Messages are signed as Standard Webhooks say and hold up to 500 events of one type; each event has an id of its own. Anything but 2xx is tried again for three days.',
    body: z.strictObject({ url, events, description: description.optional() }),
    status: 201,
    answer: endpoint.extend({ secret }),
    handle: ({ ground, body, actor }) => addEndpoint(ground, body, actor),
  }),
  operation({
    ...{ method: 'get', path: '/webhooks/{id}', id: 'readWebhook', tag, scope: 'webhooks:read' },
    does: 'Read a webhook',
    params: idParams,
    answer: endpoint,
    refuses: [404],
    handle: ({ ground, params }) => readEndpoint(ground, params.id),
  }),
  operation({
    ...{ method: 'patch', path: '/webhooks/{id}', id: 'changeWebhook', tag, scope: 'webhooks:write' },
    does: 'Change, stop or enable a webhook',
    says: 'One that was stopped goes on with what happens from now.',
    params: idParams,
    body: z.strictObject({
      ...{ url: url.optional(), events: events.optional(), description: description.optional() },
      enabled: z.boolean().optional(),
    }),
    answer: endpoint,
    refuses: [404],
    handle: ({ ground, params, body, actor }) =>
      changeEndpoint(ground, { id: params.id, change: body }, actor),
  }),
  operation({
    ...{ method: 'delete', path: '/webhooks/{id}', id: 'removeWebhook', tag, scope: 'webhooks:write' },
    does: 'Remove a webhook with its messages and their log',
    params: idParams,
    refuses: [404],
    handle: async ({ ground, params, actor }) => {
      await removeEndpoint(ground, params.id, actor);
      return undefined;
    },
  }),
  operation({
    ...{ method: 'post', path: '/webhooks/{id}/secret', id: 'rotateSecret', tag, scope: 'webhooks:write' },
    does: 'Give a webhook a new secret; the old one signs too for a day',
    params: idParams,
    answer: z.strictObject({ secret }),
    refuses: [404],
    handle: async ({ ground, params, actor }) => ({ secret: await rotateSecret(ground, params.id, actor) }),
  }),
  operation({
    ...{ method: 'post', path: '/webhooks/{id}/tests', id: 'testWebhook', tag, scope: 'webhooks:write' },
    does: 'Send a webhook a message about nothing',
    params: idParams,
    status: 202,
    answer: z.strictObject({ id: id.meta({ description: 'Of the message' }) }),
    refuses: [404, 409],
    handle: async ({ ground, params, actor }) => ({ id: await testEndpoint(ground, params.id, actor) }),
  }),
  operation({
    ...{
      method: 'get',
      path: '/webhooks/{id}/messages',
      id: 'listWebhookMessages',
      tag,
      scope: 'webhooks:read',
    },
    does: 'What was sent to a webhook, and how it answered; newest first',
    params: idParams,
    query: paged({ state: state.optional() }),
    answer: pageOf(message),
    refuses: [404],
    handle: async ({ ground, params, query: { limit, cursor, state: wanted } }) => {
      const before = readCursor(z.guid(), cursor);
      const rows = await readLog(ground, params.id, { before, state: wanted, limit: limit + 1 });
      return toPage(rows, limit, (row) => row.id);
    },
  }),
  operation({
    ...{
      method: 'get',
      path: '/webhook-messages/{id}',
      id: 'readWebhookMessage',
      tag,
      scope: 'webhooks:read',
    },
    does: 'A message to a webhook with every attempt',
    params: idParams,
    answer: message.extend({ body: z.string().nullable(), log: z.array(attempt) }),
    refuses: [404],
    handle: ({ ground, params }) => readMessage(ground, params.id),
  }),
  operation({
    ...{
      method: 'post',
      path: '/webhook-messages/{id}/redelivery',
      id: 'redeliver',
      tag,
      scope: 'webhooks:write',
    },
    does: 'Send a message again, at once',
    params: idParams,
    status: 202,
    answer: message.extend({ body: z.string().nullable(), log: z.array(attempt) }),
    refuses: [404, 409],
    handle: async ({ ground, params, actor }) => {
      await redeliver(ground, params.id, actor);
      return readMessage(ground, params.id);
    },
  }),
];
