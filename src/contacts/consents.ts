import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { setConsent } from './consent.ts';
import { requireContact } from './personal.ts';

/** What holds, or held from a moment on, for one channel and purpose. */
export interface ConsentRecord {
  channel: string;
  purpose: string;
  given: boolean;
  basis: string;
  proof: Record<string, unknown>;
  at: Date;
}

/** What holds now for a contact, and every change that led to it, oldest first. */
export async function readConsents(
  sql: Queryable,
  contactId: string,
): Promise<{ contact: string; holds: ConsentRecord[]; history: ConsentRecord[] }> {
  const contact = await requireContact(sql, contactId);
  const columns = 'channel, purpose, given, basis, proof, at';
  const { rows: holds } = await sql.query<ConsentRecord>(
    `SELECT ${columns} FROM consent WHERE contact_id = $1 ORDER BY channel, purpose`,
    [contact],
  );
  const { rows: history } = await sql.query<ConsentRecord>(
    `SELECT ${columns} FROM consent_event WHERE contact_id = $1 ORDER BY at, id`,
    [contact],
  );
  return { contact, holds, history };
}

export interface ConsentWish {
  contactId: string;
  channel: string;
  purpose: string;
  given: boolean;
  /** What a person said or signed: 'paper form of 3 May, file 12'. */
  basis: string;
  actor: string;
}

/**
 * Notes what a person said on paper, by telephone or at the counter; audited.
 * @returns whether anything changed
 * @throws Refusal for a channel that does not exist, or words that will not do
 */
export async function changeConsent({ sql }: Pick<Ground, 'sql'>, wish: ConsentWish): Promise<boolean> {
  const { channel, purpose, given, actor } = wish;
  requireWish(wish);
  return transaction(sql, async (connection) => {
    const contactId = await requireContact(connection, wish.contactId);
    const basis = wish.basis.trim();
    const change = { contactId, channel, purpose, given, basis, proof: { enteredBy: actor } };
    const changed = await setConsent(connection, change);
    const subject = { subjectType: 'contact', subjectId: contactId };
    const action = given ? 'consent.given' : 'consent.withdrawn';
    if (changed) await audit(connection, { actor, action, ...subject, after: { channel, purpose, basis } });
    return changed;
  });
}

const CHANNELS = ['email', 'sms', 'whatsapp'];

function requireWish({ channel, purpose, basis }: ConsentWish): void {
  if (!CHANNELS.includes(channel)) {
    throw new Refusal(say`There is no channel "${channel}". Channels: ${CHANNELS.join(', ')}.`);
  }
  if (!/^[^\p{Cc}]{1,100}$/u.test(purpose.trim()) || purpose !== purpose.trim()) {
    throw new Refusal(say`A purpose is one line of 1 to 100 characters, such as newsletter.`);
  }
  if (!/^[^\p{Cc}]{3,300}$/u.test(basis.trim())) {
    throw new Refusal(
      say`Say on what basis, in 3 to 300 characters, such as "paper form of 3 May, file 12".`,
    );
  }
}
