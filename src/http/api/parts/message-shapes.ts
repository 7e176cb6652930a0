import { z } from 'zod';
import { count, id, language, line, moment, text } from '../schemas.ts';
import { runStatus } from './run-shapes.ts';

const names = z.array(line(100)).max(50);

/** What a message says of itself besides its contents. */
export const messageFields = {
  name: line(200).meta({ example: 'Greeting' }),
  purpose: line(60).meta({ description: 'The purpose that consent was given for', example: 'appeals' }),
  from: line(300).meta({ example: 'We Care <news@wecare.example>' }),
  replyTo: line(254).nullable().optional(),
  lists: names.meta({ example: ['donors'] }),
  segments: names.optional(),
  excludeLists: names.optional(),
  excludeSegments: names.optional(),
  fallback: z
    .array(language)
    .max(10)
    .optional()
    .meta({ description: 'Languages in order, for contacts whose own has no content' }),
  openPixel: z.boolean().optional(),
  files: z
    .strictObject({
      attach: z.array(id).max(20).optional(),
      inline: z.array(id).max(20).optional(),
      remove: z.array(line(120)).max(20).optional(),
    })
    .optional()
    .meta({ description: 'Ids of media that it carries; `remove` names files' }),
  unknownPolicy: z.enum(['leave', 'again']).optional(),
};

/** Blocks as JSON, or MJML or blocks as text. */
const body = z
  .union([text(1_000_000), z.record(z.string(), z.unknown())])
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
  .meta({
    description: 'MJML, or blocks: an object with language, title and blocks',
    example:
      '<mjml><mj-body><mj-section><mj-column><mj-text>…</mj-text></mj-column></mj-section></mj-body></mjml>',
  });
const subject = text(255).min(1);
const byLanguage = <S extends z.ZodType>(content: S) =>
  z.record(language, content).refine((given) => Object.keys(given).length <= 20, 'at most 20 languages');

export const newContents = byLanguage(
  z.strictObject({ subject, preheader: text(255).optional(), body }),
).meta({ description: 'What it says, by language' });
export const rewording = byLanguage(
  z.strictObject({ subject: subject.optional(), preheader: text(255).optional(), body: body.optional() }),
);

export const schedule = z.union([
  z.strictObject({ kind: z.literal('once'), at: z.string(), zone: z.string() }),
  z.strictObject({ kind: z.literal('cron'), expression: z.string(), zone: z.string() }),
]);
const window = z.strictObject({ from: z.string(), to: z.string() });

/** A message as it stands. */
export const messageShape = z
  .strictObject({
    id,
    campaignId: id,
    channel: z.string().meta({ description: 'email, post, sms or whatsapp' }),
    name: z.string(),
    purpose: z.string(),
    fromName: z.string(),
    fromAddress: z.string(),
    replyTo: z.string().nullable(),
    audience: z.strictObject({
      lists: z.array(z.string()),
      segments: z.array(z.string()).optional(),
      excludeLists: z.array(z.string()).optional(),
      excludeSegments: z.array(z.string()).optional(),
      accounts: z.array(z.strictObject({ account: id, language: z.string() })).optional(),
      fallback: z.array(z.string()),
    }),
    schedule: schedule.nullable(),
    window: window.nullable(),
    latePolicy: z.enum(['send', 'skip', 'ask']),
    lateAfterSec: count,
    unknownPolicy: z.enum(['leave', 'again']),
    openPixel: z.boolean(),
    canary: z
      .union([
        z.literal(false),
        z.strictObject({ percent: z.number(), count, waitSeconds: count, minAudience: count }),
      ])
      .nullable()
      .meta({ description: 'Who goes first; null for the usual, false for nobody' }),
    correctsRun: z.string().nullable(),
    correctsUnknown: z.boolean(),
    version: count,
    revision: count.meta({ description: 'Grows with every edit; an approval is for one of them' }),
    editedBy: id.nullable(),
    archivedAt: moment.nullable(),
    standing: z.enum(['draft', 'unapproved', 'approved', 'archived']),
    languages: z.array(z.string()),
    files: z.array(
      z.strictObject({
        ...{ name: z.string(), assetId: id, inline: z.boolean(), bytes: count, mime: z.string() },
      }),
    ),
    approval: z.strictObject({ by: z.string(), at: moment, reference: z.string().nullable() }).nullable(),
    newsletter: z.string().nullable().meta({ description: 'Whose editions it sends' }),
    scheduleInWords: z.string().nullable(),
    nextDates: z.array(moment),
    runs: z.array(runStatus).meta({ description: 'The newest first, at most 20' }),
  })
  .meta({ id: 'Message' });

/** What an edit did. */
export const revised = z.strictObject({
  messageId: id,
  changed: z.boolean(),
  revision: count,
  version: count,
  withdrawn: z
    .strictObject({ by: z.string(), at: moment, reference: z.string().nullable() })
    .nullable()
    .meta({ description: 'The approval that held until now' }),
  takenBack: z.array(moment).meta({ description: 'Due times of planned runs that had not begun' }),
});
