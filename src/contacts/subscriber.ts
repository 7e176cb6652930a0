import { audit } from '../access/audit.ts';
import type { Connection } from '../db.ts';
import { EMAIL_CHANNEL, PHONE_CHANNEL } from './addresses.ts';
import { setConsent } from './consent.ts';
import { samePerson } from './duplicates.ts';
import { newId } from './ids.ts';
import { joinList } from './lists.ts';
import type { Wish } from './subscribe.ts';

/** free: nothing in the way; left: suppressed by an unsubscribe, which a confirmation lifts; closed: dead, or has complained. */
export type Standing = 'free' | 'left' | 'closed';

const BASIS = 'subscribe form, confirmed by mail';

/**
 * Enters who confirmed: the contact of that name at that mailbox, one there without a name, or a new one
 * (docs/decisions/2026-11-21-duplicate-contacts.md). Takes its turn with imports.
 * @returns the contact's id
 */
export async function enterSubscriber(sql: Connection, wish: Wish, now: Date): Promise<string> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('contacts.import', 0))");
  const known = await peopleAt(sql, wish.email);
  const contactId = samePerson(known, wish.name)?.id ?? newId();
  await writeContact(sql, { ...wish, contactId, now });
  await writeAddresses(sql, { ...wish, contactId, now });
  await giveConsents(sql, { ...wish, contactId, now });
  for (const listId of await lists(sql, wish.lists)) await joinList(sql, listId, [contactId]);
  await sql.query(
    `DELETE FROM suppression WHERE channel = $1 AND hash = address_hash($1, $2) AND reason ~* '^unsubscri'`,
    [EMAIL_CHANNEL, wish.email],
  );
  await audit(sql, {
    ...{ actor: 'the person', action: 'contact.subscribed', subjectType: 'contact', subjectId: contactId },
    ...{ after: { purposes: Object.keys(wish.shown), lists: wish.lists }, origin: wish.proof.page },
  });
  return contactId;
}

type Entry = Wish & { contactId: string; now: Date };

interface Housemate {
  id: string;
  name: string;
  aliases: string[];
}

async function peopleAt(sql: Connection, email: string): Promise<Housemate[]> {
  const { rows } = await sql.query<Housemate>(
    `SELECT c.id, c.name, ARRAY(SELECT m.name FROM merged_contact m WHERE m.into_id = c.id) AS aliases FROM contact c JOIN address a ON a.contact_id = c.id
      WHERE a.channel = $1 AND a.value = $2 ORDER BY c.id FOR UPDATE OF c`,
    [EMAIL_CHANNEL, email],
  );
  return rows;
}

/** A pause ends, because they ask for mails; a name that stands stays as staff wrote it. */
async function writeContact(sql: Connection, { contactId, name, language, now }: Entry): Promise<void> {
  await sql.query(
    `INSERT INTO contact AS c (id, name, language, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (id) DO UPDATE SET name = coalesce(nullif(c.name, ''), excluded.name),
       language = excluded.language, paused_until = NULL, updated_at = excluded.updated_at`,
    [contactId, name, language, now],
  );
}

/** The click proves the mailbox. Nothing proves the phone, so it stays unverified. */
async function writeAddresses(sql: Connection, { contactId, email, phone, now }: Entry): Promise<void> {
  await sql.query(
    `INSERT INTO address AS a (id, contact_id, channel, value, verified_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (contact_id, channel, value) DO UPDATE SET verified_at = coalesce(a.verified_at, excluded.verified_at)`,
    [newId(), contactId, EMAIL_CHANNEL, email, now],
  );
  if (!phone) return;
  await sql.query(
    'INSERT INTO address (id, contact_id, channel, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [newId(), contactId, PHONE_CHANNEL, phone],
  );
}

/** What holds already keeps its first basis; that it was said again stands in the history all the same. */
async function giveConsents(sql: Connection, { contactId, shown, notice, proof, language, now }: Entry) {
  for (const [purpose, words] of Object.entries(shown)) {
    const said = { ...proof, shown: `${words}\n${notice}`, language, confirmedAt: now.toISOString() };
    const consent = { contactId, channel: EMAIL_CHANNEL, purpose, given: true, basis: BASIS, proof: said };
    if (await setConsent(sql, consent)) continue;
    await sql.query(
      `INSERT INTO consent_event (contact_id, channel, purpose, given, basis, proof, at)
       VALUES ($1, $2, $3, true, $4, $5, now())`,
      [contactId, EMAIL_CHANNEL, purpose, BASIS, JSON.stringify(said)],
    );
  }
}

/** Lists that are still public; one may have been taken off since the form was shown. */
async function lists(sql: Connection, wished: string[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM list WHERE public AND id = ANY($1::uuid[]) ORDER BY id',
    [wished],
  );
  return rows.map(({ id }) => id);
}
