import type { Connection, Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** How often somebody of staff is told of a project's gifts: soon after each, or once a day. */
export const rhythms = ['each', 'daily'] as const;
export type Rhythm = (typeof rhythms)[number];

/** Whoever makes a project is told once a day, until they wish otherwise. In the transaction that makes it. */
export const watchOwn = (
  connection: Connection,
  { projectId, email }: { projectId: string; email: string },
) =>
  connection.query(
    `INSERT INTO project_watch (project_id, user_id, rhythm, told_to)
     SELECT $1, id, 'daily', 'epoch' FROM app_user WHERE email = $2`,
    [projectId, email],
  );

interface Mine {
  projectId: string;
  /** The user who looks. */
  user: string;
}

/** How often a user is told of a project's gifts; null for not at all. */
export async function watchOf(
  { sql }: { sql: Queryable },
  { projectId, user }: Mine,
): Promise<Rhythm | null> {
  const { rows } = await sql.query<{ rhythm: Rhythm }>(
    'SELECT rhythm FROM project_watch WHERE project_id::text = $1 AND user_id::text = $2',
    [projectId, user],
  );
  return rows[0]?.rhythm ?? null;
}

/** Tells a user of a project's gifts from now on, or of none any more. @throws Refusal (404) without the project */
export async function setWatch(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { projectId, user, rhythm }: Mine & { rhythm: Rhythm | null },
): Promise<void> {
  if (!rhythm) {
    await sql.query('DELETE FROM project_watch WHERE project_id::text = $1 AND user_id::text = $2', [
      ...[projectId, user],
    ]);
    return;
  }
  const { rowCount } = await sql.query(
    `INSERT INTO project_watch (project_id, user_id, rhythm, told_to)
     SELECT p.id, u.id, $3, $4 FROM project p, app_user u WHERE p.id::text = $1 AND u.id::text = $2
     ON CONFLICT (project_id, user_id) DO UPDATE SET rhythm = excluded.rhythm`,
    [projectId, user, rhythm, clock.now()],
  );
  if (!rowCount) throw new Refusal(say`There is no such project.`, 404);
}

/** Somebody who is to be told of gifts that came since. */
export interface Watcher {
  projectId: string;
  user: string;
  email: string;
  name: string;
  language: string;
  titles: { en: string; ml: string };
  since: Date;
}

const DUE = `
SELECT w.project_id AS "projectId", w.user_id AS user, w.told_to AS since, u.email, u.name, u.language,
       jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') AS titles
  FROM project_watch w JOIN app_user u ON u.id = w.user_id AND u.disabled_at IS NULL
  JOIN project p ON p.id = w.project_id
  JOIN project_version v ON v.project_id = p.id AND v.version = coalesce(p.published, p.version)
 WHERE (w.rhythm = 'each' OR w.told_to < $2)
   AND EXISTS (SELECT FROM donation d WHERE d.project_id = w.project_id AND d.created_at > w.told_to AND d.created_at <= $1)
 ORDER BY w.told_to LIMIT 1 FOR UPDATE OF w SKIP LOCKED`;

/**
 * Takes one who waits, in the transaction that writes their mail; they are told of gifts until `until`.
 *
 * @param when.until not quite now: a gift that is being written would be passed over
 * @param when.digest who is told once a day is told of what came before
 * @returns null when nobody waits
 */
export async function takeWatcher(
  connection: Connection,
  { until, digest }: { until: Date; digest: Date },
): Promise<Watcher | null> {
  const { rows } = await connection.query<Watcher>(DUE, [until, digest]);
  const [watcher] = rows;
  if (!watcher) return null;
  await connection.query(
    'UPDATE project_watch SET told_to = $3 WHERE project_id = $1 AND user_id::text = $2',
    [watcher.projectId, watcher.user, until],
  );
  return watcher;
}

/** What came to a project in a time: how many gifts, and what remains of them in paise. */
export async function giftsSince(
  sql: Queryable,
  { projectId, since }: Pick<Watcher, 'projectId' | 'since'>,
  until: Date,
): Promise<{ count: number; amount: bigint }> {
  const { rows } = await sql.query<{ count: number; amount: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(amount - refunded), 0)::bigint AS amount FROM donation
      WHERE project_id = $1 AND created_at > $2 AND created_at <= $3`,
    [projectId, since, until],
  );
  return { count: rows[0]?.count ?? 0, amount: BigInt(rows[0]?.amount ?? 0) };
}
