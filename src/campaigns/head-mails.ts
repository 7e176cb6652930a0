import { queueNotice } from '../deliveries/notices.ts';
import { noteHead } from '../giving/books/head.ts';
import type { Ground } from '../ground.ts';
import { formatDay, formatNumber, type Language } from '../i18n.ts';
import { writeNotice } from './notice-letters.ts';

/**
 * Mails the head of the chain of journals to every auditor, once a day. Kept in their mailboxes it proves
 * later that nothing before it was changed.
 *
 * @returns whether it was told now
 */
export async function tellHead(ground: Pick<Ground, 'sql' | 'clock' | 'config'>): Promise<boolean> {
  const { config } = ground;
  const told = await noteHead(ground, async (connection, head) => {
    const { rows } = await connection.query<{ email: string; name: string; language: Language }>(
      "SELECT email, name, language FROM app_user WHERE 'auditor' = ANY(roles) AND disabled_at IS NULL ORDER BY email",
    );
    for (const { email: address, name, language } of rows) {
      const values = {
        ...{
          name,
          day: formatDay(new Date(`${head.day}T12:00:00+05:30`), language),
          hash: head.hash,
          number: formatNumber(head.number),
        },
        books_url: `${config.publicUrl}/console/books`,
      };
      const letter = await writeNotice(
        { sql: connection, config },
        { name: 'ledger-head', language, values },
      );
      await queueNotice(connection, config, { kind: 'ledger-head', address, language, ...letter });
    }
  });
  return told !== null;
}
