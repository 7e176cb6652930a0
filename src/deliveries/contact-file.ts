import { type Housemate, housemates } from '../contacts/alike.ts';
import { type ConsentRecord, readConsents } from '../contacts/consents.ts';
import { type Contact, readContact } from '../contacts/contacts.ts';
import { type Frequency, readPreferences } from '../contacts/preferences.ts';
import { type SuppressedAddress, suppressionsOf } from '../contacts/suppression.ts';
import type { Ground } from '../ground.ts';
import { type SentMessage, sentTo } from './sent-to.ts';

/** All that staff see of one person on one page. */
export interface ContactFile {
  contact: Contact;
  consents: { holds: ConsentRecord[]; history: ConsentRecord[] };
  household: Housemate[];
  suppressions: SuppressedAddress[];
  frequency: Frequency | null;
  pausedUntil: Date | null;
  sent: SentMessage[];
}

/**
 * Reads a contact with everything around it.
 * @param sent which part of what was sent, as `sentTo` takes it
 * @throws Refusal (404) when there is no such contact
 */
export async function contactFile(
  ground: Pick<Ground, 'sql'>,
  wish: string,
  sent: { before?: string | undefined; limit: number },
): Promise<ContactFile> {
  const contact = await readContact(ground, wish);
  const { sql } = ground;
  const [consents, household, suppressions, chosen, messages] = await Promise.all([
    readConsents(sql, contact.id),
    housemates(sql, contact.id),
    suppressionsOf(sql, contact.id),
    readPreferences(sql, contact.id),
    sentTo(sql, contact.id, sent),
  ]);
  const { frequency = null, pausedUntil = null } = chosen ?? {};
  return { contact, consents, household, suppressions, frequency, pausedUntil, sent: messages };
}
