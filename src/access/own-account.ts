import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { say } from '../say.ts';
import { requireZone } from '../zones.ts';
import { audit } from './audit.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { revokeSessions } from './sessions.ts';
import { nameFault } from './users.ts';
import { setPassword } from './welcome.ts';

/** What each person sets for themselves. */
export interface Profile {
  name: string;
  language: Language;
  /** IANA; null for that of the office. */
  ownZone: string | null;
}

/**
 * Saves name, language and zone of a user.
 * @throws Refusal for a name that will not do and a zone that nobody knows
 */
export async function saveProfile(
  { sql }: Pick<Ground, 'sql'>,
  { id, email }: { id: string; email: string },
  { name, language, ownZone }: Profile,
): Promise<void> {
  if (nameFault(name)) throw new Refusal(say`A name is one line of at most 100 letters.`);
  const own = ownZone === null ? null : requireZone(ownZone);
  await transaction(sql, async (connection) => {
    await connection.query(
      `UPDATE app_user SET name = $2, language = $3, own_zone = $4, zone = coalesce($4, 'Asia/Kolkata') WHERE id = $1`,
      [id, name.trim(), language, own],
    );
    const after = { language, zone: own };
    await audit(connection, {
      actor: email,
      action: 'user.profile',
      subjectType: 'user',
      subjectId: id,
      after,
    });
  });
}

/** Whether this is the password of a user, for what is asked of them again. */
export async function knowsPassword(
  { sql }: Pick<Ground, 'sql'>,
  userId: string,
  password: string,
): Promise<boolean> {
  const { rows } = await sql.query<{ password_hash: string | null }>(
    'SELECT password_hash FROM credential WHERE user_id = $1',
    [userId],
  );
  return isPassword(rows[0]?.password_hash, password);
}

/** Changes the password of somebody who proved the old one; their other sessions end. */
export async function changePassword(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, email, sessionId }: { id: string; email: string; sessionId: string },
  password: string,
): Promise<void> {
  const hash = await hashPassword(password);
  await transaction(sql, async (connection) => {
    await setPassword(connection, { userId: id, hash, at: clock.now() });
    await audit(connection, { actor: email, action: 'password.changed', subjectType: 'user', subjectId: id });
    await revokeSessions(connection, { userId: id, but: sessionId, why: 'password changed' }, email);
  });
}
