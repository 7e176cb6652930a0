import { requireRole, type User } from '../access/users.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { editMessage } from './campaigns.ts';
import type { WrittenContent } from './contents.ts';
import { findMessage, type Revised } from './messages.ts';
import { readDocument } from './posts/document.ts';
import { editPost } from './posts/posts.ts';

/** One version of what a message said. */
export interface VersionRow {
  version: number;
  at: Date;
  /** Who wrote it; null for one that the engine composed. */
  by: string | null;
  languages: string[];
  /** Whether mails with it have gone out. */
  sent: boolean;
}

const MOST = 100;

/** Versions, the newest first. */
export async function listVersions({ sql }: Pick<Ground, 'sql'>, messageId: string): Promise<VersionRow[]> {
  const { rows } = await sql.query<VersionRow>(
    `SELECT v.version, min(v.created_at) AS at, array_agg(v.language ORDER BY v.language) AS languages,
            EXISTS (SELECT FROM run r WHERE r.message_id = $1::uuid AND r.version = v.version
                       AND r.started_at IS NOT NULL) AS sent,
            (SELECT actor FROM audit_entry e
              WHERE e.subject_type = 'message' AND e.subject_id = $1::text
                AND (e.after->>'version' = v.version::text OR v.version = 1 AND e.action = 'message.made')
              ORDER BY e.id LIMIT 1) AS by
       FROM message_version v WHERE v.message_id = $1::uuid
      GROUP BY v.version ORDER BY v.version DESC LIMIT ${MOST}`,
    [messageId],
  );
  return rows;
}

/** @throws Refusal (404) when there is no such version */
export async function readVersion(
  { sql }: Pick<Ground, 'sql'>,
  { messageId, version }: { messageId: string; version: number },
): Promise<WrittenContent[]> {
  const { rows } = await sql.query<WrittenContent>(
    `SELECT language, subject, preheader, source AS body, html, text FROM message_version
      WHERE message_id = $1 AND version = $2 ORDER BY language`,
    [messageId, version],
  );
  found(rows[0], say`The message has no version ${version}.`);
  return rows;
}

/**
 * Says again what an earlier version said, as a new version; languages that it does not have stay.
 * @throws Refusal as `editMessage` does
 */
export async function restoreVersion(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  { messageId, version, revision }: { messageId: string; version: number; revision: number },
  user: User,
): Promise<Revised> {
  requireRole(user, ['author', 'administrator'], say`edit campaigns`);
  const written = await readVersion(ground, { messageId, version });
  if ((await findMessage(ground.sql, messageId)).channel === 'post') {
    const posts = Object.fromEntries(
      written.map(({ language, body }) => [language, readDocument(JSON.parse(body))]),
    );
    return editPost(ground, { messageId, user, revision }, { contents: posts });
  }
  const contents = Object.fromEntries(
    written.map(({ language, subject, preheader, body }) => [language, { subject, preheader, body }]),
  );
  return editMessage(ground, { messageId, user, revision }, { contents });
}
