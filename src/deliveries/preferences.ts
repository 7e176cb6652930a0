import { requireContact } from '../contacts/personal.ts';
import {
  type Choice,
  choose,
  type Frequency,
  leaveAll,
  type Preferences,
  readPreferences,
  setPace,
} from '../contacts/preferences.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { TRANSACTIONAL } from './pressure.ts';
import { skipPlanned } from './skip.ts';
import type { Recipient } from './unsubscribe.ts';

/** What the holder of a mail's token chose before; null when the person was erased. */
export const preferencesOf = async (
  { sql }: Pick<Ground, 'sql'>,
  { contactId }: Recipient,
): Promise<Preferences | null> => (contactId ? readPreferences(sql, contactId) : null);

/**
 * Does what the holder of a mail's token chose, at once: a pause also takes back what runs have planned
 * for them. @returns what holds now, or null when the person was erased
 */
export async function savePreferences(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  recipient: Recipient,
  choice: Choice,
): Promise<Preferences | null> {
  const { contactId, run, seq } = recipient;
  if (!contactId) return null;
  return transaction(sql, async (connection) => {
    await choose(connection, { contactId, proof: { run: String(run), seq } }, choice);
    const now = await readPreferences(connection, contactId);
    if (now?.pausedUntil && now.pausedUntil > clock.now()) await takeBack(connection, contactId);
    return now;
  });
}

/**
 * Sets how often a contact is written to and until when not, as a person asked staff for. A pause also
 * takes back what runs have planned for them.
 * @throws Refusal (404) when there is no such contact, or for a pause that would be over
 */
export async function changePace(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, ...pace }: { id: string; frequency: Frequency | null; pausedUntil: Date | null },
  actor: string,
): Promise<void> {
  if (pace.pausedUntil && pace.pausedUntil <= clock.now())
    throw new Refusal(say`This pause would be over already. Choose a later day.`);
  await transaction(sql, async (connection) => {
    const contactId = await requireContact(connection, id);
    await setPace(connection, { contactId, ...pace }, actor);
    if (pace.pausedUntil) await takeBack(connection, contactId);
  });
}

/** Stops all mails to the holder of a token; a second time changes nothing. */
export async function leaveEverything({ sql }: Pick<Ground, 'sql'>, recipient: Recipient): Promise<void> {
  const { contactId, run, seq } = recipient;
  if (!contactId) return;
  await transaction(sql, (connection) =>
    leaveAll(connection, { contactId, proof: { run: String(run), seq } }),
  );
}

const takeBack = (sql: Connection, contactId: string): Promise<void> =>
  skipPlanned(sql, 'paused', {
    beside: 'address a',
    when: `a.contact_id = $2 AND a.channel = r.channel AND d.address_hash = a.hash AND d.contact_id = $2
           AND r.purpose <> $3`,
    values: [contactId, TRANSACTIONAL],
  });
