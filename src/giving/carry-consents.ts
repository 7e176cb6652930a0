import { EMAIL_CHANNEL, PHONE_CHANNEL } from '../contacts/addresses.ts';
import { setConsent } from '../contacts/consent.ts';
import { samePerson } from '../contacts/duplicates.ts';
import { newId } from '../contacts/ids.ts';
import type { Connection } from '../db.ts';
import type { Agreement } from './orders.ts';

/** What each use of an address at a gift is to contacts: where we write, and about what. */
export const USES = {
  newsletter: { channel: EMAIL_CHANNEL, purpose: 'newsletter' },
  whatsapp: { channel: 'whatsapp', purpose: 'updates' },
} as const;
export type Use = keyof typeof USES;

/** A gift that came, as far as it says what its donor agreed to. */
export interface AgreedGift {
  order: string;
  donor: string;
  contact: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  language: string;
  consents: Agreement[];
  createdAt: Date;
}

export async function readAgreed(connection: Connection, donation: string): Promise<AgreedGift | null> {
  const { rows } = await connection.query<AgreedGift>(
    `SELECT o.id AS "order", d.id AS donor, d.contact_id AS contact, d.name, d.email, d.phone, o.language, o.consents,
            o.created_at AS "createdAt"
       FROM donation g JOIN payment p ON p.id = g.payment_id JOIN gift_order o ON o.id = p.order_id
       JOIN donor d ON d.id = g.donor_id WHERE g.id = $1`,
    [donation],
  );
  return rows[0] ?? null;
}

/** Uses that are contacts' affair, in the words they were agreed to, where there is an address for them. */
export const carried = ({ consents, email, phone }: Pick<AgreedGift, 'consents' | 'email' | 'phone'>) =>
  consents.filter(
    (one): one is Agreement & { use: Use } =>
      (one.use === 'newsletter' && email !== null) || (one.use === 'whatsapp' && phone !== null),
  );

/**
 * Finds the contact of a gift and links them: the one of that name at its mailbox, or at its number where it
 * names no mailbox, if that address was proven before.
 *
 * @returns the contact; null when nobody proved the address, which typing it into a form does not
 */
export async function linkContact(connection: Connection, gift: AgreedGift): Promise<string | null> {
  const { rows } = await connection.query<{ id: string; name: string; aliases: string[] }>(
    `SELECT c.id, c.name, ARRAY(SELECT m.name FROM merged_contact m WHERE m.into_id = c.id) AS aliases
       FROM contact c JOIN address a ON a.contact_id = c.id
      WHERE a.verified_at IS NOT NULL AND a.channel = $1 AND a.value = $2 ORDER BY c.id FOR UPDATE OF c`,
    gift.email ? [EMAIL_CHANNEL, gift.email] : [PHONE_CHANNEL, gift.phone],
  );
  const id = gift.contact ?? samePerson(rows, gift.name)?.id ?? null;
  if (id) await connection.query('UPDATE donor SET contact_id = $2 WHERE id = $1', [gift.donor, id]);
  return id;
}

/**
 * Carries to a contact what was agreed to with a gift, in the words that stood there. What the contact once
 * took back is not given anew by a form that anybody can fill in: only a click in a mail does that.
 *
 * @param proven whether whoever speaks holds the mailbox at this moment
 * @returns uses that were left for such a click
 */
export async function carryConsents(
  connection: Connection,
  { contact, gift, proven }: { contact: string; gift: AgreedGift; proven: boolean },
): Promise<Use[]> {
  const left: Use[] = [];
  for (const { use, words } of carried(gift)) {
    const { channel, purpose } = USES[use];
    if (!proven && (await wasWithdrawn(connection, { contact, channel, purpose }))) {
      left.push(use);
      continue;
    }
    if (use === 'whatsapp' && gift.phone) await keepPhone(connection, contact, gift.phone);
    const proof = {
      shown: words,
      language: gift.language,
      gift: gift.order,
      at: gift.createdAt.toISOString(),
    };
    const consent = { contactId: contact, channel, purpose, given: true, basis: 'form of a gift', proof };
    await setConsent(connection, consent);
  }
  return left;
}

async function wasWithdrawn(
  connection: Connection,
  { contact, channel, purpose }: { contact: string; channel: string; purpose: string },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `SELECT FROM consent WHERE contact_id = $1 AND channel = $2 AND purpose = $3 AND NOT given
     UNION ALL
     SELECT FROM address a JOIN suppression s ON s.channel = a.channel AND s.hash = a.hash
      WHERE a.contact_id = $1 AND a.channel = $2 AND (s.expires_at IS NULL OR s.expires_at > now())`,
    [contact, channel, purpose],
  );
  return (rowCount ?? 0) > 0;
}

/** Nothing proves the number, so it stays unverified. */
const keepPhone = (connection: Connection, contact: string, phone: string) =>
  connection.query(
    'INSERT INTO address (id, contact_id, channel, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [newId(), contact, PHONE_CHANNEL, phone],
  );

/** What holds now of what can be chosen on the donor's own page. */
export async function agreedNow(connection: Pick<Connection, 'query'>, donors: string[]) {
  const { rows } = await connection.query<{ channel: string; purpose: string }>(
    `SELECT DISTINCT channel, purpose FROM consent
      WHERE given AND contact_id IN (SELECT contact_id FROM donor WHERE id = ANY($1::uuid[]))`,
    [donors],
  );
  const holds = (use: Use) =>
    rows.some(({ channel, purpose }) => channel === USES[use].channel && purpose === USES[use].purpose);
  return { newsletter: holds('newsletter'), whatsapp: holds('whatsapp') };
}
