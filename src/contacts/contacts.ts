import { v7 } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type ChannelAddress, readAddress } from './addresses.ts';
import { setConsent } from './consent.ts';
import { forgetFields } from './fields.ts';
import { findList, joinList, leaveList } from './lists.ts';
import { requireContact } from './personal.ts';

/** Kinds of contacts, as the enum in the database has them. */
export const contactKinds = [
  ...(['individual', 'corporate', 'society', 'celebrity', 'foundation'] as const),
  ...(['local_body', 'department', 'endowment', 'agency'] as const),
] as const;
export type ContactKind = (typeof contactKinds)[number];

/** All that staff see of one contact. */
export interface Contact {
  id: string;
  name: string;
  language: string | null;
  kind: ContactKind;
  district: string | null;
  attributes: Record<string, unknown>;
  addresses: { channel: string; value: string; verifiedAt: Date | null; suppressed: boolean }[];
  consents: { channel: string; purpose: string; given: boolean; basis: string; at: Date }[];
  lists: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** What a person may say of a contact; what is absent stays as it is. */
export interface ContactFields {
  name?: string | undefined;
  language?: string | null | undefined;
  kind?: ContactKind | undefined;
  district?: string | null | undefined;
  /** Replaces all of them. */
  attributes?: Record<string, string> | undefined;
}

export interface NewContact extends ContactFields {
  name: string;
  /** E-mail addresses and phone numbers as people write them. */
  addresses: string[];
  /** Names of lists that are there. */
  lists: string[];
  consents: { channel: string; purpose: string; basis: string }[];
}

export interface ContactFilter {
  /** Name of a list. */
  list?: string | undefined;
  language?: string | undefined;
  kind?: ContactKind | undefined;
  district?: string | undefined;
  /** As people write it; a household may share one. */
  address?: string | undefined;
}

type Part = Pick<Ground, 'sql' | 'clock'>;

const CARD = `
  SELECT c.id, c.name, c.language, c.kind::text AS kind, c.district, c.attributes,
         coalesce((SELECT jsonb_agg(jsonb_build_object('channel', a.channel, 'value', a.value, 'verifiedAt', a.verified_at,
             'suppressed', EXISTS (SELECT FROM suppression s WHERE s.channel = a.channel AND s.hash = a.hash
                                     AND (s.expires_at IS NULL OR s.expires_at > now()))) ORDER BY a.channel, a.id)
           FROM address a WHERE a.contact_id = c.id), '[]') AS addresses,
         coalesce((SELECT jsonb_agg(jsonb_build_object('channel', k.channel, 'purpose', k.purpose, 'given', k.given,
             'basis', k.basis, 'at', k.at) ORDER BY k.channel, k.purpose)
           FROM consent k WHERE k.contact_id = c.id), '[]') AS consents,
         ARRAY(SELECT l.name FROM membership m JOIN list l ON l.id = m.list_id WHERE m.contact_id = c.id
                ORDER BY l.name) AS lists,
         c.created_at AS "createdAt", c.updated_at AS "updatedAt"
    FROM contact c`;

/** By its id, or that of one which was merged into it. @throws Refusal (404) when there is no such contact */
export async function readContact({ sql }: Pick<Ground, 'sql'>, id: string): Promise<Contact> {
  const kept = await requireContact(sql, id);
  const { rows } = await sql.query<Contact>(`${CARD} WHERE c.id = $1`, [kept]);
  return found(rows[0] && dated(rows[0]), unknown(id));
}

/** A page of contacts by id, that is by when they were added; `limit` of them at most. */
export async function listContacts(
  { sql }: Pick<Ground, 'sql'>,
  filter: ContactFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Contact[]> {
  const list = filter.list === undefined ? null : await findList(sql, filter.list);
  const address = filter.address === undefined ? null : readAddress(filter.address);
  const { rows } = await sql.query<Contact>(
    `${CARD}
      WHERE ($2::uuid IS NULL OR c.id > $2)
        AND ($3::uuid IS NULL OR c.id IN (SELECT contact_id FROM membership WHERE list_id = $3))
        AND ($4::text IS NULL OR c.language = $4) AND ($5::text IS NULL OR c.kind::text = $5)
        AND ($6::text IS NULL OR c.district = $6)
        AND ($7::text IS NULL OR c.id IN (SELECT contact_id FROM address WHERE channel = $7 AND value = $8))
      ORDER BY c.id LIMIT $1`,
    [
      ...[limit, after ?? null, list, filter.language ?? null, filter.kind ?? null, filter.district ?? null],
      ...[address?.channel ?? null, address?.value ?? null],
    ],
  );
  return rows.map(dated);
}

/**
 * Adds one contact with addresses, lists and the consents that somebody states, all or nothing. Others
 * may have the same address: a household shares one.
 * @throws Refusal for an address or list that will not do
 */
export async function createContact(ground: Part, wish: NewContact, actor: string): Promise<Contact> {
  const id = v7();
  const addresses = wish.addresses.map(readAddress);
  await transaction(ground.sql, async (connection) => {
    const at = ground.clock.now();
    await connection.query(
      `INSERT INTO contact (id, name, language, kind, district, attributes, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
      [
        ...[id, wish.name, wish.language ?? null, wish.kind ?? 'individual', wish.district ?? null],
        ...[JSON.stringify(wish.attributes ?? {}), at],
      ],
    );
    for (const address of addresses) await addAddress(connection, id, address);
    for (const name of wish.lists) await joinList(connection, await findList(connection, name), [id]);
    for (const consent of wish.consents) {
      await setConsent(connection, { ...consent, contactId: id, given: true, proof: { by: actor } });
    }
    const after = { lists: wish.lists, consents: wish.consents, fields: fieldsIn(wish) };
    await audit(connection, { ...about(id, actor), action: 'contact.created', after });
  });
  forgetFields(ground.sql);
  return readContact(ground, id);
}

/** Changes what is mentioned. @throws Refusal (404) when there is no such contact */
export async function changeContact(
  ground: Part,
  { id: wish, fields }: { id: string; fields: ContactFields },
  actor: string,
): Promise<Contact> {
  const names = fieldsIn(fields);
  if (names.length) {
    await changing(ground, wish, async (connection, id) => {
      const values = names.map((name) =>
        name === 'attributes' ? JSON.stringify(fields[name]) : fields[name],
      );
      const sets = names.map((name, i) => `${name} = $${i + 3}`).join(', ');
      await connection.query(`UPDATE contact SET updated_at = $2, ${sets} WHERE id = $1`, [
        ...[id, ground.clock.now()],
        ...values,
      ]);
      await audit(connection, { ...about(id, actor), action: 'contact.changed', after: { fields: names } });
    });
    forgetFields(ground.sql);
  }
  return readContact(ground, wish);
}

/** Adds an address, or takes it away. @throws Refusal when there is no such contact or address */
export async function changeAddress(
  ground: Part,
  { id: wish, address, keep }: { id: string; address: string; keep: boolean },
  actor: string,
): Promise<Contact> {
  const read = readAddress(address);
  await changing(ground, wish, async (connection, id) => {
    if (keep) await addAddress(connection, id, read);
    else await removeAddress(connection, id, read);
    const action = keep ? 'contact.address-added' : 'contact.address-removed';
    await audit(connection, { ...about(id, actor), action, after: { channel: read.channel } });
  });
  return readContact(ground, wish);
}

/** Puts a contact on a list, or takes it off. @throws Refusal (404) for a contact or list that is not there */
export async function changeMembership(
  ground: Part,
  { id: wish, list, member }: { id: string; list: string; member: boolean },
  actor: string,
): Promise<Contact> {
  await changing(ground, wish, async (connection, id) => {
    const listId = await findList(connection, list);
    const changed = await (member ? joinList : leaveList)(connection, listId, [id]);
    if (!changed) return;
    const action = member ? 'contact.joined' : 'contact.left';
    await audit(connection, { ...about(id, actor), action, after: { list } });
  });
  return readContact(ground, wish);
}

/** In one transaction, with the id under which the contact is kept. */
function changing(
  { sql }: Part,
  wish: string,
  work: (connection: Connection, id: string) => Promise<void>,
): Promise<void> {
  return transaction(sql, async (connection) => {
    const id = await requireContact(connection, wish);
    await connection.query('SELECT FROM contact WHERE id = $1 FOR UPDATE', [id]);
    await work(connection, id);
  });
}

const addAddress = (connection: Connection, contactId: string, { channel, value }: ChannelAddress) =>
  connection.query(
    `INSERT INTO address (id, contact_id, channel, value) VALUES ($1, $2, $3, $4)
     ON CONFLICT (contact_id, channel, value) DO NOTHING`,
    [v7(), contactId, channel, value],
  );

async function removeAddress(
  connection: Connection,
  contactId: string,
  address: ChannelAddress,
): Promise<void> {
  const { rowCount } = await connection.query(
    'DELETE FROM address WHERE contact_id = $1 AND channel = $2 AND value = $3',
    [contactId, address.channel, address.value],
  );
  if (!rowCount) throw new Refusal(say`The contact ${contactId} does not have this address.`, 404);
}

const FIELDS = ['name', 'language', 'kind', 'district', 'attributes'] as const;
const fieldsIn = (fields: ContactFields) => FIELDS.filter((field) => fields[field] !== undefined);
const about = (id: string, actor: string) => ({ actor, subjectType: 'contact', subjectId: id });
const unknown = (id: string) => say`There is no contact ${id}. It may have been erased.`;

/** Moments inside of JSON come as text. */
const dated = (row: Contact): Contact => ({
  ...row,
  addresses: row.addresses.map((one) => ({ ...one, verifiedAt: one.verifiedAt && new Date(one.verifiedAt) })),
  consents: row.consents.map((one) => ({ ...one, at: new Date(one.at) })),
});
