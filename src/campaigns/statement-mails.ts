import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { queueNotice, STATEMENT } from '../deliveries/notices.ts';
import { Refusal } from '../errors.ts';
import { THANKS_HOURS } from '../giving/donor-link.ts';
import { type Period, statementFile } from '../giving/statement.ts';
import { giverOfDonor, statementOf } from '../giving/year-givers.ts';
import type { Ground } from '../ground.ts';
import { languageOf } from '../i18n.ts';
import { say } from '../say.ts';
import { myUrl } from './donor-mails.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config'>;

/**
 * Mails the statement of a year to whoever gave by a mailbox; audited.
 *
 * @param wish.donor one of theirs
 * @throws Refusal (404) when nothing was given in that year, (409) without a mailbox
 */
export async function mailStatement(
  ground: Needs,
  { donor, period }: { donor: string; period: Period },
  actor: string,
): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const giver = await giverOfDonor(connection, donor);
    if (!giver.mailbox)
      throw new Refusal(say`This donor told no email address. Print the statement and send it by post.`, 409);
    const paper = await statementFile(ground, connection, { giver, period });
    const language = languageOf(giver.language);
    const my_url = myUrl(ground, { donor: giver.donors[0] ?? donor, language }, THANKS_HOURS);
    const values = { name: giver.name, year: period.year, my_url };
    const letter = await writeNotice(ground, { name: 'gift-statement', language, values });
    const file = { name: paper.name, type: 'application/pdf', cid: null };
    await queueNotice(connection, ground.config, {
      ...{ kind: STATEMENT, address: giver.email, language, ...letter, about: statementOf(period) },
      files: [{ ...file, content: paper.bytes.toString('base64') }],
    });
    const subject = { subjectType: 'donor', subjectId: donor };
    await audit(connection, { actor, action: 'statement.mailed', ...subject, after: { ...period } });
  });
}
