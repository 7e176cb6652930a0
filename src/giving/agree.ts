import { audit } from '../access/audit.ts';
import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import { setConsent } from '../contacts/consent.ts';
import { enterSubscriber } from '../contacts/subscriber.ts';
import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { USES, type Use } from './carry-consents.ts';
import type { Giver } from './donor-link.ts';

interface Said {
  given: boolean;
  /** As they stood there. */
  words: string;
}

/** What a donor wants from now on. */
export interface OnPage {
  language: 'en' | 'ml';
  newsletter: Said;
  whatsapp: Said;
  /** Names and messages of their gifts may be shown. */
  wall: boolean;
}

/**
 * Does what a donor chose on their own page. Its link has proven their mailbox, so that the newsletter
 * needs no further mail; whoever is no contact yet becomes one where something is agreed to.
 */
export async function agreeOnPage(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  giver: Giver,
  wish: OnPage,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const contact = await contactOf(connection, giver, { wish, now: clock.now() });
    if (contact) {
      await connection.query('UPDATE donor SET contact_id = $2 WHERE id = ANY($1::uuid[])', [
        ...[giver.donors, contact],
      ]);
      for (const use of ['newsletter', 'whatsapp'] as const) await set(connection, contact, { use, wish });
    }
    await connection.query('UPDATE donation SET anonymous = NOT $2 WHERE donor_id = ANY($1::uuid[])', [
      ...[giver.donors, wish.wall],
    ]);
    const after = { newsletter: wish.newsletter.given, whatsapp: wish.whatsapp.given, wall: wish.wall };
    const subject = {
      subjectType: contact ? 'contact' : 'donor',
      subjectId: contact ?? giver.donors[0] ?? '',
    };
    await audit(connection, {
      ...{ actor: 'the person', action: 'donor.agreed', ...subject, after, origin: 'donor page' },
    });
  });
}

/** The contact that their gifts are linked to, or the one that is entered now. */
async function contactOf(
  connection: Connection,
  { donors, name, email }: Giver,
  { wish, now }: { wish: OnPage; now: Date },
): Promise<string | null> {
  const { newsletter, whatsapp, language } = wish;
  const linked = await connection.query<{ id: string }>(
    'SELECT contact_id AS id FROM donor WHERE id = ANY($1::uuid[]) AND contact_id IS NOT NULL ORDER BY created_at DESC LIMIT 1',
    [donors],
  );
  if (!newsletter.given && !whatsapp.given) return linked.rows[0]?.id ?? null;
  const lists = await connection.query<{ id: string }>(
    "SELECT id FROM list WHERE public AND purpose = 'newsletter' AND $1",
    [newsletter.given],
  );
  return enterSubscriber(
    connection,
    {
      ...{ name, email, phone: null, language, lists: lists.rows.map(({ id }) => id) },
      ...{ shown: newsletter.given ? { newsletter: newsletter.words } : {}, notice: '' },
      proof: { page: 'donor page', caller: '', askedAt: now.toISOString() },
    },
    now,
  );
}

async function set(
  connection: Connection,
  contactId: string,
  { use, wish }: { use: Use; wish: OnPage },
): Promise<void> {
  const { given, words } = wish[use];
  const { channel, purpose } = USES[use];
  const known = await connection.query(
    'SELECT FROM consent WHERE contact_id = $1 AND channel = $2 AND purpose = $3',
    [contactId, channel, purpose],
  );
  // What was never given needs no taking back.
  if (!given && !known.rowCount) return;
  const proof = { shown: words, language: wish.language };
  await setConsent(connection, { contactId, channel, purpose, given, basis: 'preference page', proof });
  if (given || channel !== EMAIL_CHANNEL) return;
  await connection.query(
    'DELETE FROM membership m USING list l WHERE l.id = m.list_id AND l.public AND l.purpose = $2 AND m.contact_id = $1',
    [contactId, purpose],
  );
}
