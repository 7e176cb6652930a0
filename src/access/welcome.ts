import { v7 as uuid } from 'uuid';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';
import { makeLink, readLink, takeLink } from './one-time-links.ts';
import { hashPassword } from './passwords.ts';
import { revokeSessions } from './sessions.ts';
import { checkUser } from './users.ts';

type Part = Pick<Ground, 'sql' | 'clock'>;

/** Whoever opens a link, with the password they choose. */
export interface Arrival {
  token: string;
  password: string;
  name: string;
  /** Asked of the first administrator only; an invitation knows it. */
  email?: string | undefined;
  language: string;
}

/**
 * Lets the owner of a welcome link in: they choose name and password, and the link is used up. The first
 * administrator becomes a user by it, and so does one who was added before and has no password yet.
 * @returns the user's id
 * @throws Refusal (410) when the link opens nothing any more
 */
export async function arrive({ sql, clock }: Part, arrival: Arrival): Promise<string> {
  const hash = await hashPassword(arrival.password);
  return transaction(sql, async (connection) => {
    const ground = { sql: connection, clock };
    const link = await readLink(ground, arrival.token);
    if (!link || link.kind === 'reset' || !(await takeLink(ground, arrival.token))) throw gone();
    const id = link.user?.id ?? (await makeAdministrator(connection, arrival));
    await connection.query('UPDATE app_user SET name = $2, language = $3 WHERE id = $1', [
      ...[id, arrival.name, arrival.language],
    ]);
    await setPassword(connection, { userId: id, hash, at: clock.now() });
    await audit(connection, await about(connection, id, 'user.arrived'));
    return id;
  });
}

/**
 * Sets a new password by a reset link, which is used up; all sessions of the user end.
 * @returns the user's id
 * @throws Refusal (410) when the link opens nothing any more
 */
export async function resetPassword({ sql, clock }: Part, token: string, password: string): Promise<string> {
  const hash = await hashPassword(password);
  return transaction(sql, async (connection) => {
    const ground = { sql: connection, clock };
    const link = await readLink(ground, token);
    if (link?.kind !== 'reset' || !link.user || !(await takeLink(ground, token))) throw gone();
    const { id, email } = link.user;
    await setPassword(connection, { userId: id, hash, at: clock.now() });
    await audit(connection, await about(connection, id, 'password.reset'));
    await revokeSessions(connection, { userId: id, why: 'password reset' }, email);
    return id;
  });
}

/** Writes a password's hash, in the transaction of what was proved for it. */
export async function setPassword(
  connection: Connection,
  { userId, hash, at }: { userId: string; hash: string; at: Date },
): Promise<void> {
  await connection.query(
    `INSERT INTO credential (user_id, password_hash, password_at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, password_at = excluded.password_at`,
    [userId, hash, at],
  );
}

/**
 * A link for the first administrator, or null when there is one who can sign in.
 * @returns its token, valid once; an older one opens nothing any more
 */
export async function firstLink({ sql, clock }: Part, by: string): Promise<string | null> {
  const { rowCount } = await sql.query(
    `SELECT FROM app_user u JOIN credential c ON c.user_id = u.id
      WHERE 'administrator' = ANY(u.roles) AND c.password_hash IS NOT NULL AND u.disabled_at IS NULL LIMIT 1`,
  );
  if (rowCount) return null;
  return transaction(sql, (connection) =>
    makeLink({ sql: connection, clock }, { kind: 'first', userId: null, by }),
  );
}

async function makeAdministrator(connection: Connection, { email = '', name }: Arrival): Promise<string> {
  const user = checkUser({ email, name, roles: ['administrator'] });
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO app_user AS u (id, email, name, roles) VALUES ($1, $2, $3, '{administrator}')
     ON CONFLICT (email) DO UPDATE SET disabled_at = NULL,
       roles = CASE WHEN 'administrator' = ANY(u.roles) THEN u.roles ELSE u.roles || '{administrator}' END
     RETURNING id`,
    [uuid(), user.email, user.name],
  );
  return rows[0]?.id ?? '';
}

async function about(connection: Connection, id: string, action: string) {
  const { rows } = await connection.query('SELECT email, roles FROM app_user WHERE id = $1', [id]);
  const { email, roles } = rows[0];
  return { actor: email, action, subjectType: 'user', subjectId: id, after: { roles } };
}

const gone = () => new Refusal(say`This link was used already, or its time is over. Ask for a new one.`, 410);
