import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { audit } from './audit.ts';

/** Makes the first administrator, lets an invited user in, or sets a new password. */
export type LinkKind = 'first' | 'welcome' | 'reset';

/** How long each may be followed. */
const HOURS: Record<LinkKind, number> = { first: 24, welcome: 7 * 24, reset: 1 };

export interface NewLink {
  kind: LinkKind;
  /** Whose door it opens; null for the first administrator's. */
  userId: string | null;
  by: string;
}

/** What an unused link of ours stands for. */
export interface OpenLink {
  kind: LinkKind;
  user: { id: string; email: string; name: string; language: string } | null;
}

/**
 * Makes a link that opens its door once. Of invitations only the newest opens; of resets each does until
 * one was used, so that nobody makes another's mail worthless by asking again and again.
 * @returns the token, 256 random bits, of which only the SHA-256 is kept
 */
export async function makeLink(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  { kind, userId, by }: NewLink,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = clock.now();
  const until = new Date(now.getTime() + HOURS[kind] * 3_600_000);
  if (kind !== 'reset') await dropLinks(sql, { kind, userId });
  await sql.query(
    `INSERT INTO access_link (hash, kind, user_id, made_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [digest(token), kind, userId, by, now, until],
  );
  const about = { subjectType: 'user', subjectId: userId ?? 'first administrator', after: { kind } };
  await audit(sql, { actor: by, action: 'link.made', ...about });
  return token;
}

/** Where a token's page is, as its owner opens it. */
export const linkAddress = ({ config }: Pick<Ground, 'config'>, kind: LinkKind, token: string): string =>
  `${config.publicUrl}/console/${kind === 'reset' ? 'reset' : 'welcome'}/${token}`;

const OPEN = `l.hash = $1 AND l.used_at IS NULL AND l.expires_at > $2
  AND (l.kind <> 'first' OR NOT EXISTS (
    SELECT FROM app_user a JOIN credential c ON c.user_id = a.id
     WHERE 'administrator' = ANY(a.roles) AND c.password_hash IS NOT NULL AND a.disabled_at IS NULL))`;

/** Reads what a token stands for and changes nothing: scanners follow links. Null when it opens nothing. */
export async function readLink(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  token: string,
): Promise<OpenLink | null> {
  const { rows } = await sql.query<{ kind: LinkKind; user: OpenLink['user'] }>(
    `SELECT l.kind, CASE WHEN u.id IS NOT NULL THEN
              jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'language', u.language) END AS "user"
       FROM access_link l LEFT JOIN app_user u ON u.id = l.user_id
      WHERE ${OPEN} AND u.disabled_at IS NULL`,
    [digest(token), clock.now()],
  );
  return rows[0] ?? null;
}

/** Takes a link, in the transaction of what it lets happen. @returns false when somebody was quicker */
export async function takeLink(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  token: string,
): Promise<boolean> {
  const { rows } = await sql.query<Dropped>(
    `UPDATE access_link l SET used_at = $2 WHERE ${OPEN} RETURNING kind, user_id AS "userId"`,
    [digest(token), clock.now()],
  );
  if (rows[0]) await dropLinks(sql, rows[0]);
  return rows.length === 1;
}

interface Dropped {
  kind: LinkKind;
  userId: string | null;
}

/** Makes every unused link of a kind for a user open nothing. */
const dropLinks = (sql: Queryable, { kind, userId }: Dropped): Promise<unknown> =>
  sql.query(
    'DELETE FROM access_link WHERE kind = $1 AND user_id IS NOT DISTINCT FROM $2 AND used_at IS NULL',
    [kind, userId],
  );

/** Forgets links a week after they could be followed. */
export async function tidyLinks({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<void> {
  await sql.query("DELETE FROM access_link WHERE expires_at < $1::timestamptz - interval '7 days'", [
    clock.now(),
  ]);
}

const digest = (token: string) => createHash('sha256').update(token).digest();
