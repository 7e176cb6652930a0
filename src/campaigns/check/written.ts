import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { filesOf } from '../files.ts';
import { findCampaign } from '../status.ts';
import { checkMail } from './check.ts';
import type { Finding } from './finding.ts';

const WRITTEN = `
  SELECT v.language, v.subject, v.html, v.text, m.name, m.id, m.version FROM message m
    JOIN message_version v ON v.message_id = m.id AND v.version = m.version
   WHERE m.id::text = $1 OR m.campaign_id::text = $1 ORDER BY m.created_at, v.language`;

interface Row {
  language: string;
  subject: string;
  html: string;
  text: string;
  name: string;
  id: string;
  version: number;
}

/**
 * Checks what a message says now in each language, by the message's id or by its campaign.
 * @throws Refusal when there is no such message or campaign
 */
export async function checkWritten({ sql }: Pick<Ground, 'sql'>, wish: string): Promise<Finding[]> {
  const ofMessage = await sql.query<Row>(WRITTEN, [wish.toLowerCase()]);
  const rows = ofMessage.rows.length
    ? ofMessage.rows
    : (await sql.query<Row>(WRITTEN, [(await findCampaign({ sql }, wish)).id])).rows;
  found(rows[0], say`${JSON.stringify(wish)} says nothing yet.`);
  const findings: Finding[] = [];
  for (const { name, id, version, ...mail } of rows) {
    const files = await filesOf(sql, { messageId: id, version });
    findings.push(...checkMail({ ...mail, files, name: `${name}, ${mail.language}` }));
  }
  return findings;
}
