import { createHash, randomBytes } from 'node:crypto';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { languageOf } from '../../i18n.ts';
import { say } from '../../say.ts';

type Part = Pick<Ground, 'sql' | 'clock'>;

/** Whoever may look at the calendar in the console. */
const READERS = ['administrator', 'author', 'approver', 'finance', 'auditor'] as const;

/**
 * Makes a private address for a user's calendar; the one before opens nothing any more.
 * @returns the token, 256 random bits, of which only the SHA-256 is kept
 */
export async function makeFeed({ sql, clock }: Part, user: User): Promise<string> {
  requireRole(user, [...READERS], say`read the calendar`);
  const token = randomBytes(32).toString('base64url');
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO calendar_feed (user_id, hash, made_at) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at`,
      [user.id, digest(token), clock.now()],
    );
    await audit(connection, { ...about(user), action: 'calendar.address-made' });
  });
  return token;
}

/** Takes the address away; programs that ask there find nothing. */
export async function revokeFeed({ sql }: Pick<Ground, 'sql'>, user: User): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query('DELETE FROM calendar_feed WHERE user_id = $1', [user.id]);
    if (rowCount) await audit(connection, { ...about(user), action: 'calendar.address-revoked' });
  });
}

/** When a user's address was made; null when they have none. */
export async function feedOf({ sql }: Pick<Ground, 'sql'>, userId: string): Promise<{ madeAt: Date } | null> {
  const { rows } = await sql.query<{ madeAt: Date }>(
    'SELECT made_at AS "madeAt" FROM calendar_feed WHERE user_id = $1',
    [userId],
  );
  return rows[0] ?? null;
}

/** In which language a token's calendar is read; null when it opens nothing, or its user may not read it now. */
export async function openFeed({ sql }: Pick<Ground, 'sql'>, token: string) {
  const { rows } = await sql.query<{ language: string }>(
    `SELECT u.language FROM calendar_feed f JOIN app_user u ON u.id = f.user_id
      WHERE f.hash = $1 AND u.disabled_at IS NULL AND u.roles && $2::text[]`,
    [digest(token), READERS],
  );
  return rows[0] ? { language: languageOf(rows[0].language) } : null;
}

const digest = (token: string) => createHash('sha256').update(token).digest();

const about = ({ id, email }: User) => ({ actor: email, subjectType: 'user', subjectId: id });
