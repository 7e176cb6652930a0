import { askSubscription, type Wish } from '../contacts/subscribe.ts';
import type { Connection } from '../db.ts';
import { CONFIRMATION, queueNotice } from '../deliveries/notices.ts';
import {
  type AgreedGift,
  carried,
  carryConsents,
  linkContact,
  readAgreed,
} from '../giving/carry-consents.ts';
import type { Ground } from '../ground.ts';
import { type Language, languageOf, translate } from '../i18n.ts';
import { drain } from './donor-mails.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/**
 * Carries what donors agreed to at a gift to contacts: at once where their mailbox was proven before, else
 * by the mail that asks them to confirm, as the subscribe form does. That somebody paid proves no mailbox.
 *
 * @returns how many gifts
 */
export const carryGiftConsents = (ground: Needs): Promise<number> =>
  drain(ground, { event: 'gift.paid', handler: 'consents' }, async (connection, { donation }) => {
    const gift = await readAgreed(connection, donation as string);
    if (!gift) return;
    const contact = await linkContact(connection, gift);
    const uses = carried(gift).map(({ use }) => use);
    const left = contact ? await carryConsents(connection, { contact, gift, proven: false }) : uses;
    if (left.includes('newsletter')) await askToConfirm(connection, ground, gift);
  });

/** The wish of the subscribe form, said with a gift; a click in its mail does the rest. */
async function askToConfirm(connection: Connection, ground: Needs, gift: AgreedGift): Promise<void> {
  const { email: address } = gift;
  const language = languageOf(gift.language);
  const words = gift.consents.find(({ use }) => use === 'newsletter')?.words;
  if (!address || !words) return;
  const wish = await wishOf(connection, gift, { address, language, words });
  const token = await askSubscription({ ...ground, sql: connection }, wish);
  if (!token) return;
  const confirm_url = `${ground.config.publicUrl}/subscribe/confirm/${token}?lang=${language}`;
  const topics = translate(language, 'preferences.purpose', { purpose: 'newsletter' });
  const letter = await writeNotice(ground, {
    ...{ name: 'subscribe-confirm', language },
    values: { topics, confirm_url },
  });
  await queueNotice(connection, ground.config, { kind: CONFIRMATION, address, language, ...letter });
}

interface Said {
  address: string;
  language: Language;
  words: string;
}

async function wishOf(
  connection: Connection,
  { name, phone, createdAt }: AgreedGift,
  { address, language, words }: Said,
): Promise<Wish> {
  const { rows } = await connection.query<{ id: string }>(
    "SELECT id FROM list WHERE public AND purpose = 'newsletter' ORDER BY id",
  );
  return {
    ...{ name, email: address, phone, language, lists: rows.map(({ id }) => id) },
    ...{ shown: { newsletter: words }, notice: translate(language, 'give.agree.help') },
    proof: { page: 'gift form', caller: '', askedAt: createdAt.toISOString() },
  };
}
