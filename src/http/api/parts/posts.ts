import { z } from 'zod';
import { networkNames } from '../../../../channels/social.ts';
import { addToCampaign } from '../../../campaigns/drafts.ts';
import { checkPost } from '../../../campaigns/posts/check.ts';
import { postLink, postVariant, shownMedia } from '../../../campaigns/posts/document.ts';
import { addPost, editPost, listPosts, openPost } from '../../../campaigns/posts/posts.ts';
import { problemWords } from '../../../campaigns/posts/words.ts';
import { listSocialAccounts } from '../../../deliveries/publications/accounts.ts';
import { listPublications } from '../../../deliveries/publications/list.ts';
import { publicationTransitions } from '../../../deliveries/publications/states.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, language, line, moment, paged, pageOf, sliced, text } from '../schemas.ts';
import { revised, schedule } from './message-shapes.ts';

const tag = 'Posts';
const network = z.enum(networkNames);
const target = z.strictObject({ account: id, language });
const targets = z.array(target).max(100);

/** By the networks that do not follow the post in everything. */
const variants = z.strictObject(
  Object.fromEntries(networkNames.map((name) => [name, postVariant.optional()])) as Record<
    (typeof networkNames)[number],
    z.ZodOptional<typeof postVariant>
  >,
);
const document = z.strictObject({
  text: text(20_000),
  media: z.array(shownMedia).max(20).optional(),
  link: postLink.optional(),
  firstComment: text(8000).optional(),
  title: text(300).optional(),
  variants: variants.optional(),
});
const contents = z
  .record(language, document)
  .refine((given) => Object.keys(given).length <= 20, 'at most 20 languages')
  .meta({ description: 'What it says, by language', example: { en: { text: 'Ramps for every school' } } });
const unknownPolicy = z.enum(['leave', 'again']).meta({
  description: 'What happens when nobody can tell whether it is published: a person decides, or once more',
});

const account = z.strictObject({
  ...{ id, network, name: z.string(), mode: z.enum(['program', 'hand']) },
  lostAt: moment.nullable().meta({ description: 'Since when the network refuses us' }),
  expiresAt: moment.nullable(),
  disabledAt: moment.nullable(),
  planned: count.meta({ description: 'Publications that wait for it' }),
});
const about = { id, campaignId: id, name: z.string(), revision: count, version: count };
const Post = z
  .strictObject({
    ...about,
    accounts: z.array(z.strictObject({ account: id, language: z.string() })),
    documents: z.record(z.string(), z.looseObject({ text: z.string() })),
  })
  .meta({ id: 'Post', description: 'Written once, published on many networks' });
const row = z.strictObject({
  ...about,
  languages: z.array(z.string()),
  accounts: z.array(z.strictObject({ account: id, language: z.string() })),
  approved: z.boolean(),
  schedule: schedule.nullable(),
  createdAt: moment,
});
const look = z.strictObject({
  account: z.strictObject({ id, name: z.string(), network }),
  language: z.string(),
  parts: z.array(
    z.strictObject({
      ...{ kind: z.enum(['post', 'comment']), text: z.string(), length: count, most: count },
      problems: z.array(z.strictObject({ hard: z.boolean(), words: z.string() })),
    }),
  ),
  cost: count.meta({ description: 'Paise' }),
  bearer: z.string().nullable(),
  refused: z.array(z.string()).meta({ description: 'What keeps it from being published there' }),
});
const states = Object.keys(publicationTransitions) as (keyof typeof publicationTransitions)[];
const publication = z.strictObject({
  ...{ id, run: z.string(), language: z.string(), part: count, kind: z.enum(['post', 'comment']) },
  account: z.strictObject({ id, name: z.string(), network }),
  state: z.enum(states as [(typeof states)[number], ...typeof states]),
  ...{ dueAt: moment, publishedAt: moment.nullable(), nextAt: moment.nullable(), attempts: count },
  url: z.string().nullable().meta({ description: 'Where people see it' }),
  trouble: z.string().nullable(),
  figures: z.record(z.string(), count.nullable()).nullable(),
});

export const postOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/network-accounts', id: 'listNetworkAccounts', tag, scope: 'campaigns:read' },
    does: 'List the accounts on networks, to which posts go',
    query: paged({}),
    answer: pageOf(account),
    handle: async ({ ground, query }) => {
      const all = await listSocialAccounts(ground);
      const rows = all.map(({ id: one, channel, name, mode, lostAt, expiresAt, disabledAt, planned }) => ({
        ...{ id: one, network: channel, name, mode, lostAt, expiresAt, disabledAt, planned },
      }));
      return sliced(rows, query, (one) => one.id);
    },
  }),
  operation({
    ...{ method: 'get', path: '/posts', id: 'listPosts', tag, scope: 'campaigns:read' },
    does: 'List the posts, newest first',
    query: paged({ campaign: id.optional() }),
    answer: pageOf(row),
    handle: async ({ ground, query }) =>
      sliced(await listPosts(ground.sql, query.campaign ?? null), query, (one) => one.id),
  }),
  operation({
    ...{ method: 'post', path: '/posts', id: 'createPost', tag, scope: 'campaigns:write' },
    does: 'Add a post to a campaign',
    says: 'A post is a message: it is scheduled, approved, unscheduled and its runs are followed as one, by its id.',
    body: z.strictObject({
      ...{ campaign: id, name: line(200), accounts: targets, contents },
      unknownPolicy: unknownPolicy.optional(),
    }),
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [404, 409],
    handle: async ({ ground, body, caller }) => {
      const { campaign, unknownPolicy: policy, ...plan } = body;
      const place = { campaignId: campaign, user: caller.user };
      return { id: await addPost(ground, place, { ...plan, ...(policy && { unknownPolicy: policy }) }) };
    },
  }),
  operation({
    ...{ method: 'get', path: '/posts/{id}', id: 'readPost', tag, scope: 'campaigns:read' },
    does: 'A post as it is written',
    says: 'Its approval, its dates and its runs stand with the message of the same id.',
    params: idParams,
    answer: Post,
    refuses: [404, 409],
    handle: ({ ground, params }) => openPost(ground, params.id),
  }),
  operation({
    ...{ method: 'patch', path: '/posts/{id}', id: 'editPost', tag, scope: 'campaigns:write' },
    does: 'Change a post',
    says: 'Withdraws its approval. A language that is mentioned is written anew, the others stay.',
    params: idParams,
    body: z.strictObject({
      ...{ name: line(200).optional(), accounts: targets.optional(), contents: contents.optional() },
      ...{ unknownPolicy: unknownPolicy.optional(), revision: count.optional() },
    }),
    answer: revised,
    refuses: [404, 409],
    handle: ({ ground, params, body, caller }) => {
      const { revision, ...given } = body;
      const edit = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const place = { messageId: params.id, user: caller.user };
      return editPost(ground, { ...place, ...(revision !== undefined && { revision }) }, edit);
    },
  }),
  operation({
    ...{ method: 'get', path: '/posts/{id}/looks', id: 'checkPost', tag, scope: 'campaigns:read' },
    does: 'What each account would show, what keeps it from it, and what it costs',
    params: idParams,
    answer: z.strictObject({ looks: z.array(look) }),
    refuses: [404, 409],
    handle: async ({ ground, params }) => {
      const checked = await checkPost(ground, params.id);
      return {
        looks: checked.map(({ account: { id: one, name, channel }, language: tongue, ...rest }) => ({
          ...{ account: { id: one, name, network: channel }, language: tongue },
          ...{ cost: rest.cost, bearer: rest.bearer, refused: rest.refused },
          parts: rest.parts.map(({ kind, content, length, most, problems }) => ({
            ...{ kind, text: content.text, length, most },
            problems: problems.map((one) => ({ hard: one.hard, words: String(problemWords(one)) })),
          })),
        })),
      };
    },
  }),
  operation({
    ...{ method: 'get', path: '/posts/{id}/publications', id: 'listPublications', tag },
    scope: 'campaigns:read',
    does: 'Where a post is published, or what became of it',
    params: idParams,
    query: paged({}),
    answer: pageOf(publication),
    refuses: [404, 409],
    handle: async ({ ground, params, query }) => {
      const { id: message } = await openPost(ground, params.id);
      const all = await listPublications(ground, { message, limit: 2000 });
      return sliced(all.map(publicationOf), query, (one) => one.id);
    },
  }),
  operation({
    ...{ method: 'post', path: '/phone-messages', id: 'createPhoneMessage', tag, scope: 'campaigns:write' },
    does: 'Add an SMS or a WhatsApp message to a campaign',
    says: 'Made from registered texts; `values` are what stands in their places, in order, by language.',
    body: z.strictObject({
      ...{ campaign: id, name: line(200), purpose: line(60), lists: z.array(line(100)).max(50) },
      channel: z.enum(['sms', 'whatsapp']),
      account: line(100).optional().meta({ description: 'By name; the one there is unless given' }),
      templates: z.array(line(100)).min(1).max(20),
      values: z
        .record(language, z.array(text(2000)).max(50))
        .refine((given) => Object.keys(given).length <= 20, 'at most 20 languages'),
    }),
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [404, 409],
    handle: async ({ ground, body, caller }) => {
      const { campaign, name, purpose, lists, channel, account: by = null, templates, values } = body;
      const phone = { channel, account: by, templates, values };
      const plan = { name, purpose, lists, from: '', contents: {}, phone };
      return { id: await addToCampaign(ground, { campaignId: campaign, user: caller.user }, plan) };
    },
  }),
];

function publicationOf(one: Awaited<ReturnType<typeof listPublications>>[number]) {
  const { account: at, receipt, trouble, figures, ...rest } = one;
  const { id: key, run, language: tongue, part, kind, state, dueAt, publishedAt, nextAt, attempts } = rest;
  return {
    ...{
      id: key,
      run: String(run),
      language: tongue,
      part,
      kind,
      state,
      dueAt,
      publishedAt,
      nextAt,
      attempts,
    },
    account: { id: at.id, name: at.name, network: at.channel },
    url: receipt?.url ?? null,
    trouble: trouble?.reason ?? null,
    figures: figures && { ...figures },
  };
}
