import { z } from 'zod';
import { moveFamily } from '../../../campaigns/occasions/helpline.ts';
import { districts } from '../../../pages/districts.ts';
import { OccasionContent, OccasionKindName, visibilities } from '../../../pages/occasions/content.ts';
import { LOOKERS } from '../../../pages/occasions/decide.ts';
import { listOccasions, type OccasionRow, readOccasionDesk } from '../../../pages/occasions/desk.ts';
import { occasionStates } from '../../../pages/occasions/states.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, moment, paged, pageOf, readCursor, toPage } from '../schemas.ts';
import { paise } from './projects.ts';

const tag = 'Occasions';

const occasion = z
  .strictObject({
    ...{ id, number: z.string(), code: z.string(), kind: z.string(), state: z.enum(occasionStates) },
    ...{ names: z.array(z.string()), day: z.string().nullable(), district: z.string().nullable() },
    ...{ visibility: z.enum(visibilities), child: z.boolean(), signs: z.array(z.string()) },
    ...{ askedAt: moment.nullable(), madeAt: moment, given: paise, gifts: count, reports: count },
  })
  .meta({
    id: 'Occasion',
    description: 'A page that a family made for a day of theirs; `given` is what remains of its gifts',
  });

const shown = ({ unseen: _, given, signs, ...row }: OccasionRow) => ({
  ...row,
  ...{ given: String(given), signs: signs.map(({ name }) => name) },
});

/** How a family is reached is read by people only, so it is in no answer. */
export const occasionOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/occasions', id: 'listOccasions', tag, scope: 'projects:read' },
    does: 'List pages of families, the newest first; those not finished only when asked for by their state',
    query: paged({
      state: z.enum(occasionStates).optional(),
      kind: OccasionKindName.optional(),
      district: z.enum(districts).optional(),
    }),
    answer: pageOf(occasion),
    handle: async ({ ground, query: { limit, cursor, ...filter } }) => {
      const after = readCursor(z.guid(), cursor);
      const rows = await listOccasions(ground, { ...filter, after, limit: limit + 1 });
      return toPage(rows.map(shown), limit, (row) => row.id);
    },
  }),
  operation({
    ...{ method: 'get', path: '/occasions/{id}', id: 'readOccasion', tag, scope: 'projects:read' },
    does: 'A page of a family: what it says, what guests see, what the books say was given',
    params: idParams,
    answer: z.strictObject({
      ...{ occasion, content: OccasionContent, shown: OccasionContent.nullable() },
      ...{ raised: paise, gifts: count },
    }),
    refuses: [404],
    handle: async ({ ground, params }) => {
      const { page, content, shown: guests, figures } = await readOccasionDesk(ground, params.id);
      const { edition: _, shownEdition, lookedAt, adult, parent, project, touch, ...row } = page;
      return {
        ...{ occasion: shown(row), content, shown: guests, gifts: figures.gifts },
        raised: String(figures.raised),
      };
    },
  }),
  operation({
    ...{ method: 'post', path: '/occasions/{id}/contact', id: 'changeOccasionContact', tag },
    ...{ scope: 'projects:write', roles: [...LOOKERS] },
    does: 'Give a family that lost its telephone or mailbox another, and send the link there',
    says: 'For the helpline’s own desk, once it asked for the names and the day of the page. Older links end; the new one asks for a code and the day.',
    params: idParams,
    body: z.strictObject({
      contact: z
        .string()
        .trim()
        .min(1)
        .max(254)
        .meta({
          ...{ description: 'A mobile number or an e-mail address', example: '+919847012345' },
        }),
      second: z.boolean().default(false).meta({
        description: 'Of the second who answers for the page, not of whoever made it',
      }),
    }),
    answer: z.strictObject({ keeper: id, channel: z.enum(['sms', 'email']) }),
    refuses: [404],
    handle: async ({ ground, params, body: { contact, second }, caller }) => {
      const move = { occasionId: params.id, of: { second }, contact };
      const keeper = await moveFamily(ground, move, caller.user);
      return { keeper: keeper.id, channel: keeper.channel };
    },
  }),
];
