import { type Connection, transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import type { Ground } from '../ground.ts';
import { type Language, languageOf } from '../i18n.ts';
import { followToken } from '../pages/followers.ts';
import type { UpdateContent } from '../pages/updates.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/** Followers of one transaction: a crash repeats none of them, and nobody waits long for the rows. */
const AT_ONCE = 100;
/** Behind codes, receipts and thanks: many of them are no reason to let those wait. */
const LATER = 200;

/**
 * Writes the mails of updates that are public to everybody who asked for the project's news, each once:
 * the mail and the note that it was written are of one transaction.
 *
 * @returns how many mails
 */
export async function tellFollowers(ground: Needs): Promise<number> {
  let told = 0;
  for (;;) {
    const written = await transaction(ground.sql, (connection) => tellSome(connection, ground));
    if (written === null) return told;
    told += written;
  }
}

interface Told {
  id: string;
  projectId: string;
  slug: string;
  content: UpdateContent;
  titles: Record<Language, string>;
}

/** @returns null when there is no update left to tell */
async function tellSome(connection: Connection, ground: Needs): Promise<number | null> {
  const update = await nextUpdate(connection);
  if (!update) return null;
  const followers = await unfed(connection, update);
  for (const follower of followers) await tell(connection, ground, { update, follower });
  if (followers.length < AT_ONCE)
    await connection.query('UPDATE project_update SET mailed_at = $2 WHERE id = $1', [
      ...[update.id, ground.clock.now()],
    ]);
  return followers.length;
}

async function nextUpdate(connection: Connection): Promise<Told | null> {
  const { rows } = await connection.query<Told>(
    `SELECT u.id, u.project_id AS "projectId", p.slug, u.content,
            jsonb_build_object('en', v.content->'en'->>'title', 'ml', v.content->'ml'->>'title') AS titles
       FROM project_update u JOIN project p ON p.id = u.project_id
       JOIN project_version v ON v.project_id = p.id AND v.version = p.published
      WHERE u.published_at IS NOT NULL AND u.mailed_at IS NULL
      ORDER BY u.published_at, u.id LIMIT 1 FOR UPDATE OF u SKIP LOCKED`,
  );
  return rows[0] ?? null;
}

interface Follower {
  id: string;
  email: string;
  language: string;
}

/** Whoever confirmed before it was public, has not ended it, and has no mail of it yet. */
async function unfed(connection: Connection, { id, projectId }: Told): Promise<Follower[]> {
  const { rows } = await connection.query<Follower>(
    `SELECT f.id, f.email, f.language FROM project_follower f JOIN project_update u ON u.id = $2
      WHERE f.project_id = $1 AND f.confirmed_at <= u.published_at AND f.ended_at IS NULL
        AND NOT EXISTS (SELECT FROM project_update_notice n WHERE n.update_id = $2 AND n.follower_id = f.id)
      ORDER BY f.id LIMIT ${AT_ONCE}`,
    [projectId, id],
  );
  return rows;
}

async function tell(
  connection: Connection,
  ground: Needs,
  { update, follower }: { update: Told; follower: Follower },
): Promise<void> {
  const language = languageOf(follower.language);
  const { title, text } = update.content[language];
  const leaveUrl = `${ground.config.publicUrl}/follow/${followToken(ground.keys, follower.id)}/end`;
  const values = {
    ...{ title, text: beginningOf(text), project: update.titles[language] },
    page_url: `${ground.config.publicUrl}/projects/${update.slug}?lang=${language}`,
    leave_url: `${leaveUrl}?lang=${language}`,
  };
  const letter = await writeNotice(ground, { name: 'project-update', language, values });
  await queueNotice(connection, ground.config, {
    ...{ kind: 'project-update', address: follower.email, language, priority: LATER, leaveUrl },
    ...letter,
  });
  await connection.query(
    'INSERT INTO project_update_notice (update_id, follower_id, at) VALUES ($1, $2, $3)',
    [...[update.id, follower.id, ground.clock.now()]],
  );
}

/** The first paragraph, without the signs of strong words and links; the page has the rest. */
function beginningOf(text: string): string {
  const [first = ''] = text.split(/\n\s*\n/);
  const plain = first.replace(/\*\*/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const letters = [...new Intl.Segmenter('ml').segment(plain.replace(/\s+/g, ' ').trim())];
  const MOST = 500;
  if (letters.length <= MOST) return letters.map(({ segment }) => segment).join('');
  return `${letters
    .slice(0, MOST)
    .map(({ segment }) => segment)
    .join('')}…`;
}
