import type { Ground } from '../ground.ts';
import { findMessage } from './messages.ts';

/** What a message says in one language, as its author wrote it and as it was compiled. */
export interface WrittenContent {
  language: string;
  subject: string;
  preheader: string;
  /** JSON blocks or MJML. */
  body: string;
  html: string;
  text: string;
}

/** @throws Refusal when there is no such message */
export async function readContents(
  { sql }: Pick<Ground, 'sql'>,
  messageId: string,
): Promise<{ version: number; contents: WrittenContent[] }> {
  const { version } = await findMessage(sql, messageId);
  const { rows } = await sql.query<WrittenContent>(
    `SELECT language, subject, preheader, source AS body, html, text FROM message_version
      WHERE message_id = $1 AND version = $2 ORDER BY language`,
    [messageId, version],
  );
  return { version, contents: rows };
}
