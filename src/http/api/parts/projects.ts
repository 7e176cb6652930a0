import { z } from 'zod';
import { Content, themes } from '../../../pages/content.ts';
import { readDesk } from '../../../pages/desk.ts';
import { districts } from '../../../pages/districts.ts';
import { closeProject } from '../../../pages/ends.ts';
import { listProjects, type ProjectRow } from '../../../pages/list.ts';
import { makeProject, saveProject } from '../../../pages/projects.ts';
import { askReview, decideReview, publishApproved } from '../../../pages/reviews.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, line, moment, paged, pageOf, readCursor, text, toPage } from '../schemas.ts';
import { partnerOperations } from './project-partners.ts';
import { updateOperations } from './project-updates.ts';

const tag = 'Projects';
export const paise = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'Whole paise, as text', example: '15000000' });
const states = ['draft', 'review', 'live', 'reached', 'closed', 'reported'] as const;
const project = z
  .strictObject({
    ...{
      id,
      slug: z.string(),
      state: z.enum(states),
      theme: z.enum(themes),
      district: z.string().nullable(),
    },
    ...{
      titles: z.strictObject({ en: z.string(), ml: z.string() }),
      version: count,
      published: count.nullable(),
    },
    ...{ goal: paise.nullable(), raised: paise, gifts: count, capped: z.boolean(), waits: z.boolean() },
    ...{ closesAt: moment.nullable(), createdAt: moment, publishedAt: moment.nullable() },
  })
  .meta({ id: 'Project', description: 'A page that asks for one thing; `raised` is the journal’s' });

const shown = ({ amount, raised, ...row }: ProjectRow) => ({
  ...row,
  ...{ goal: amount === null ? null : String(amount), raised: String(raised) },
});

const review = z.strictObject({
  ...{ version: count, askedBy: z.string(), askedAt: moment, decidedBy: z.string().nullable() },
  ...{ decidedAt: moment.nullable(), approved: z.boolean().nullable(), words: z.string().nullable() },
});

export const projectOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/projects', id: 'listProjects', tag, scope: 'projects:read' },
    does: 'List the projects with how far they are, the newest first',
    query: paged({ state: z.enum(states).optional(), theme: z.enum(themes).optional() }),
    answer: pageOf(project),
    handle: async ({ ground, query: { limit, cursor, state, theme } }) => {
      const before = readCursor(z.guid(), cursor);
      const rows = await listProjects(ground, { state, theme, before, limit: limit + 1 });
      return toPage(rows.map(shown), limit, (row) => row.id);
    },
  }),
  operation({
    ...{ method: 'get', path: '/projects/{id}', id: 'readProject', tag, scope: 'projects:read' },
    does: 'A project: what its newest version says, how far it is, who decided what',
    params: idParams,
    answer: z.strictObject({
      ...{ project, content: Content, editedBy: z.string(), editedAt: moment, reviews: z.array(review) },
      ...{ approved: count.nullable(), followers: count },
    }),
    refuses: [404],
    handle: async ({ ground, params }) => {
      const desk = await readDesk(ground, params.id);
      return { ...desk, project: shown(desk.project) };
    },
  }),
  operation({
    ...{ method: 'post', path: '/projects', id: 'makeProject', tag, scope: 'projects:write' },
    roles: ['author', 'administrator'],
    does: 'Make a project as a draft',
    body: z.strictObject({
      slug: z
        .string()
        .max(60)
        .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
        .meta({ example: 'wheels-for-school' }),
      ...{ theme: z.enum(themes), district: z.enum(districts).nullable(), content: Content },
    }),
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [409],
    handle: async ({ ground, body, actor }) => ({ id: await makeProject(ground, body, actor) }),
  }),
  operation({
    ...{ method: 'put', path: '/projects/{id}/content', id: 'saveProject', tag, scope: 'projects:write' },
    roles: ['author', 'administrator'],
    does: 'Save what a project says as a new version; the public sees it once it is approved and published',
    params: idParams,
    body: z.strictObject({
      expected: count.meta({ description: 'The version it was made from' }),
      content: Content,
    }),
    answer: z.strictObject({ version: count }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, actor }) => ({
      version: await saveProject(ground, { id: params.id, ...body }, actor),
    }),
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/review',
      id: 'askProjectReview',
      tag,
      scope: 'projects:write',
    },
    does: 'Ask somebody else to look the newest version over',
    params: idParams,
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      await askReview(ground, params.id, caller.user);
      return undefined;
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/decision',
      id: 'decideProject',
      tag,
      scope: 'projects:approve',
    },
    does: 'Approve the version that is asked about, or give it back with words',
    params: idParams,
    body: z.strictObject({ approved: z.boolean(), words: text(2000).default(''), version: count.optional() }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, caller }) => {
      await decideReview(ground, { id: params.id, ...body }, caller.user);
      return undefined;
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/publication',
      id: 'publishProject',
      tag,
      scope: 'projects:approve',
    },
    does: 'Publish the version that was approved last',
    params: idParams,
    answer: z.strictObject({ version: count }),
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => ({
      version: await publishApproved(ground, params.id, caller.user),
    }),
  }),
  operation({
    ...{ method: 'post', path: '/projects/{id}/close', id: 'closeProject', tag, scope: 'projects:approve' },
    does: 'End a project, saying what happens now',
    params: idParams,
    body: z.strictObject({
      en: z.strictObject({ title: line(160), text: text(8000).min(1) }),
      ml: z.strictObject({ title: line(160), text: text(8000).min(1) }),
    }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, caller }) => {
      await closeProject(ground, { id: params.id, words: body }, caller.user);
      return undefined;
    },
  }),
  ...updateOperations,
  ...partnerOperations,
];
