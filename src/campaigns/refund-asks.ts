import type { Connection } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import { DONOR, GIVEN_TWICE } from '../giving/refund-asking.ts';
import { type RefundLine, readRefund } from '../giving/refund-list.ts';
import type { Ground } from '../ground.ts';
import { formatAmount, type Language, languageOf, translate } from '../i18n.ts';
import { drain } from './donor-mails.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/**
 * Tells everybody of finance, but whoever asked, that a refund waits for a second person: once for each
 * refund, and not at all when it is decided by then.
 *
 * @returns how many were asked for
 */
export const tellAskedRefunds = (ground: Needs): Promise<number> =>
  drain(ground, { event: 'refund.asked', handler: 'finance' }, async (connection, { refund }) => {
    const asked = await readRefund({ sql: connection }, refund ?? '');
    if (asked.state !== 'asked') return;
    for (const reader of await readers(connection, asked)) await tell(connection, ground, { asked, reader });
  });

interface Reader {
  email: string;
  name: string;
  language: string;
}

async function readers(connection: Connection, { askedById }: RefundLine): Promise<Reader[]> {
  const { rows } = await connection.query<Reader>(
    `SELECT email, name, language FROM app_user
      WHERE 'finance' = ANY(roles) AND disabled_at IS NULL AND id::text <> $1 ORDER BY email`,
    [askedById ?? ''],
  );
  return rows;
}

async function tell(
  connection: Connection,
  { config }: Needs,
  { asked, reader }: { asked: RefundLine; reader: Reader },
): Promise<void> {
  const language = languageOf(reader.language);
  const values = {
    ...{ name: reader.name, ...wordsOf(asked, language) },
    ...{ amount: formatAmount(asked.amount), paid: formatAmount(asked.paid) },
    page_url: `${config.publicUrl}/console/refunds/${asked.id}`,
  };
  const letter = await writeNotice({ sql: connection, config }, { name: 'refund-waiting', language, values });
  const about = `refund:${asked.id}`;
  const notice = { kind: 'refund-waiting', address: reader.email, language, ...letter, about };
  await queueNotice(connection, config, notice);
}

const wordsOf = ({ askedById, askedBy, reason }: RefundLine, language: Language) => ({
  asker: askedById === DONOR ? translate(language, 'refund.by-donor') : (askedBy ?? '–'),
  reason: reason === GIVEN_TWICE ? translate(language, 'refund.given-twice') : (reason ?? '–'),
});
