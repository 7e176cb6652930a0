import { v7 as uuid } from 'uuid';
import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import type { Keys } from '../keys.ts';
import { readSignedId, signId } from '../signed-ids.ts';

/** One confirmation mail to an address in this time, so that the form cannot be used to bomb a stranger. */
const RESEND_HOURS = 4;
/** How long a confirmation mail can be answered. */
const OPEN_HOURS = 72;
/** That somebody left is kept so long, so that a question about it can be answered. */
const LEFT_HOURS = 24 * 30;

export interface Wish {
  projectId: string;
  /** Normalised. */
  email: string;
  language: Language;
  /** What was shown and agreed to. */
  words: string;
}

type Part = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/**
 * Keeps that somebody wants a project's news, until the owner of the address confirms it.
 * @returns the token for the confirmation mail; null when none may be sent: they get the news already, a mail
 *   went out within hours, or the address is dead or has complained
 */
export async function askToFollow({ sql, keys, clock }: Part, wish: Wish): Promise<string | null> {
  const { projectId, email, language, words } = wish;
  const now = clock.now();
  if (await isClosed(sql, email)) return null;
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO project_follower AS f (id, project_id, email, language, words, asked_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (project_id, email) DO UPDATE SET id = excluded.id, language = excluded.language,
           words = excluded.words, asked_at = excluded.asked_at, confirmed_at = NULL, ended_at = NULL
       WHERE (f.confirmed_at IS NULL OR f.ended_at IS NOT NULL) AND f.asked_at <= $7
     RETURNING id`,
    [uuid(), projectId, email, language, words, now, hours(now, -RESEND_HOURS)],
  );
  return rows[0] ? followToken(keys, rows[0].id) : null;
}

/** Forgets a wish whose mail could not be written, so that it may be asked for again at once. */
export async function takeBackFollow({ sql, keys }: Part, token: string): Promise<void> {
  await sql.query('DELETE FROM project_follower WHERE id = $1 AND confirmed_at IS NULL', [
    readFollowToken(keys, token),
  ]);
}

/** Somebody who follows a project, or may. */
export interface Follower {
  id: string;
  slug: string;
  email: string;
  language: Language;
  words: string;
  /** `asked`: waits for a confirmation, in time. */
  state: 'asked' | 'confirmed' | 'ended' | 'expired';
}

/** Whom a token stands for, changing nothing: scanners follow links. Null for none of ours. */
export async function findFollower({ sql, keys, clock }: Part, token: string): Promise<Follower | null> {
  const { rows } = await sql.query<Follower>(
    `SELECT f.id, p.slug, f.email, f.language, f.words,
            CASE WHEN f.ended_at IS NOT NULL THEN 'ended' WHEN f.confirmed_at IS NOT NULL THEN 'confirmed'
                 WHEN f.asked_at > $2 THEN 'asked' ELSE 'expired' END AS state
       FROM project_follower f JOIN project p ON p.id = f.project_id WHERE f.id = $1`,
    [readFollowToken(keys, token), hours(clock.now(), -OPEN_HOURS)],
  );
  return rows[0] ?? null;
}

/**
 * The owner of the address wants the news. What an unsubscribe had suppressed is lifted, as this is asked for
 * anew; which other mails they agreed to is not touched.
 */
export async function confirmFollow({ sql, clock }: Part, { id, email }: Follower): Promise<void> {
  await transaction(sql, async (connection) => {
    await connection.query(
      'UPDATE project_follower SET confirmed_at = coalesce(confirmed_at, $2) WHERE id = $1 AND ended_at IS NULL',
      [id, clock.now()],
    );
    await connection.query(
      `DELETE FROM suppression WHERE channel = $1 AND hash = address_hash($1, $2) AND reason ~* '^unsubscri'`,
      [EMAIL_CHANNEL, email],
    );
  });
}

/** No more news. */
export async function endFollow({ sql, clock }: Part, { id }: Follower): Promise<void> {
  await sql.query('UPDATE project_follower SET ended_at = coalesce(ended_at, $2) WHERE id = $1', [
    id,
    clock.now(),
  ]);
}

/** Forgets who never confirmed, and who left. */
export async function tidyFollowers({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<void> {
  const now = clock.now();
  await sql.query(
    'DELETE FROM project_follower WHERE (confirmed_at IS NULL AND asked_at <= $1) OR ended_at <= $2',
    [hours(now, -OPEN_HOURS), hours(now, -LEFT_HOURS)],
  );
}

const hours = (time: Date, by: number) => new Date(time.getTime() + by * 3_600_000);

async function isClosed(sql: Queryable, email: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM suppression WHERE channel = $1 AND hash = address_hash($1, $2) AND reason !~* '^unsubscri'
        AND (expires_at IS NULL OR expires_at > now())`,
    [EMAIL_CHANNEL, email],
  );
  return Boolean(rowCount);
}

/** What the addresses in a follower's mails end with: `/follow/TOKEN` confirms, `/follow/TOKEN/end` ends. */
export const followToken = (keys: Keys, id: string): string => signId(keys, 'project-follow', id);

const readFollowToken = (keys: Keys, token: string): string | null =>
  readSignedId(keys, 'project-follow', token);
