import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { addMessage, type MessagePlan } from './campaigns.ts';
import { readContents, type WrittenContent } from './contents.ts';
import { type CarriedFile, filesOf } from './files.ts';
import { findMessage, type Message } from './messages.ts';
import { findCampaign } from './status.ts';
import { writingOf } from './writing.ts';

/** Who did something, when. */
export interface Deed {
  by: string;
  at: Date;
}

/** A message as somebody opens it to write. */
export interface Draft {
  message: Message;
  campaign: { id: string; name: string };
  contents: WrittenContent[];
  files: CarriedFile[];
  /** The approval of what it says now, which an edit withdraws. */
  approval: Deed | null;
  lastEdit: Deed | null;
  /** The slug of the newsletter whose editions it sends. */
  newsletter: string | null;
}

/** @throws Refusal when there is no such message, or it is archived */
export async function openDraft({ sql }: Pick<Ground, 'sql'>, messageId: string): Promise<Draft> {
  const message = await findMessage(sql, messageId);
  const { contents } = await readContents({ sql }, messageId);
  const files = await filesOf(sql, { messageId, version: message.version });
  return { message, contents, files, ...(await circumstances(sql, message)) };
}

const CIRCUMSTANCES = `
  SELECT c.name AS campaign, n.slug AS newsletter, u.email AS approver, a.at AS "approvedAt",
         e.actor AS editor, e.at AS "editedAt"
    FROM campaign c
    LEFT JOIN newsletter n ON n.message_id = $1::uuid
    LEFT JOIN approval a ON a.message_id = $1::uuid AND a.revision = $3
    LEFT JOIN app_user u ON u.id = a.user_id
    LEFT JOIN LATERAL (
      SELECT actor, at FROM audit_entry WHERE subject_type = 'message' AND subject_id = $1::text
         AND action IN ('message.edited', 'message.made') ORDER BY id DESC LIMIT 1) e ON true
   WHERE c.id = $2`;

async function circumstances(sql: Queryable, { id, campaignId, revision }: Message) {
  const { rows } = await sql.query(CIRCUMSTANCES, [id, campaignId, revision]);
  const { campaign, newsletter, approver, approvedAt, editor, editedAt } = rows[0];
  return {
    campaign: { id: campaignId, name: campaign as string },
    newsletter: newsletter as string | null,
    approval: approver ? { by: approver, at: approvedAt } : null,
    lastEdit: editor ? { by: editor, at: editedAt } : null,
  };
}

/** What a new message is offered, from what was written before. */
export interface Usual extends UsualSetup {
  campaign: { id: string; name: string };
}

/** How messages are mostly set up. */
export interface UsualSetup {
  /** Of the campaign's latest message, or of the latest of all. */
  from: string;
  purpose: string;
  lists: string[];
  /** Everything that was used so far, to choose from. */
  senders: string[];
  allLists: string[];
}

/** @throws Refusal when there is no such campaign */
export async function usualFor({ sql }: Pick<Ground, 'sql'>, campaignId: string): Promise<Usual> {
  const { id, name } = await findCampaign({ sql }, campaignId);
  return { campaign: { id, name }, ...(await usualSetup(sql, id)) };
}

/** How mails were set up last, those of this campaign first: a post or an SMS has no sender and other purposes. */
export async function usualSetup(sql: Queryable, campaignId: string | null = null): Promise<UsualSetup> {
  const { rows: before } = await sql.query<{ from: string; purpose: string; lists: string[] | null }>(
    `SELECT from_name || ' <' || from_address || '>' AS "from", purpose,
            CASE WHEN campaign_id = $1::uuid THEN ARRAY(SELECT jsonb_array_elements_text(audience->'lists')) END AS lists
       FROM message WHERE channel = 'email' ORDER BY campaign_id IS NOT DISTINCT FROM $1::uuid DESC, created_at DESC, id DESC LIMIT 200`,
    [campaignId],
  );
  const { rows: lists } = await sql.query<{ name: string }>('SELECT name FROM list ORDER BY name LIMIT 200');
  const [latest] = before;
  return {
    ...{ from: latest?.from ?? '', purpose: latest?.purpose ?? '', lists: latest?.lists ?? [] },
    senders: [...new Set(before.map(({ from }) => from))].slice(0, 20),
    allLists: lists.map(({ name }) => name),
  };
}

/**
 * Adds a message to a campaign, by mail or to telephones, neither scheduled nor approved yet.
 * @throws Refusal as `createCampaign` does
 */
export async function addToCampaign(
  ground: Pick<Ground, 'sql' | 'config'>,
  { campaignId, user }: { campaignId: string; user: User },
  plan: MessagePlan,
): Promise<string> {
  requireRole(user, ['author', 'administrator'], say`write campaigns`);
  const campaign = await findCampaign(ground, campaignId);
  const written = await writingOf(ground, plan);
  return transaction(ground.sql, async (connection) => {
    const messageId = await addMessage(connection, { campaign, plan, ...written, user });
    const about = { subjectType: 'campaign', subjectId: campaign.id, after: { message: messageId } };
    await audit(connection, { actor: user.email, action: 'campaign.extended', ...about });
    return messageId;
  });
}
