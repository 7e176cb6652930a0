import { z } from 'zod';
import { draftEdition, skipEdition } from '../../../campaigns/newsletters/editions.ts';
import { addItem, listItems, removeItem } from '../../../campaigns/newsletters/items.ts';
import {
  createNewsletter,
  editNewsletter,
  findNewsletter,
  listNewsletters,
} from '../../../campaigns/newsletters/newsletters.ts';
import { pauseNewsletter } from '../../../campaigns/newsletters/pause.ts';
import { pressEditions } from '../../../campaigns/newsletters/press.ts';
import { previewEdition } from '../../../campaigns/newsletters/preview.ts';
import { editionsOf, hideEdition, newsletterStatus } from '../../../campaigns/newsletters/status.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, language, line, moment, momentIn, paged, pageOf, sliced, text } from '../schemas.ts';
import { newContents, revised, schedule } from './message-shapes.ts';

const tag = 'Newsletters';
const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .meta({ description: 'Names the newsletter, and stands in its address', example: 'care-news' });
const bySlug = z.strictObject({ slug });
const number = z.coerce.number().int().min(1).max(1_000_000);
const byEdition = z.strictObject({ slug, edition: number });
const byLanguage = <S extends z.ZodType>(words: S) =>
  z.record(language, words).refine((given) => Object.keys(given).length <= 20, 'at most 20 languages');
const settings = {
  public: z.boolean().optional(),
  archive: z.boolean().optional(),
  draftHours: z.int().min(0).max(336).optional(),
  scene: z.enum(['dawn', 'none']).optional(),
};
const newsletter = z
  .strictObject({
    ...{ id, messageId: id, campaignId: id, slug: z.string(), languages: z.array(z.string()) },
    words: z.record(z.string(), z.record(z.string(), z.unknown())),
    ...{ public: z.boolean(), archive: z.boolean(), draftHours: count },
    ...{ scene: z.enum(['dawn', 'none']), pausedAt: moment.nullable() },
    ...{ schedule: schedule.nullable(), changedAt: moment },
  })
  .meta({ id: 'Newsletter', description: 'Its message is scheduled and approved as any other' });
const edition = z
  .strictObject({
    ...{
      id,
      number: count.nullable(),
      dueAt: moment,
      state: z.enum(['coming', 'drafted', 'sent', 'skipped']),
    },
    ...{ handwritten: z.boolean(), version: count.nullable(), run: count.nullable() },
    ...{ reason: z.string().nullable(), draftedAt: moment.nullable(), endedAt: moment.nullable() },
    ...{ hiddenAt: moment.nullable(), approvedBy: z.string().nullable(), webUrl: z.string().nullable() },
    items: z.array(count),
  })
  .meta({ id: 'Edition' });
const words = z.strictObject({ title: line(150), text: text(8000).min(1), alt: line(300).optional() });
const item = z.strictObject({
  ...{ id, number: count, words: z.record(z.string(), z.record(z.string(), z.unknown())) },
  ...{ link: z.string().nullable(), picture: z.string().nullable(), publishAfter: moment.nullable() },
  ...{ editionId: id.nullable(), addedBy: z.string().nullable(), addedAt: moment },
  edition: z.strictObject({ number: count.nullable(), state: z.string() }).nullable(),
});

const editionOperations = [
  operation({
    ...{
      method: 'get',
      path: '/newsletters/{slug}/editions',
      id: 'listEditions',
      tag,
      scope: 'campaigns:read',
    },
    does: 'List editions, the newest first, with why one was skipped',
    params: bySlug,
    query: paged({}),
    answer: pageOf(edition),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const found = await findNewsletter(ground, params.slug);
      return sliced(await editionsOf(ground, found), query, (one) => one.id);
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/newsletters/{slug}/draft',
      id: 'draftEdition',
      tag,
      scope: 'campaigns:write',
    },
    does: 'Draft the next edition now, from what is new or written by hand',
    says: 'Withdraws its approval. The edition is approved by approving the newsletter’s message.',
    params: bySlug,
    body: z.strictObject({ contents: newContents.optional(), without: z.array(count).max(200).optional() }),
    answer: revised.extend({ number: count, items: z.array(count) }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, editor }) => {
      const found = await findNewsletter(ground, params.slug);
      await pressEditions(ground);
      return draftEdition(ground, { newsletter: found, editor, ...body });
    },
  }),
  operation({
    ...{
      method: 'get',
      path: '/newsletters/{slug}/preview',
      id: 'previewEdition',
      tag,
      scope: 'campaigns:read',
    },
    does: 'The next edition as its readers would see it, in each language',
    params: bySlug,
    answer: z.strictObject({
      drafted: z.boolean(),
      languages: z.array(z.looseObject({ language: z.string(), subject: z.string(), html: z.string() })),
    }),
    refuses: [404, 409],
    handle: async ({ ground, params }) => {
      const found = await previewEdition(ground, await findNewsletter(ground, params.slug));
      return { drafted: found.drafted, languages: found.languages.map((one) => ({ ...one })) };
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/newsletters/{slug}/skip',
      id: 'skipEdition',
      tag,
      scope: 'campaigns:control',
    },
    does: 'Do not send the next edition; its items wait for the one after',
    params: bySlug,
    body: z.strictObject({ reason: line(300) }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, actor }) => {
      await skipEdition(ground, await findNewsletter(ground, params.slug), { ...body, actor });
      await pressEditions(ground);
      return undefined;
    },
  }),
  operation({
    ...{ method: 'put', path: '/newsletters/{slug}/editions/{edition}/visibility', id: 'hideEdition', tag },
    scope: 'campaigns:control',
    does: 'Take the page of an edition off the web and out of the feeds, or put it back',
    params: byEdition,
    body: z.strictObject({ hidden: z.boolean() }),
    refuses: [404],
    handle: async ({ ground, params, body, caller }) => {
      const found = await findNewsletter(ground, params.slug);
      await hideEdition(ground, { newsletter: found, number: params.edition, ...body }, caller.user);
      return undefined;
    },
  }),
];

const pausing = (method: 'put' | 'delete', names: { id: string; does: string }) =>
  operation({
    ...{ method, path: '/newsletters/{slug}/pause', tag, scope: 'campaigns:control', ...names },
    params: bySlug,
    answer: newsletter,
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      const found = await findNewsletter(ground, params.slug);
      await pauseNewsletter(ground, { newsletter: found, user: caller.user, paused: method === 'put' });
      await pressEditions(ground);
      return { ...(await findNewsletter(ground, params.slug)) };
    },
  });

export const newsletterOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/newsletters', id: 'listNewsletters', tag, scope: 'campaigns:read' },
    does: 'List the newsletters',
    query: paged({}),
    answer: pageOf(newsletter),
    handle: async ({ ground, query }) =>
      sliced(
        (await listNewsletters(ground)).map((one) => ({ ...one, words: { ...one.words } })),
        query,
        (one) => one.slug,
      ),
  }),
  operation({
    ...{ method: 'post', path: '/newsletters', id: 'createNewsletter', tag, scope: 'campaigns:write' },
    does: 'Make a newsletter',
    says: 'Then schedule its message, again and again.',
    body: z.strictObject({
      ...{ slug, words: byLanguage(z.strictObject({ title: line(100), description: line(300).optional() })) },
      ...{ lists: z.array(line(100)).max(50), from: line(300), replyTo: line(254).optional() },
      ...{ purpose: line(60).default('newsletter'), ...settings },
    }),
    status: 201,
    answer: z.strictObject({ id, campaignId: id, messageId: id, slug: z.string() }),
    refuses: [404, 409],
    handle: async ({ ground, body, caller }) => {
      const { newsletterId, ...made } = await createNewsletter(ground, body, caller.user);
      return { id: newsletterId, ...made };
    },
  }),
  operation({
    ...{ method: 'get', path: '/newsletters/{slug}', id: 'readNewsletter', tag, scope: 'campaigns:read' },
    does: 'A newsletter, its next dates, and the edition in the making',
    params: bySlug,
    answer: z.strictObject({
      ...{ newsletter, nextDates: z.array(moment), waiting: z.array(count), next: edition.nullable() },
      ...{ draftedOn: moment.nullable(), asks: count.nullable() },
    }),
    refuses: [404, 409],
    handle: async ({ ground, params }) => {
      const found = await newsletterStatus(ground, await findNewsletter(ground, params.slug));
      const { nextDates, waiting, next, draftedOn, asks } = found;
      return { newsletter: { ...found.newsletter }, nextDates, waiting, next, draftedOn, asks };
    },
  }),
  operation({
    ...{ method: 'patch', path: '/newsletters/{slug}', id: 'editNewsletter', tag, scope: 'campaigns:write' },
    does: 'Change the words of a newsletter, or what of it is public',
    params: bySlug,
    body: z.strictObject({
      words: byLanguage(
        z.strictObject({ title: line(100).optional(), description: line(300).optional() }),
      ).optional(),
      ...settings,
    }),
    answer: newsletter,
    refuses: [404],
    handle: async ({ ground, params, body, caller }) => {
      const found = await findNewsletter(ground, params.slug);
      return { ...(await editNewsletter(ground, { newsletter: found, user: caller.user }, body)) };
    },
  }),
  operation({
    ...{ method: 'get', path: '/newsletters/{slug}/items', id: 'listItems', tag, scope: 'campaigns:read' },
    does: 'List the items, and which edition has each',
    params: bySlug,
    query: paged({}),
    answer: pageOf(item),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const { id: newsletterId } = await findNewsletter(ground, params.slug);
      return sliced(await listItems(ground, newsletterId), query, (one) => one.id);
    },
  }),
  operation({
    ...{ method: 'post', path: '/newsletters/{slug}/items', id: 'addItem', tag, scope: 'campaigns:write' },
    does: 'Write an item; the next edition that is drafted takes it',
    params: bySlug,
    body: z.strictObject({
      words: byLanguage(words),
      link: line(2000).optional(),
      picture: line(2000).optional().meta({ description: 'asset:ID of the media library, or an address' }),
      publishAfter: momentIn.optional(),
    }),
    answer: z.strictObject({ number: count }),
    refuses: [404],
    handle: async ({ ground, params, body, caller }) => {
      const found = await findNewsletter(ground, params.slug);
      return addItem(ground, { newsletter: found, user: caller.user }, body);
    },
  }),
  operation({
    ...{ method: 'delete', path: '/newsletters/{slug}/items/{number}', id: 'removeItem', tag },
    scope: 'campaigns:write',
    does: 'Remove an item that was not sent',
    params: z.strictObject({ slug, number }),
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      const found = await findNewsletter(ground, params.slug);
      await removeItem(ground, { newsletter: found, user: caller.user }, params.number);
      return undefined;
    },
  }),
  pausing('put', {
    id: 'pauseNewsletter',
    does: 'Let a newsletter rest: no edition is drafted and none leaves, also one that was approved',
  }),
  pausing('delete', {
    id: 'resumeNewsletter',
    does: 'Let a newsletter go on with the next edition that its schedule wishes for',
  }),
  ...editionOperations,
];
