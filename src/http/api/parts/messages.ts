import { z } from 'zod';
import { approveMessage } from '../../../campaigns/approvals.ts';
import { editMessage, scheduleMessage, unscheduleMessage } from '../../../campaigns/campaigns.ts';
import { checkFile } from '../../../campaigns/check/check.ts';
import { checkWritten } from '../../../campaigns/check/written.ts';
import { readContents } from '../../../campaigns/contents.ts';
import { goOnMessage } from '../../../campaigns/control.ts';
import { findMessage } from '../../../campaigns/messages.ts';
import { repoint, undo } from '../../../campaigns/repointing.ts';
import { campaignStatus } from '../../../campaigns/status.ts';
import { listTemplates, readTemplate } from '../../../campaigns/templates.ts';
import { sendTrial } from '../../../campaigns/trial.ts';
import type { Canary } from '../../../deliveries/canary.ts';
import { found } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import { linksOf, repointedOf } from '../../../links/repoint.ts';
import { type Operation, operation } from '../operation.ts';
import {
  address,
  count,
  id,
  idParams,
  language,
  line,
  moment,
  paged,
  pageOf,
  sliced,
  text,
} from '../schemas.ts';
import { messageFields, messageShape, revised, rewording } from './message-shapes.ts';
import { progress } from './run-shapes.ts';

const tag = 'Messages';
const finding = z.strictObject({
  level: z.enum(['error', 'warning', 'hint']),
  code: z.string(),
  where: z.string(),
  words: z.string(),
});
const findings = z.strictObject({ findings: z.array(finding) });
const template = z.strictObject({ name: z.string(), language: z.string(), kind: z.enum(['blocks', 'mjml']) });
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ example: '09:00' });
const link = z.strictObject({
  code: z.string(),
  url: z.string(),
  target: z.string(),
  visits: z.array(z.strictObject({ target: z.string(), people: count, machines: count })),
});
const repointed = z.strictObject({
  ...{ code: z.string(), before: z.string(), after: z.string(), actor: z.string(), at: moment },
  undo: z.boolean(),
});
const byCode = z.strictObject({ code: z.string().regex(/^[0-9A-Za-z]{1,20}$/) });
const edited = z.strictObject(messageFields).partial().extend({ contents: rewording.optional() });

const times = z.strictObject({
  once: z
    .strictObject({ at: line(30), zone: line(60).optional() })
    .optional()
    .meta({
      description: 'By the clocks of the zone; without one, of that of the settings',
      example: { at: '2026-12-01T09:00', zone: 'Asia/Kolkata' },
    }),
  cron: z
    .strictObject({ expression: line(100), zone: line(60).optional() })
    .optional()
    .meta({ description: 'Minute, hour, day, month, weekday' }),
  window: z.strictObject({ from: clock, to: clock }).nullable().optional(),
  latePolicy: z.enum(['send', 'skip', 'ask']).optional(),
  lateAfterSec: z.int().min(60).max(604_800).optional(),
  canary: z
    .union([
      z.literal(false),
      z.strictObject({
        percent: z.number().min(0).max(50).optional(),
        count: z.int().min(0).max(1_000_000).optional(),
        waitSeconds: z.int().min(60).max(604_800).optional(),
        minAudience: z.int().min(1).max(1_000_000_000).optional(),
      }),
    ])
    .nullable()
    .optional()
    .meta({
      description: 'Who goes first, and how long it is then waited; null for the usual, false for nobody',
    }),
});

export const messageOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/messages/{id}', id: 'readMessage', tag, scope: 'campaigns:read' },
    does: 'A message as it stands',
    params: idParams,
    answer: messageShape,
    refuses: [404, 409],
    handle: ({ ground, params }) => standing(ground, params.id),
  }),
  operation({
    ...{ method: 'patch', path: '/messages/{id}', id: 'editMessage', tag, scope: 'campaigns:write' },
    does: 'Change what a message says, to whom or from whom',
    says: 'Withdraws its approval. Of a language that is written already, what is not mentioned stays.',
    params: idParams,
    body: edited,
    answer: revised.extend({ warnings: z.array(z.string()) }),
    refuses: [404, 409],
    handle: ({ ground, params, body, caller }) =>
      editMessage(ground, { messageId: params.id, user: caller.user }, body),
  }),
  operation({
    ...{ method: 'get', path: '/messages/{id}/contents', id: 'readContents', tag, scope: 'campaigns:read' },
    does: 'What a message says in each language: source, HTML and text',
    params: idParams,
    answer: z.strictObject({
      version: count,
      contents: z.array(
        z.strictObject({
          ...{ language: z.string(), subject: z.string(), preheader: z.string(), body: z.string() },
          ...{ html: z.string(), text: z.string() },
        }),
      ),
    }),
    refuses: [404, 409],
    handle: ({ ground, params }) => readContents(ground, params.id),
  }),
  operation({
    ...{ method: 'get', path: '/messages/{id}/findings', id: 'checkMessage', tag, scope: 'campaigns:read' },
    does: 'Check a message before it is sent',
    params: idParams,
    answer: findings,
    refuses: [404, 409],
    handle: async ({ ground, params }) => {
      await findMessage(ground.sql, params.id);
      return { findings: await checkWritten(ground, params.id) };
    },
  }),
  operation({
    ...{ method: 'post', path: '/mail-checks', id: 'checkMail', tag, scope: 'campaigns:read' },
    does: 'Check a mail that is no message yet',
    body: z.strictObject({
      kind: z.enum(['eml', 'mjml', 'json', 'html']),
      content: text(1_000_000).meta({ description: 'The mail, or its body' }),
    }),
    answer: findings,
    handle: async ({ body }) => ({
      findings: await checkFile(`mail.${body.kind}`, Buffer.from(body.content)),
    }),
  }),
  operation({
    ...{ method: 'post', path: '/messages/{id}/tests', id: 'testMessage', tag, scope: 'campaigns:write' },
    does: 'Send a message as it is now to one address, its subject led by [Test]',
    params: idParams,
    body: z.strictObject({
      to: address,
      language,
      contact: id.optional().meta({ description: 'Whose fields are filled in' }),
    }),
    status: 202,
    answer: z.strictObject({ id: id.meta({ description: 'Of the notice' }) }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, editor }) => {
      const message = await findMessage(ground.sql, params.id);
      const trial = { to: body.to, language: body.language, as: body.contact, editor };
      return { id: await sendTrial(ground, message, trial) };
    },
  }),
  operation({
    ...{
      method: 'put',
      path: '/messages/{id}/schedule',
      id: 'scheduleMessage',
      tag,
      scope: 'campaigns:write',
    },
    does: 'Say when a message is sent, which submits it for approval',
    says: 'Give `once` or `cron`, not both; what is absent stays. Withdraws an approval.',
    params: idParams,
    body: times.refine((given) => !(given.once && given.cron), 'give once or cron, not both'),
    answer: revised,
    refuses: [404, 409],
    handle: ({ ground, params, body, editor }) => {
      const { once, cron, canary, ...rest } = body;
      const schedule = once ? { kind: 'once', ...once } : cron ? { kind: 'cron', ...cron } : undefined;
      const first = canary && (JSON.parse(JSON.stringify(canary)) as Partial<Canary>);
      const timing = {
        ...rest,
        ...(canary !== undefined && { canary: first }),
        ...(schedule && { schedule }),
      };
      return scheduleMessage(ground, { messageId: params.id, editor }, timing);
    },
  }),
  operation({
    ...{ method: 'delete', path: '/messages/{id}/schedule', id: 'unscheduleMessage', tag },
    scope: 'campaigns:write',
    does: 'Take the schedule away, so that nothing more is planned',
    params: idParams,
    answer: revised,
    refuses: [404, 409],
    handle: ({ ground, params, editor }) => unscheduleMessage(ground, { messageId: params.id, editor }),
  }),
  operation({
    ...{
      method: 'post',
      path: '/messages/{id}/approval',
      id: 'approveMessage',
      tag,
      scope: 'campaigns:approve',
    },
    does: 'Approve a message as it is now',
    says: 'By another user than the one who edited it last, whatever key. Any edit withdraws the approval.',
    params: idParams,
    body: z.strictObject({
      reference: line(100).optional().meta({ description: 'e-Office or G.O. number' }),
    }),
    status: 201,
    answer: z.strictObject({ messageId: id, revision: count, at: moment }),
    refuses: [404, 409],
    handle: ({ ground, params, body, caller }) =>
      approveMessage(ground, { messageId: params.id, user: caller.user }, body.reference),
  }),
  operation({
    ...{ method: 'post', path: '/messages/{id}/release', id: 'goOn', tag, scope: 'campaigns:control' },
    does: 'Send the rest of the runs that wait for their canary, or were stopped after it',
    params: idParams,
    answer: z.strictObject({ runs: z.array(progress) }),
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      const { id: messageId } = await findMessage(ground.sql, params.id);
      return { runs: await goOnMessage(ground, messageId, caller.user) };
    },
  }),
  operation({
    ...{ method: 'get', path: '/messages/{id}/links', id: 'listLinks', tag, scope: 'campaigns:read' },
    does: 'The links of a message, where they lead, their visits and their history',
    params: idParams,
    answer: z.strictObject({ links: z.array(link), history: z.array(repointed) }),
    refuses: [404, 409],
    handle: async ({ ground, params }) => {
      const { id: messageId } = await findMessage(ground.sql, params.id);
      return {
        links: await linksOf(ground.sql, messageId),
        history: await repointedOf(ground.sql, messageId),
      };
    },
  }),
  operation({
    ...{ method: 'put', path: '/links/{code}/target', id: 'repointLink', tag, scope: 'campaigns:approve' },
    does: 'Lead a link elsewhere, in mails that were sent too',
    params: byCode,
    body: z.strictObject({ url: z.url({ protocol: /^https$/ }).max(2000) }),
    answer: repointed,
    refuses: [404, 409],
    handle: ({ ground, params, body, caller }) =>
      repoint(ground, { code: params.code, url: body.url }, caller.user),
  }),
  operation({
    ...{ method: 'delete', path: '/links/{code}/target', id: 'undoRepoint', tag, scope: 'campaigns:approve' },
    does: 'Take the latest re-pointing of a link back',
    params: byCode,
    answer: repointed,
    refuses: [404, 409],
    handle: ({ ground, params, caller }) => undo(ground, params.code, caller.user),
  }),
  operation({
    ...{ method: 'get', path: '/templates', id: 'listTemplates', tag, scope: 'campaigns:read' },
    does: 'List the mails to start from',
    query: paged({}),
    answer: pageOf(template),
    handle: async ({ query }) => sliced(listTemplates(), query, (one) => `${one.name}.${one.language}`),
  }),
  operation({
    ...{
      method: 'get',
      path: '/templates/{name}/{language}',
      id: 'readTemplate',
      tag,
      scope: 'campaigns:read',
    },
    does: 'A mail to start from',
    params: z.strictObject({ name: line(60), language }),
    answer: template.extend({ body: z.string() }),
    refuses: [404],
    handle: async ({ params }) => readTemplate(params.name, params.language),
  }),
];

async function standing(ground: Ground, messageId: string) {
  const { campaignId } = await findMessage(ground.sql, messageId);
  const { messages } = await campaignStatus(ground, campaignId);
  return {
    ...found(
      messages.find((one) => one.id === messageId),
      `There is no message ${messageId}.`,
    ),
  };
}
