import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';

/** A message that is made from a registered text and has something to send yet. */
export interface TextUse {
  messageId: string;
  message: string;
  campaignId: string;
  campaign: string;
}

/** What has a plan or a run that is not over: until then its words must be those that are registered. */
export async function usesOfText(sql: Queryable, templateId: string): Promise<TextUse[]> {
  const { rows } = await sql.query<TextUse>(
    `SELECT DISTINCT m.id AS "messageId", m.name AS message, c.id AS "campaignId", c.name AS campaign
       FROM channel_template t
       JOIN account a ON a.id = t.account_id
       JOIN message m ON m.channel = a.channel AND m.from_address = a.id::text AND m.archived_at IS NULL
       JOIN campaign c ON c.id = m.campaign_id
       JOIN message_version v ON v.message_id = m.id AND v.language = t.language AND v.subject = t.name
      WHERE t.id::text = $1
        AND (v.version = m.version AND m.schedule IS NOT NULL
             AND (m.schedule ->> 'kind' = 'cron'
                  OR NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.state IN ('finished', 'cancelled')))
             OR EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.version = v.version
                                            AND r.state NOT IN ('finished', 'cancelled')))
      ORDER BY 2, 1 LIMIT 20`,
    [templateId],
  );
  return rows;
}

interface Removal {
  accountId: string;
  /** Of the text, in one language. */
  id: string;
  actor: string;
}

/**
 * Takes a registered text out of those that may be written with. Messages that were sent keep their words.
 * @throws Refusal (404) when there is none, (409) while a message that is planned is made from it
 */
export async function removeText(
  ground: Pick<Ground, 'sql'>,
  { accountId, id, actor }: Removal,
): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const { rows } = await connection.query<{ name: string; language: string; account: string }>(
      `SELECT t.name, t.language, a.name AS account FROM channel_template t JOIN account a ON a.id = t.account_id
        WHERE t.id::text = $1 AND t.account_id::text = $2 FOR UPDATE OF t`,
      [id, accountId],
    );
    const { name, language, account } = found(rows[0], say`There is no such template.`);
    const [use] = await usesOfText(connection, id);
    if (use)
      throw new Refusal(
        say`The template ${name} in ${language} stays: the message ${JSON.stringify(use.message)} of the campaign ${JSON.stringify(use.campaign)} is planned with it. Send or archive that first, or write it with another.`,
        409,
      );
    await connection.query('DELETE FROM channel_template WHERE id::text = $1', [id]);
    const entry = { actor, action: 'template.removed', subjectType: 'template', subjectId: id };
    await audit(connection, { ...entry, before: { account, name, language } });
  });
}
