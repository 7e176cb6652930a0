import { v7 as uuid } from 'uuid';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';
import { makeLink } from './one-time-links.ts';
import { IDLE_HOURS, revokeSessions } from './sessions.ts';
import { checkUser, type Role, type User } from './users.ts';

type Part = Pick<Ground, 'sql' | 'clock'>;

/** A user as administrators see them. */
export interface ListedUser extends User {
  language: Language;
  /** False while they have not followed their invitation. */
  arrived: boolean;
  secondFactor: boolean;
  sessions: number;
  seenAt: Date | null;
}

const LIST = `
  SELECT u.id, u.email, u.name, u.roles, u.language, u.disabled_at AS "disabledAt",
         c.password_hash IS NOT NULL AS arrived, c.totp_since IS NOT NULL AS "secondFactor",
         coalesce(s.n, 0)::int AS sessions, s.seen AS "seenAt"
    FROM app_user u LEFT JOIN credential c ON c.user_id = u.id
    LEFT JOIN LATERAL (SELECT count(*) AS n, max(seen_at) AS seen FROM session s
                        WHERE s.user_id = u.id AND s.stage = 'in' AND s.seen_at > $1::timestamptz - interval '${IDLE_HOURS} hours') s ON true`;

/** Every user with how they stand, by name. */
export async function listStaff({ sql, clock }: Part): Promise<ListedUser[]> {
  const { rows } = await sql.query<ListedUser>(
    `${LIST} ORDER BY u.disabled_at IS NOT NULL, u.name, u.email`,
    [clock.now()],
  );
  return rows;
}

/** @throws Refusal (404) when there is no such user */
export async function readStaff({ sql, clock }: Part, id: string): Promise<ListedUser> {
  const { rows } = await sql.query<ListedUser>(`${LIST} WHERE u.id::text = $2`, [clock.now(), id]);
  return found(rows[0], say`There is no such user.`);
}

export interface Invitation {
  email: string;
  name: string;
  roles: string[];
  language: Language;
}

/**
 * Adds a user who sets their own password by the link.
 * @returns the user and the token of their link, for a mail or to be handed over
 * @throws Refusal for an address that is none or is taken, and for a role that does not exist
 */
export async function inviteUser(
  { sql, clock }: Part,
  { language, ...person }: Invitation,
  actor: string,
): Promise<{ user: User; token: string }> {
  const user = { id: uuid(), ...checkUser(person), disabledAt: null };
  return transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `INSERT INTO app_user (id, email, name, roles, language) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (email) DO NOTHING`,
      [user.id, user.email, user.name, user.roles, language],
    );
    if (!rowCount) throw new Refusal(say`There is already a user ${user.email}.`, 409);
    await note(connection, { id: user.id, action: 'user.invited', actor, after: { roles: user.roles } });
    const token = await makeLink({ sql: connection, clock }, { kind: 'welcome', userId: user.id, by: actor });
    return { user, token };
  });
}

/**
 * A new link for a user: by which they arrive, or set a new password when they have arrived.
 * @throws Refusal when there is no such user, or they are disabled
 */
export async function linkFor(
  ground: Part,
  id: string,
  actor: string,
): Promise<{ user: ListedUser; kind: 'welcome' | 'reset'; token: string }> {
  const user = await readStaff(ground, id);
  if (user.disabledAt)
    throw new Refusal(say`The user ${user.email} is disabled and cannot sign in. Enable them first.`, 409);
  const kind = user.arrived ? 'reset' : 'welcome';
  const token = await transaction(ground.sql, (connection) =>
    makeLink({ sql: connection, clock: ground.clock }, { kind, userId: id, by: actor }),
  );
  return { user, kind, token };
}

/** A link for who forgot their password, or null when there is nobody to send it to. */
export async function resetLink(
  { sql, clock }: Part,
  email: string,
): Promise<{ email: string; language: Language; token: string } | null> {
  const { rows } = await sql.query<{ id: string; email: string; language: Language }>(
    `SELECT u.id, u.email, u.language FROM app_user u JOIN credential c ON c.user_id = u.id
      WHERE u.email = $1 AND u.disabled_at IS NULL AND c.password_hash IS NOT NULL`,
    [email.trim().toLowerCase()],
  );
  const user = rows[0];
  if (!user) return null;
  const by = { kind: 'reset', userId: user.id, by: user.email } as const;
  const token = await transaction(sql, (connection) => makeLink({ sql: connection, clock }, by));
  return { email: user.email, language: user.language, token };
}

/**
 * Gives a user other roles; they count from the next request of theirs.
 * @throws Refusal for a role that does not exist, and when nobody would be administrator
 */
export async function setRoles(
  { sql }: Pick<Ground, 'sql'>,
  id: string,
  wished: string[],
  actor: string,
): Promise<Role[]> {
  return transaction(sql, async (connection) => {
    const user = await lock(connection, id);
    const before = user.roles;
    const { roles } = checkUser({ ...user, roles: wished });
    await connection.query('UPDATE app_user SET roles = $2 WHERE id = $1', [id, roles]);
    await keepAdministrator(connection, user);
    await note(connection, { id, action: 'user.roles', actor, before: { roles: before }, after: { roles } });
    return roles;
  });
}

/**
 * Disables a user: their sessions end, their links open nothing, their API keys do not act.
 * @throws Refusal when nobody would be administrator
 */
export async function disableUser({ sql, clock }: Part, id: string, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    const user = await lock(connection, id);
    if (user.disabledAt) return;
    await connection.query('UPDATE app_user SET disabled_at = $2 WHERE id = $1', [id, clock.now()]);
    await keepAdministrator(connection, user);
    await connection.query('DELETE FROM access_link WHERE user_id = $1 AND used_at IS NULL', [id]);
    await note(connection, { id, action: 'user.disabled', actor });
    await revokeSessions(connection, { userId: id, why: 'user disabled' }, actor);
  });
}

export async function enableUser({ sql }: Pick<Ground, 'sql'>, id: string, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    const { disabledAt } = await lock(connection, id);
    if (!disabledAt) return;
    await connection.query('UPDATE app_user SET disabled_at = NULL WHERE id = $1', [id]);
    await note(connection, { id, action: 'user.enabled', actor });
  });
}

async function lock(connection: Connection, id: string): Promise<User> {
  const { rows } = await connection.query<User>(
    `SELECT id, email, name, roles, disabled_at AS "disabledAt" FROM app_user WHERE id::text = $1 FOR UPDATE`,
    [id],
  );
  return found(rows[0], say`There is no such user.`);
}

/** Two administrators who disable each other at once would otherwise leave nobody. */
async function keepAdministrator(connection: Connection, before: User): Promise<void> {
  if (!before.roles.includes('administrator')) return;
  await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('administrators', 0))");
  const { rows } = await connection.query(
    "SELECT count(*)::int AS n FROM app_user WHERE 'administrator' = ANY(roles) AND disabled_at IS NULL",
  );
  if (!rows[0].n)
    throw new Refusal(say`Nobody would be administrator then. Give another user that role first.`, 409);
}

interface Noted {
  id: string;
  action: string;
  actor: string;
  before?: unknown;
  after?: unknown;
}

const note = (connection: Connection, { id, ...said }: Noted): Promise<void> =>
  audit(connection, { ...said, subjectType: 'user', subjectId: id });
