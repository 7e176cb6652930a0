import { setConsent } from '../contacts/consent.ts';
import { OWN_WAYS } from '../contacts/preferences.ts';
import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { recordTouch } from '../links/links.ts';
import { type RecipientRef, readRecipientToken } from '../links/token.ts';

/** By what a consent was withdrawn, as the consent's basis says it. */
export type Way = 'one-click unsubscribe' | 'unsubscribe page' | 'unsubscribe mail';

/** To whom the mail went whose token somebody holds. */
export interface Recipient extends RecipientRef {
  /** Null when the person was erased since. */
  contactId: string | null;
  /** The contact's language, or else the one the mail was written in. */
  language: string;
  purpose: string;
}

/** @returns null when the token is broken or forged, or its delivery is not in the ledger */
export async function findRecipient(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  token: string,
): Promise<Recipient | null> {
  const ref = readRecipientToken(keys, token);
  if (!ref) return null;
  const { rows } = await sql.query<Omit<Recipient, 'run' | 'seq'>>(
    `SELECT contact.id AS "contactId", coalesce(contact.language, delivery.language) AS language, run.purpose
       FROM delivery JOIN run ON run.id = delivery.run
       LEFT JOIN merged_contact gone ON gone.id = delivery.contact_id
       LEFT JOIN contact ON contact.id = coalesce(gone.into_id, delivery.contact_id)
      WHERE delivery.run = $1 AND delivery.seq = $2`,
    [ref.run, ref.seq],
  );
  return rows[0] ? { ...ref, ...rows[0] } : null;
}

/**
 * Withdraws the consent for email and the run's purpose at once; a second time changes nothing.
 * What was claimed before is on its way, every later claim sees the withdrawal (law 4).
 */
export async function unsubscribe(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  recipient: Recipient,
  way: Way,
): Promise<void> {
  await transaction(sql, (connection) => unsubscribeWithin({ connection, clock }, recipient, way));
}

/** The same, in a transaction that is open already. */
export async function unsubscribeWithin(
  { connection, clock }: { connection: Connection; clock: Ground['clock'] },
  recipient: Recipient,
  way: Way,
): Promise<void> {
  const { contactId } = recipient;
  if (!contactId) return;
  const current = await currentConsent(connection, contactId, recipient.purpose);
  if (current?.given === false) return;
  await setConsent(connection, { ...change(recipient, contactId), given: false, basis: way });
  await recordTouch({ sql: connection, clock }, { kind: 'unsubscribe', recipient, machine: false });
}

/**
 * Gives the consent again that its owner withdrew by a page or one click, and no other: a withdrawal
 * on paper or by complaint is not undone by whoever holds an old mail.
 * @returns whether the consent holds now
 */
export async function undoUnsubscribe({ sql }: Pick<Ground, 'sql'>, recipient: Recipient): Promise<boolean> {
  const { contactId } = recipient;
  if (!contactId) return false;
  return transaction(sql, async (connection) => {
    const current = await currentConsent(connection, contactId, recipient.purpose);
    if (!current || current.given) return current?.given ?? false;
    if (!OWN_WAYS.includes(current.basis)) return false;
    await setConsent(connection, { ...change(recipient, contactId), given: true, basis: 'undo on page' });
    return true;
  });
}

async function currentConsent(connection: Connection, contactId: string, purpose: string) {
  const { rows } = await connection.query<{ given: boolean; basis: string }>(
    `SELECT given, basis FROM consent
      WHERE contact_id = $1 AND channel = 'email' AND purpose = $2 FOR UPDATE`,
    [contactId, purpose],
  );
  return rows[0];
}

const change = ({ run, seq, purpose }: Recipient, contactId: string) => ({
  ...{ contactId, purpose, channel: 'email' },
  proof: { run: String(run), seq },
});
