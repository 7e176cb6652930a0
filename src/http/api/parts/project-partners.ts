import { z } from 'zod';
import { readDesk } from '../../../pages/desk.ts';
import { endOffer, listOffers, makeOffer, NewOffer } from '../../../pages/offers.ts';
import { addSponsor, endSponsor, listSponsors, NewSponsor } from '../../../pages/sponsors.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, moment, paged, pageOf, sliced } from '../schemas.ts';

const tag = 'Projects';
const paise = z.string().meta({ description: 'Whole paise, as text', example: '15000000' });
const both = z.strictObject({ en: z.string(), ml: z.string() });
const sponsor = z
  .strictObject({
    ...{ id, name: both, whole: z.boolean(), amount: paise.nullable(), asset: id.nullable() },
    url: z.string().nullable(),
  })
  .meta({ id: 'ProjectSponsor' });
const offer = z
  .strictObject({
    ...{ id, sponsor: both, percent: count, amount: paise, taken: paise, held: paise },
    ...{ opensAt: moment, closesAt: moment.nullable(), endedAt: moment.nullable() },
  })
  .meta({ id: 'MatchingOffer', description: 'A sponsor’s promise to add to each gift' });
const byOne = z.strictObject({ id, one: id });

export const partnerOperations: Operation[] = [
  operation({
    ...{
      method: 'get',
      path: '/projects/{id}/sponsors',
      id: 'listProjectSponsors',
      tag,
      scope: 'projects:read',
    },
    does: 'List who carries a project',
    params: idParams,
    query: paged({}),
    answer: pageOf(sponsor),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const { project } = await readDesk(ground, params.id);
      const all = await listSponsors(ground, project.id);
      const shown = all.map((one) => ({ ...one, amount: one.amount === null ? null : String(one.amount) }));
      return sliced(shown, query, (one) => one.id);
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/sponsors',
      id: 'addProjectSponsor',
      tag,
      scope: 'projects:approve',
    },
    does: 'Name who carries a project; its page shows them at once',
    params: idParams,
    body: NewSponsor,
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, caller }) => ({
      id: await addSponsor(ground, { projectId: params.id, sponsor: body }, caller.user),
    }),
  }),
  operation({
    ...{ method: 'delete', path: '/projects/{id}/sponsors/{one}', id: 'endProjectSponsor', tag },
    scope: 'projects:approve',
    does: 'Take a sponsor off a project’s page',
    params: byOne,
    refuses: [404],
    handle: async ({ ground, params, caller }) => {
      await endSponsor(ground, { projectId: params.id, id: params.one }, caller.user);
      return undefined;
    },
  }),
  operation({
    ...{
      method: 'get',
      path: '/projects/{id}/offers',
      id: 'listMatchingOffers',
      tag,
      scope: 'projects:read',
    },
    does: 'List the promises to match gifts to a project',
    params: idParams,
    query: paged({}),
    answer: pageOf(offer),
    refuses: [404],
    handle: async ({ ground, params, query }) => {
      const { project } = await readDesk(ground, params.id);
      const shown = (await listOffers(ground, project.id)).map(({ amount, taken, held, ...one }) => ({
        ...one,
        ...{ amount: String(amount), taken: String(taken), held: String(held) },
      }));
      return sliced(shown, query, (one) => one.id);
    },
  }),
  operation({
    ...{
      method: 'post',
      path: '/projects/{id}/offers',
      id: 'makeMatchingOffer',
      tag,
      scope: 'projects:approve',
    },
    does: 'Record a sponsor’s promise to add to each gift',
    params: idParams,
    body: NewOffer,
    status: 201,
    answer: z.strictObject({ id }),
    refuses: [404, 409],
    handle: async ({ ground, params, body, caller }) => ({
      id: await makeOffer(ground, { projectId: params.id, offer: body }, caller.user),
    }),
  }),
  operation({
    ...{ method: 'delete', path: '/projects/{id}/offers/{one}', id: 'endMatchingOffer', tag },
    scope: 'projects:approve',
    does: 'End a promise to match; what gifts hold of it stays',
    params: byOne,
    refuses: [404],
    handle: async ({ ground, params, caller }) => {
      await endOffer(ground, { projectId: params.id, id: params.one }, caller.user);
      return undefined;
    },
  }),
];
