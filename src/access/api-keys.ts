import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Sentence, say } from '../say.ts';
import { audit } from './audit.ts';
import type { User } from './users.ts';

/** What a key may be for. To read and to write are two scopes, so that a dashboard changes nothing. */
export const scopes = [
  ...(['contacts:read', 'contacts:write', 'suppressions:read', 'suppressions:write'] as const),
  ...(['campaigns:read', 'campaigns:write', 'campaigns:approve', 'campaigns:control'] as const),
  ...(['media:read', 'media:write'] as const),
  ...(['projects:read', 'projects:write', 'projects:approve'] as const),
  ...(['deliveries:read', 'notices:read', 'settings:read', 'settings:write'] as const),
  ...(['accounts:read', 'accounts:write', 'users:read', 'users:write', 'keys:read', 'keys:write'] as const),
  ...(['webhooks:read', 'webhooks:write', 'audit:read'] as const),
] as const;
export type Scope = (typeof scopes)[number];

/** A key as people see it; the key itself is shown once, when it is made. */
export interface ApiKey {
  id: string;
  name: string;
  /** Its beginning, by which people tell keys apart. */
  prefix: string;
  scopes: Scope[];
  /** E-mail address of the user it acts as. */
  user: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** Who calls: a key, and the user it acts as. */
export interface Caller {
  keyId: string;
  prefix: string;
  scopes: Scope[];
  user: User;
}

export interface NewKey {
  name: string;
  scopes: string[];
  /** Whom it acts as. */
  user: User;
  expiresAt?: Date | undefined;
}

/** A minute: a busy key writes its last use no more often. */
const USED_EVERY_SECONDS = 60;
const PATTERN = /^wecare_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/;

/**
 * Makes a key of 256 random bits. Kept is its SHA-256, which is enough for what nobody can guess.
 * @returns the key, which cannot be shown again
 * @throws Refusal for a scope that does not exist, a name that will not do, a date that has passed
 */
export async function createKey(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { name, scopes: wished, user, expiresAt }: NewKey,
  actor: string,
): Promise<{ key: string; id: string; prefix: string }> {
  const wanted = requireScopes(wished);
  const title = name.trim();
  if (!title || title.length > 100 || /\p{Cc}/u.test(title))
    throw new Refusal(say`A key needs a name of one line, such as the program that uses it.`);
  if (expiresAt && expiresAt <= clock.now())
    throw new Refusal(say`This key would have expired already. Choose a later date.`);
  const [id, prefix] = [uuid(), randomBytes(4).toString('hex')];
  const key = `wecare_${prefix}_${randomBytes(32).toString('base64url')}`;
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO api_key (id, name, prefix, hash, scopes, user_id, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, title, prefix, digest(key), wanted, user.id, clock.now(), expiresAt ?? null],
    );
    const after = { name: title, prefix, scopes: wanted, user: user.email, expiresAt };
    await audit(connection, {
      actor,
      action: 'api-key.created',
      subjectType: 'api_key',
      subjectId: id,
      after,
    });
  });
  return { key, id, prefix };
}

const LIST = `
  SELECT k.id, k.name, k.prefix, k.scopes, u.email AS "user", k.created_at AS "createdAt",
         k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt"
    FROM api_key k JOIN app_user u ON u.id = k.user_id`;

/** Every key there ever was, the newest first. */
export async function listKeys({ sql }: Pick<Ground, 'sql'>): Promise<ApiKey[]> {
  const { rows } = await sql.query<ApiKey>(`${LIST} ORDER BY k.id DESC`);
  return rows;
}

/** Keys in use that end within so many days, the soonest first. */
export async function keysEnding(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  days: number,
): Promise<ApiKey[]> {
  const { rows } = await sql.query<ApiKey>(
    `${LIST} WHERE k.revoked_at IS NULL AND k.expires_at > $1
                AND k.expires_at < $1::timestamptz + make_interval(days => $2) ORDER BY k.expires_at`,
    [clock.now(), days],
  );
  return rows;
}

/**
 * Ends a key for good, at once.
 * @param wish its id or prefix
 * @throws Refusal when there is none, or it is revoked already
 */
export async function revokeKey(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  wish: string,
  actor: string,
): Promise<ApiKey> {
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<ApiKey>(
      `${LIST} WHERE k.id::text = $1 OR k.prefix = $1 FOR UPDATE OF k`,
      [wish],
    );
    const key = found(
      rows[0],
      say`There is no API key ${JSON.stringify(wish)}. Name it by its id or prefix.`,
    );
    if (key.revokedAt) throw new Refusal(say`The key ${key.prefix} is revoked already.`, 409);
    const revokedAt = clock.now();
    await connection.query('UPDATE api_key SET revoked_at = $2 WHERE id = $1', [key.id, revokedAt]);
    const subject = { subjectType: 'api_key', subjectId: key.id };
    await audit(connection, { actor, action: 'api-key.revoked', ...subject, after: { prefix: key.prefix } });
    return { ...key, revokedAt };
  });
}

interface Row {
  id: string;
  prefix: string;
  hash: Buffer;
  scopes: Scope[];
  expires_at: Date | null;
  revoked_at: Date | null;
  used_seconds: number | null;
  user: User;
}

/**
 * Whose key this is, and notes that it was used.
 * @throws Refusal (401) for a key that is none, was revoked or has expired, or whose user is disabled
 */
export async function findCaller(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  key: string,
): Promise<Caller> {
  const prefix = PATTERN.exec(key)?.[1];
  const { rows } = await sql.query<Row>(
    `SELECT k.*, extract(epoch FROM $2::timestamptz - k.last_used_at)::float8 AS used_seconds,
            jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'roles', u.roles,
                               'disabledAt', u.disabled_at) AS "user"
       FROM api_key k JOIN app_user u ON u.id = k.user_id WHERE k.prefix = $1`,
    [prefix ?? '', clock.now()],
  );
  const row = rows[0];
  if (!row || !timingSafeEqual(row.hash, digest(key))) throw refused(say`This API key is not known.`);
  if (row.revoked_at) throw refused(say`The API key ${row.prefix} was revoked.`);
  if (row.expires_at && row.expires_at <= clock.now())
    throw refused(say`The API key ${row.prefix} has expired.`);
  if (row.user.disabledAt)
    throw refused(say`The user of the API key ${row.prefix} is disabled and cannot act.`);
  if (row.used_seconds === null || row.used_seconds > USED_EVERY_SECONDS)
    await sql.query('UPDATE api_key SET last_used_at = $2 WHERE id = $1', [row.id, clock.now()]);
  return { keyId: row.id, prefix: row.prefix, scopes: row.scopes, user: row.user };
}

/** @throws Refusal (403) that names the scope which is missing */
export function requireScope({ scopes: held, prefix }: Caller, scope: Scope): void {
  if (held.includes(scope)) return;
  const has = held.join(', ') || say`none`;
  throw new Refusal(
    say`This needs the scope ${scope}, which the API key ${prefix} lacks; it has: ${has}.`,
    403,
  );
}

const refused = (sentence: Sentence) =>
  new Refusal(say`${sentence} Make one with: wecare api-key create.`, 401);
const digest = (key: string) => createHash('sha256').update(key).digest();

function requireScopes(wished: string[]): Scope[] {
  const unknown = wished.find((scope) => !(scopes as readonly string[]).includes(scope));
  if (unknown !== undefined)
    throw new Refusal(say`There is no scope ${JSON.stringify(unknown)}. There are: ${scopes.join(', ')}.`);
  if (!wished.length)
    throw new Refusal(say`A key needs at least one scope. There are: ${scopes.join(', ')}.`);
  return scopes.filter((scope) => wished.includes(scope));
}
