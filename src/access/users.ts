import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { joined, kept, type Sentence, say, type Value } from '../say.ts';
import { audit } from './audit.ts';

/** What a user may do is the union of their roles. */
export const roles = ['administrator', 'author', 'approver', 'finance', 'auditor', 'agency'] as const;
export type Role = (typeof roles)[number];

/** Somebody of the Mission or of an agency who signs in or acts by the command line. */
export interface User {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  disabledAt: Date | null;
}

const roleNames: Record<Role, Sentence> = {
  administrator: say`administrator`,
  author: say`author`,
  approver: say`approver`,
  finance: say`finance`,
  auditor: say`auditor`,
  agency: say`agency`,
};

/** Roles as a sentence names them: those of which one would do, or all that somebody has. */
export const oneOf = (some: readonly Role[]): Value =>
  some.map((role): Value => roleNames[role]).reduce((left, right) => say`${left} or ${right}`);
export const allOf = (held: readonly Role[]): Value =>
  joined(
    held.map((role) => roleNames[role]),
    ', ',
  );

const FIELDS = { id: true, email: true, name: true, roles: true, disabledAt: true } as const;

const shape = z.object({
  email: z.email({ error: 'is no e-mail address' }).transform((text) => text.toLowerCase()),
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .regex(/^\P{Cc}+$/u, 'must be one line'),
  roles: z.array(z.enum(roles, { error: `must be of ${roles.join(', ')}` })).min(1, 'must name one'),
});

/**
 * Adds a user.
 * @throws Refusal for an address that is none or is taken, and for a role that does not exist
 */
export async function addUser(
  { sql }: Pick<Ground, 'sql'>,
  input: { email: string; name: string; roles: string[] },
  actor: string,
): Promise<User> {
  const user = { id: uuid(), ...checkUser(input), disabledAt: null };
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      'INSERT INTO app_user (id, email, name, roles) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING',
      [user.id, user.email, user.name, user.roles],
    );
    if (!rowCount) throw new Refusal(say`There is already a user ${user.email}.`, 409);
    const about = { subjectType: 'user', subjectId: user.id, after: { roles: user.roles } };
    await audit(connection, { actor, action: 'user.added', ...about });
  });
  return user;
}

/** Whether a name or an address will not do, for a form that says so beside the field. */
export const nameFault = (name: string): boolean =>
  !shape.shape.name.safeParse(name).success || name.length > 100;
export const emailFault = (email: string): boolean =>
  !shape.shape.email.safeParse(email).success || email.length > 254;

/** Whether there is a user with this address already. */
export const isTaken = async ({ db }: Pick<Ground, 'db'>, email: string): Promise<boolean> =>
  (await db.user.count({ where: { email: email.trim().toLowerCase() } })) > 0;

/** @throws Refusal that says what of them will not do */
export function checkUser(input: {
  email: string;
  name: string;
  roles: string[];
}): Omit<User, 'id' | 'disabledAt'> {
  const parsed = shape.safeParse(input);
  if (parsed.success) return { ...parsed.data, roles: [...new Set(parsed.data.roles)] };
  const why = parsed.error.issues.map((issue) => say`${String(issue.path[0])} ${kept(issue.message)}`);
  throw new Refusal(say`This user cannot be added: ${joined(why, '; ')}.`);
}

/**
 * Finds a user who may act, by e-mail address.
 * @throws Refusal when there is none, or they are disabled
 */
export async function findUser(ground: Pick<Ground, 'db'>, email: string): Promise<User> {
  const user = await readUser(ground, email);
  if (user.disabledAt) throw new Refusal(say`The user ${user.email} is disabled and cannot act.`, 403);
  return user;
}

/**
 * Finds a user by e-mail address, disabled or not.
 * @throws Refusal when there is none
 */
export async function readUser({ db }: Pick<Ground, 'db'>, email: string): Promise<User> {
  const where = { email: email.trim().toLowerCase() };
  const user = await db.user.findUnique({ where, select: FIELDS });
  return found(
    user,
    say`There is no user ${email}. Add one with: wecare user add --email ${email} …`,
  ) as User;
}

/** The addresses of users by their ids; of others there are none. */
export async function emailsOf({ sql }: Pick<Ground, 'sql'>, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ id: string; email: string }>(
    'SELECT id, email FROM app_user WHERE id::text = ANY($1)',
    [ids],
  );
  return new Map(rows.map(({ id, email }) => [id, email]));
}

/** Every user, by name. */
export const listUsers = async ({ db }: Pick<Ground, 'db'>): Promise<User[]> =>
  (await db.user.findMany({
    orderBy: [{ name: 'asc' }, { email: 'asc' }],
    select: FIELDS,
  })) as User[];

/** @throws Refusal (403) that names the roles of which one would do */
export function requireRole(user: User, allowed: Role[], deed: Value): void {
  if (user.roles.some((role) => allowed.includes(role))) return;
  throw new Refusal(
    say`${user.email} may not ${deed}: that needs the role ${oneOf(allowed)}, and theirs: ${allOf(user.roles)}.`,
    403,
  );
}
