import { z } from 'zod';
import { readAddress } from '../../../contacts/addresses.ts';
import { household, likelyDuplicates, tellApart } from '../../../contacts/alike.ts';
import { changeConsent, readConsents } from '../../../contacts/consents.ts';
import { readContact } from '../../../contacts/contacts.ts';
import { publishList, unpublishList } from '../../../contacts/public-lists.ts';
import { mergeContacts } from '../../../deliveries/merge.ts';
import { type Operation, operation } from '../operation.ts';
import { address, id, idParams, line, MOST, moment } from '../schemas.ts';
import { basis, channel, contact, purpose } from './contacts.ts';

const tag = 'Consents, duplicates, public lists';
const record = z.strictObject({
  ...{ channel: z.string(), purpose: z.string(), given: z.boolean(), basis: z.string() },
  ...{ proof: z.record(z.string(), z.unknown()), at: moment },
});
const known = z.strictObject({ id, name: z.string(), addresses: z.array(z.string()) });
const list = z.strictObject({ list: line(100) });
const title = z.strictObject({ title: line(100), description: line(400) });
const roles = ['author' as const, 'administrator' as const];

export const peopleOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/contacts/{id}/consents', id: 'readConsents', tag, scope: 'contacts:read' },
    does: 'What a contact agreed to, since when, with proof and history',
    params: idParams,
    answer: z.strictObject({ contact: id, holds: z.array(record), history: z.array(record) }),
    refuses: [404],
    handle: ({ ground, params }) => readConsents(ground.sql, params.id),
  }),
  operation({
    ...{ method: 'put', path: '/contacts/{id}/consents/{channel}/{purpose}', id: 'setConsent', tag },
    ...{ scope: 'contacts:write', roles },
    does: 'Note that a contact gave or withdrew consent',
    says: 'The history is kept. A withdrawal counts from the next mail on.',
    params: z.strictObject({ id, channel, purpose }),
    body: z.strictObject({ given: z.boolean(), basis }),
    answer: contact,
    refuses: [404],
    handle: async ({ ground, params, body, actor }) => {
      const { id: contactId, ...rest } = params;
      await changeConsent(ground, { contactId, ...rest, ...body, actor });
      return readContact(ground, contactId);
    },
  }),
  operation({
    ...{ method: 'get', path: '/duplicates', id: 'listDuplicates', tag, scope: 'contacts:read' },
    does: 'Pairs of contacts that are likely one person, the surest first',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(MOST).default(50),
      newest: z.coerce.number().int().min(1).max(10_000).default(1000),
    }),
    answer: z.strictObject({
      items: z.array(z.strictObject({ one: known, other: known, reasons: z.array(z.string()) })),
    }),
    handle: async ({ ground, query }) => ({ items: await likelyDuplicates(ground, query) }),
  }),
  operation({
    ...{
      method: 'post',
      path: '/contacts/{id}/merge',
      id: 'mergeContacts',
      tag,
      scope: 'contacts:write',
      roles,
    },
    does: 'Make two contacts one, for good',
    says: 'What was withdrawn by either stays withdrawn. The id that goes still leads to the one that stays.',
    params: idParams,
    body: z.strictObject({ drop: id.meta({ description: 'Which goes into it' }) }),
    answer: z.strictObject({
      ...{ keep: id, drop: id },
      notCarried: z
        .array(z.strictObject({ channel: z.string(), purpose: z.string() }))
        .meta({ description: 'Consents by which nobody could be reached before' }),
    }),
    refuses: [404, 409],
    handle: ({ ground, params, body, actor }) =>
      mergeContacts(ground, { keep: params.id, drop: body.drop }, actor),
  }),
  operation({
    ...{ method: 'post', path: '/contacts/{id}/apart', id: 'tellApart', tag, scope: 'contacts:write', roles },
    does: 'Note that two contacts who look alike are two people',
    params: idParams,
    body: z.strictObject({ from: id }),
    refuses: [404],
    handle: async ({ ground, params, body, actor }) => {
      await tellApart(ground, [params.id, body.from], actor);
      return undefined;
    },
  }),
  operation({
    ...{ method: 'get', path: '/households/{address}', id: 'readHousehold', tag, scope: 'contacts:read' },
    does: 'Everybody who has an address, with what they agreed to',
    params: z.strictObject({ address }),
    answer: z.strictObject({
      items: z.array(known.extend({ given: z.array(z.string()), withdrawn: z.array(z.string()) })),
    }),
    handle: async ({ ground, params }) => ({
      items: await household(ground.sql, readAddress(params.address)),
    }),
  }),
  operation({
    ...{
      method: 'put',
      path: '/lists/{list}/publication',
      id: 'publishList',
      tag,
      scope: 'contacts:write',
      roles,
    },
    does: 'Let everybody join a list by the public form',
    params: list,
    body: z.strictObject({
      purpose: z
        .string()
        .regex(/^[a-z][a-z0-9_-]{0,49}$/)
        .meta({ example: 'newsletter' }),
      words: z.strictObject({ en: title, ml: title }),
    }),
    refuses: [404],
    handle: async ({ ground, params, body, actor }) => {
      await publishList(ground, params.list, { ...body, actor });
      return undefined;
    },
  }),
  operation({
    ...{ method: 'delete', path: '/lists/{list}/publication', id: 'unpublishList', tag },
    ...{ scope: 'contacts:write', roles },
    does: 'Take a list off the public form; who joined it stays on it',
    params: list,
    refuses: [404],
    handle: async ({ ground, params, actor }) => {
      await unpublishList(ground, params.list, actor);
      return undefined;
    },
  }),
];
