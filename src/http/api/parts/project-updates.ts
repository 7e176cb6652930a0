import { z } from 'zod';
import { readDesk } from '../../../pages/desk.ts';
import { listUpdates, publishUpdate, UpdateContent, writeUpdate } from '../../../pages/updates.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, moment, paged, pageOf, sliced } from '../schemas.ts';

const tag = 'Projects';
const update = z
  .strictObject({
    ...{ id, projectId: id, content: UpdateContent, madeBy: z.string(), madeAt: moment },
    ...{ publishedAt: moment.nullable(), mailedAt: moment.nullable(), mailed: count },
  })
  .meta({ id: 'ProjectUpdate', description: 'News of a project; a report ends it' });

export const updateOperations: Operation[] = [
  operation({
    ...{
      method: 'get',
      path: '/projects/{id}/updates',
      id: 'listProjectUpdates',
      tag,
      scope: 'projects:read',
    },
    does: 'List the news of a project',
    params: idParams,
    query: paged({}),
    answer: pageOf(update),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const { project } = await readDesk(ground, params.id);
      return sliced(await listUpdates(ground, project.id), query, (one) => one.id);
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/updates',
      id: 'writeProjectUpdate',
      tag,
      scope: 'projects:write',
    },
    does: 'Write news of a project, or its report; nobody sees it before somebody else publishes it',
    params: idParams,
    body: UpdateContent,
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, caller }) => ({
      id: await writeUpdate(ground, { projectId: params.id, content: body }, caller.user),
    }),
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/updates/{update}/publication',
      id: 'publishProjectUpdate',
      tag,
    },
    scope: 'projects:approve',
    does: 'Show news to the public and mail them to the followers',
    params: z.strictObject({ id, update: id }),
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      await publishUpdate(ground, { projectId: params.id, id: params.update }, caller.user);
      return undefined;
    },
  }),
];
