import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { languages } from '../i18n.ts';
import { audit } from './audit.ts';

/** Sets in which language the console speaks to a user. @throws Refusal for one that it does not speak */
export async function chooseLanguage(
  { sql }: Pick<Ground, 'sql'>,
  { userId, language }: { userId: string; language: string },
  actor: string,
): Promise<void> {
  if (!(languages as readonly string[]).includes(language))
    throw new Refusal(`The console speaks ${languages.join(' and ')}; choose one of them.`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      'UPDATE app_user SET language = $2 WHERE id = $1 AND language <> $2',
      [userId, language],
    );
    const subject = { subjectType: 'user', subjectId: userId };
    if (rowCount)
      await audit(connection, { actor, action: 'user.language', ...subject, after: { language } });
  });
}
