import { z } from 'zod';
import { erasePerson, exportPerson } from '../../../campaigns/persons.ts';
import {
  changeAddress,
  changeContact,
  changeMembership,
  contactKinds,
  createContact,
  listContacts,
  readContact,
} from '../../../contacts/contacts.ts';
import { searchContacts } from '../../../contacts/search.ts';
import { type Operation, operation } from '../operation.ts';
import {
  address,
  id,
  idParams,
  language,
  line,
  MOST,
  moment,
  paged,
  pageOf,
  readCursor,
  toPage,
} from '../schemas.ts';

const tag = 'Contacts';
export const channel = z.enum(['email', 'sms', 'whatsapp']);
export const purpose = line(60).meta({ description: 'What they agreed to hear about', example: 'appeals' });
export const basis = line(300).min(3).meta({
  description: 'Why we may write to them',
  example: 'paper form, Onam fair 2026',
});
const kind = z.enum(contactKinds);
const attributes = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/), z.string().max(1000));

const fields = {
  language: language.nullable().optional(),
  kind: kind.optional(),
  district: line(100).nullable().optional(),
  attributes: attributes.optional().meta({ example: { ward_no: '12' } }),
};

export const contact = z
  .strictObject({
    id,
    name: z.string(),
    language: z.string().nullable(),
    kind,
    district: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()),
    addresses: z.array(
      z.strictObject({
        channel: z.string(),
        value: z.string(),
        verifiedAt: moment.nullable(),
        suppressed: z.boolean(),
      }),
    ),
    consents: z.array(
      z.strictObject({
        ...{ channel: z.string(), purpose: z.string(), given: z.boolean(), basis: z.string(), at: moment },
      }),
    ),
    lists: z.array(z.string()),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'Contact', description: 'A person or organisation we may write to' });

const found = z.strictObject({
  id,
  name: z.string(),
  language: z.string().nullable(),
  district: z.string().nullable(),
  addresses: z.array(z.string()),
});

export const contactOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/contacts', id: 'listContacts', tag, scope: 'contacts:read' },
    does: 'List contacts',
    says: 'In the order in which they were added.',
    query: paged({
      list: line(100).optional().meta({ description: 'Name of a list' }),
      language: language.optional(),
      kind: kind.optional(),
      district: line(100).optional(),
      address: address.optional(),
    }),
    answer: pageOf(contact),
    refuses: [404],
    handle: async ({ ground, query: { limit, cursor, ...filter } }) => {
      const after = readCursor(z.guid(), cursor);
      return toPage(await listContacts(ground, filter, { after, limit: limit + 1 }), limit, (row) => row.id);
    },
  }),
  operation({
    ...{ method: 'post', path: '/contacts', id: 'createContact', tag, scope: 'contacts:write' },
    does: 'Add a contact',
    says: 'Lists must be there. Without a consent nobody is written to.',
    body: z.strictObject({
      name: line(200).meta({ example: 'Anitha Nair' }),
      ...fields,
      addresses: z.array(address).max(10).default([]),
      lists: z.array(line(100)).max(20).default([]),
      consents: z.array(z.strictObject({ channel, purpose, basis })).max(20).default([]),
    }),
    status: 201,
    answer: contact,
    refuses: [404],
    handle: ({ ground, body, actor }) => createContact(ground, body, actor),
  }),
  operation({
    ...{ method: 'get', path: '/contact-search', id: 'searchContacts', tag, scope: 'contacts:read' },
    does: 'Find contacts by name or address',
    says: 'Typing errors are forgiven; both encodings of a Malayalam chillu find each other.',
    query: z.strictObject({ q: line(200), limit: z.coerce.number().int().min(1).max(MOST).default(20) }),
    answer: z.strictObject({ items: z.array(found) }),
    handle: async ({ ground, query }) => ({ items: await searchContacts(ground, query.q, query.limit) }),
  }),
  operation({
    ...{ method: 'get', path: '/contacts/{id}', id: 'readContact', tag, scope: 'contacts:read' },
    does: 'Read a contact',
    params: idParams,
    answer: contact,
    refuses: [404],
    handle: ({ ground, params }) => readContact(ground, params.id),
  }),
  operation({
    ...{ method: 'patch', path: '/contacts/{id}', id: 'changeContact', tag, scope: 'contacts:write' },
    does: 'Change a contact',
    says: 'What is not mentioned stays; `attributes` replaces all of them.',
    params: idParams,
    body: z.strictObject({ name: line(200).optional(), ...fields }),
    answer: contact,
    refuses: [404],
    handle: ({ ground, params, body, actor }) =>
      changeContact(ground, { id: params.id, fields: body }, actor),
  }),
  operation({
    ...{ method: 'delete', path: '/contacts/{id}', id: 'eraseContact', tag, scope: 'contacts:write' },
    does: 'Erase a contact for good',
    says: 'With addresses, memberships and consents. Suppressions stay, without the address.',
    params: idParams,
    refuses: [404],
    handle: async ({ ground, params, actor }) => {
      await erasePerson(ground, params.id, actor);
      return undefined;
    },
  }),
  operation({
    ...{ method: 'get', path: '/contacts/{id}/export', id: 'exportContact', tag, scope: 'contacts:read' },
    does: 'All that is kept about one person',
    params: idParams,
    answer: z.looseObject({}).meta({ description: 'One part for each thing that is kept' }),
    refuses: [404],
    handle: ({ ground, params }) => exportPerson(ground, params.id),
  }),
  operation({
    ...{ method: 'post', path: '/contacts/{id}/addresses', id: 'addAddress', tag, scope: 'contacts:write' },
    does: 'Add an address to a contact',
    params: idParams,
    body: z.strictObject({ address }),
    answer: contact,
    refuses: [404],
    handle: ({ ground, params, body, actor }) =>
      changeAddress(ground, { id: params.id, address: body.address, keep: true }, actor),
  }),
  operation({
    ...{ method: 'delete', path: '/contacts/{id}/addresses/{address}', id: 'removeAddress', tag },
    scope: 'contacts:write',
    does: 'Take an address from a contact',
    params: z.strictObject({ id, address }),
    answer: contact,
    refuses: [404],
    handle: ({ ground, params, actor }) => changeAddress(ground, { ...params, keep: false }, actor),
  }),
  operation({
    ...{ method: 'put', path: '/contacts/{id}/lists/{list}', id: 'joinList', tag, scope: 'contacts:write' },
    does: 'Put a contact on a list',
    params: z.strictObject({ id, list: line(100) }),
    answer: contact,
    refuses: [404],
    handle: ({ ground, params, actor }) => changeMembership(ground, { ...params, member: true }, actor),
  }),
  operation({
    ...{
      method: 'delete',
      path: '/contacts/{id}/lists/{list}',
      id: 'leaveList',
      tag,
      scope: 'contacts:write',
    },
    does: 'Take a contact off a list',
    params: z.strictObject({ id, list: line(100) }),
    answer: contact,
    refuses: [404],
    handle: ({ ground, params, actor }) => changeMembership(ground, { ...params, member: false }, actor),
  }),
];
