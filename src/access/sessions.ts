import { createHash } from 'node:crypto';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { say } from '../say.ts';
import { audit } from './audit.ts';
import { zoneOfUser } from './default-zone.ts';
import type { Role } from './users.ts';

/** A session ends when nothing came for so long, and at the latest after so many days. */
export const IDLE_HOURS = 12;
const LONGEST_DAYS = 7;
/** How long the second factor is waited for. */
const CODE_MINUTES = 10;
/** A session notes no more often that it was seen. */
const SEEN_EVERY_MS = 60_000;

/** Somebody who works with the console, as they are now. */
export interface StaffUser {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  language: Language;
  /** IANA: their own, or that of the office. */
  zone: string;
  ownZone: string | null;
}

/** One row: a browser in which somebody is signed in, or about to be. */
export interface Entry {
  /** Names it to people and in pages; the cookie carries something else. */
  id: string;
  /** `code` while the second factor is awaited. */
  stage: 'code' | 'in';
  user: StaffUser;
  /** Theirs when the cookie was given. */
  roles: Role[];
  network: string;
  /** Family of its browser. */
  agent: string;
  createdAt: Date;
  seenAt: Date;
  /** Whether the user has a second factor, and whether one of their roles must have one. */
  secondFactor: boolean;
  secondFactorDue: boolean;
}

type Part = Pick<Ground, 'sql' | 'clock'>;
/** The zone of who has none of their own comes from there in the end. */
type ZonedPart = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** In which setting the roles stand that must have a second factor: `{"roles": [...]}`. */
export const SECOND_FACTOR_SETTING = 'second-factor';

const LOAD = `
  SELECT s.id, s.stage, s.roles, s.network, s.agent, s.created_at AS "createdAt", s.seen_at AS "seenAt",
         jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'roles', u.roles,
                            'language', u.language, 'zone', ${zoneOfUser('$3')}, 'ownZone', u.own_zone) AS "user",
         c.totp_since IS NOT NULL AS "secondFactor",
         EXISTS (SELECT FROM setting t, jsonb_array_elements_text(t.value -> 'roles') r
                  WHERE t.key = '${SECOND_FACTOR_SETTING}' AND r = ANY(u.roles)) AS "secondFactorDue"
    FROM session s JOIN app_user u ON u.id = s.user_id LEFT JOIN credential c ON c.user_id = u.id
   WHERE s.hash = $1 AND u.disabled_at IS NULL
     AND s.seen_at > $2::timestamptz - interval '${IDLE_HOURS} hours'
     AND s.created_at > $2::timestamptz - interval '${LONGEST_DAYS} days'
     AND (s.stage = 'in' OR s.created_at > $2::timestamptz - interval '${CODE_MINUTES} minutes')`;

/** The session of a cookie with its user as they are now, in one query; null when it has ended. */
export async function loadSession({ sql, clock, config }: ZonedPart, sid: string): Promise<Entry | null> {
  const { rows } = await sql.query<Entry>(LOAD, [digest(sid), clock.now(), config.DEFAULT_ZONE]);
  return rows[0] ?? null;
}

/** Keeps a new session. */
export async function saveSession({ sql }: Pick<Ground, 'sql'>, sid: string, entry: Entry): Promise<void> {
  const { id, user, stage, roles, network, agent, createdAt, seenAt } = entry;
  await sql.query(
    `INSERT INTO session (hash, id, user_id, stage, roles, network, agent, created_at, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [digest(sid), id, user.id, stage, roles, network, agent, createdAt, seenAt],
  );
}

/**
 * Gives a session another cookie, because the roles of its user have changed.
 * @returns false when it has ended, or a request beside this one was quicker
 */
export async function moveSession(
  { sql }: Pick<Ground, 'sql'>,
  { from, to, roles }: { from: string; to: string; roles: Role[] },
): Promise<boolean> {
  const { rowCount } = await sql.query('UPDATE session SET hash = $2, roles = $3 WHERE hash = $1', [
    ...[digest(from), digest(to), roles],
  ]);
  return rowCount === 1;
}

/** A user who may sign in, as the console knows them. @throws Refusal (403) when they are gone or disabled */
export async function staffUser(
  { sql, config }: Pick<Ground, 'sql' | 'config'>,
  id: string,
): Promise<StaffUser> {
  const { rows } = await sql.query<StaffUser>(
    `SELECT id, email, name, roles, language, ${zoneOfUser('$2')} AS zone, own_zone AS "ownZone"
       FROM app_user u WHERE id = $1 AND disabled_at IS NULL`,
    [id, config.DEFAULT_ZONE],
  );
  if (!rows[0]) throw new Refusal(say`This user is disabled and cannot sign in.`, 403);
  return rows[0];
}

/** Notes that a session was used, once a minute at most. */
export async function touchSession({ sql, clock }: Part, sid: string, { seenAt }: Entry): Promise<void> {
  const now = clock.now();
  if (now.getTime() - seenAt.getTime() < SEEN_EVERY_MS) return;
  await sql.query('UPDATE session SET seen_at = $2 WHERE hash = $1', [digest(sid), now]);
}

export async function endSession({ sql }: Pick<Ground, 'sql'>, sid: string): Promise<void> {
  await sql.query('DELETE FROM session WHERE hash = $1', [digest(sid)]);
}

/** A session as people see it in a list. */
export type ListedSession = Pick<Entry, 'id' | 'network' | 'agent' | 'createdAt' | 'seenAt'>;

/** Where a user is signed in, the latest first. */
export async function listSessions({ sql, clock }: Part, userId: string): Promise<ListedSession[]> {
  const { rows } = await sql.query<ListedSession>(
    `SELECT id, network, agent, created_at AS "createdAt", seen_at AS "seenAt" FROM session
      WHERE user_id = $1 AND stage = 'in' AND seen_at > $2::timestamptz - interval '${IDLE_HOURS} hours'
        AND created_at > $2::timestamptz - interval '${LONGEST_DAYS} days' ORDER BY seen_at DESC, id`,
    [userId, clock.now()],
  );
  return rows;
}

/**
 * Ends one session of a user; its browser is signed out at its next request.
 * @throws Refusal (404) when it has ended already
 */
export async function revokeSession(
  { sql }: Pick<Ground, 'sql'>,
  { userId, id }: { userId: string; id: string },
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query('DELETE FROM session WHERE id::text = $1 AND user_id = $2', [
      id,
      userId,
    ]);
    if (!rowCount) throw new Refusal(say`That session has ended already.`, 404);
    await audit(connection, {
      actor,
      action: 'session.revoked',
      subjectType: 'user',
      subjectId: userId,
      before: { session: id },
    });
  });
}

/**
 * Ends all sessions of a user, but the one of `but`.
 * @returns how many
 */
export async function revokeSessions(
  sql: Queryable,
  { userId, but, why }: { userId: string; but?: string | undefined; why: string },
  actor: string,
): Promise<number> {
  const { rowCount } = await sql.query('DELETE FROM session WHERE user_id = $1 AND id IS DISTINCT FROM $2', [
    ...[userId, but ?? null],
  ]);
  const count = rowCount ?? 0;
  if (count) {
    const about = { subjectType: 'user', subjectId: userId, after: { count, why } };
    await audit(sql, { actor, action: 'sessions.revoked', ...about });
  }
  return count;
}

/** Removes sessions that have ended by themselves. */
export async function tidySessions({ sql, clock }: Part): Promise<void> {
  await sql.query(
    `DELETE FROM session WHERE seen_at < $1::timestamptz - interval '${IDLE_HOURS} hours'
        OR created_at < $1::timestamptz - interval '${LONGEST_DAYS} days'
        OR (stage = 'code' AND created_at < $1::timestamptz - interval '${CODE_MINUTES} minutes')`,
    [clock.now()],
  );
}

const digest = (sid: string) => createHash('sha256').update(sid).digest();
