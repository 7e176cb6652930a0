import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { requireLanguage, type Target } from '../audience.ts';
import { about, findMessage, type Revised, reviseMessage, type UnknownPolicy } from '../messages.ts';
import type { Schedule } from '../schedule.ts';
import { requireLine } from '../sender.ts';
import { findCampaign } from '../status.ts';
import { settleUses } from '../uses.ts';
import { addVersion, type Compiled, languagesOf } from '../versions.ts';
import { type PostDocument, type PostInput, readDocument } from './document.ts';
import { picturesIn, previewOf } from './preview.ts';
import { requireAccounts } from './targets.ts';

/** A post that is written once for many networks. */
export interface PostPlan {
  name: string;
  /** By language tag. */
  contents: Record<string, PostInput>;
  accounts: Target[];
  unknownPolicy?: UnknownPolicy;
}

type Writing = Pick<Ground, 'sql' | 'clock' | 'config'>;
const WRITERS = ['author', 'administrator'] as const;
/** What posts are for, where people give consent to a purpose: nobody does to a post. */
const PURPOSE = 'posts';

/**
 * Adds a post to a campaign, neither scheduled nor approved yet. What a network will not take is said by
 * `checkPost`, and refused when approval is asked for.
 * @throws Refusal for a document that will not do, an account that is not there, a user who may not write
 */
export async function addPost(
  ground: Writing,
  { campaignId, user }: { campaignId: string; user: User },
  plan: PostPlan,
): Promise<string> {
  requireRole(user, [...WRITERS], say`write campaigns`);
  const campaign = await findCampaign(ground, campaignId);
  const compiled = await compilePosts(ground, plan.contents);
  if (!compiled.length) throw new Refusal(say`A post needs a text in at least one language.`);
  return transaction(ground.sql, (connection) =>
    insertPost(connection, { campaignId: campaign.id, user }, { ...plan, compiled }),
  );
}

/** Writes a post with its first version, in the transaction of its caller. @returns its id */
export async function insertPost(
  connection: Connection,
  { campaignId, user }: { campaignId: string; user: User },
  plan: Omit<PostPlan, 'contents'> & { compiled: Compiled[] },
): Promise<string> {
  const written = plan.compiled.map(({ language }) => language);
  const accounts = await requireAccounts(connection, plan.accounts, written);
  const id = uuid();
  const audience = { lists: [], fallback: written, accounts };
  await connection.query(
    `INSERT INTO message (id, campaign_id, channel, name, purpose, from_name, from_address, audience,
                          unknown_policy, canary, revision, version, edited_by)
     VALUES ($1, $2, 'post', $3, $4, '', '', $5, $6, 'false', 1, 1, $7)`,
    [
      ...[id, campaignId, requireLine(plan.name, say`The message’s name`), PURPOSE],
      ...[JSON.stringify(audience), plan.unknownPolicy ?? 'leave', user.id],
    ],
  );
  await addVersion(connection, { messageId: id, version: 0, compiled: plan.compiled });
  await settleUses(connection, { messageId: id, version: 1 });
  const editor = { actor: user.email, userId: user.id };
  const after = { audience, languages: written };
  await audit(connection, { ...about({ id }, editor), action: 'message.made', after });
  return id;
}

/** What an edit of a post says anew; a language that is not mentioned stays. */
export type PostEdit = Partial<PostPlan>;

/**
 * Changes a post; an approval is withdrawn by it, as for every message.
 * @param revision the one that the edit began from; when it holds no longer, the edit is refused
 * @throws Refusal as `addPost` does, and (409) for an old revision; then nothing is changed
 */
export async function editPost(
  ground: Writing,
  { messageId, user, revision }: { messageId: string; user: User; revision?: number },
  edit: PostEdit,
): Promise<Revised> {
  requireRole(user, [...WRITERS], say`edit campaigns`);
  const compiled = await compilePosts(ground, edit.contents ?? {});
  const editor = { actor: user.email, userId: user.id };
  return reviseMessage(ground, { messageId, editor }, async (message, connection) => {
    if (revision !== undefined && revision !== message.revision)
      throw new Refusal(
        say`The message ${JSON.stringify(message.name)} was edited by somebody else meanwhile. Look at what they changed.`,
        409,
      );
    requirePost(message.channel);
    const version = await addVersion(connection, { messageId, version: message.version, compiled });
    const written = await languagesOf(connection, messageId, version);
    const accounts = await requireAccounts(
      connection,
      edit.accounts ?? message.audience.accounts ?? [],
      written,
    );
    return {
      ...(edit.name !== undefined && { name: requireLine(edit.name, say`The message’s name`) }),
      ...(edit.unknownPolicy && { unknownPolicy: edit.unknownPolicy }),
      ...{ version, audience: { ...message.audience, fallback: written, accounts } },
    };
  });
}

/** A post as it is now. */
export interface Post {
  id: string;
  campaignId: string;
  name: string;
  revision: number;
  version: number;
  accounts: Target[];
  documents: Record<string, PostDocument>;
}

/** @throws Refusal when there is no such message, or it is no post */
export async function openPost({ sql }: Pick<Ground, 'sql'>, messageId: string): Promise<Post> {
  const { id, campaignId, channel, name, revision, version, audience } = await findMessage(sql, messageId);
  requirePost(channel);
  const { rows } = await sql.query<{ language: string; source: string }>(
    'SELECT language, source FROM message_version WHERE message_id = $1 AND version = $2 ORDER BY language',
    [messageId, version],
  );
  const documents = Object.fromEntries(
    rows.map(({ language, source }) => [language, readDocument(JSON.parse(source))]),
  );
  return { id, campaignId, name, revision, version, accounts: audience.accounts ?? [], documents };
}

/** A post among others. */
export interface PostRow {
  id: string;
  campaignId: string;
  name: string;
  revision: number;
  version: number;
  languages: string[];
  accounts: Target[];
  /** Whether it is approved as it stands. */
  approved: boolean;
  schedule: Schedule | null;
  createdAt: Date;
}

/** Posts that are not put away, the newest first. @param campaignId null for those of every campaign */
export async function listPosts(sql: Queryable, campaignId: string | null = null): Promise<PostRow[]> {
  const { rows } = await sql.query<PostRow>(
    `SELECT m.id, m.campaign_id AS "campaignId", m.name, m.revision, m.version, m.schedule, m.created_at AS "createdAt",
            coalesce(m.audience -> 'accounts', '[]') AS accounts,
            ARRAY(SELECT v.language FROM message_version v
                   WHERE v.message_id = m.id AND v.version = m.version ORDER BY 1) AS languages,
            EXISTS (SELECT FROM approval a WHERE a.message_id = m.id AND a.revision = m.revision) AS approved
       FROM message m
      WHERE m.channel = 'post' AND m.archived_at IS NULL AND ($1::uuid IS NULL OR m.campaign_id = $1)
      ORDER BY m.created_at DESC, m.id DESC LIMIT 2000`,
    [campaignId],
  );
  return rows;
}

function requirePost(channel: string): void {
  if (channel !== 'post')
    throw new Refusal(say`This message is no post: it goes to people, one by one.`, 409);
}

/** Each language as a row of message_version: the document, and what it looks like without any network. */
export async function compilePosts(
  { sql, config }: Writing,
  contents: Record<string, PostInput>,
): Promise<Compiled[]> {
  const compiled: Compiled[] = [];
  for (const [tag, input] of Object.entries(contents)) {
    const language = requireLanguage(tag);
    const document = readDocument(input);
    const pictures = await picturesIn(sql, document);
    compiled.push({
      ...{ language, subject: '', preheader: '', source: JSON.stringify(document) },
      ...{ html: previewOf(document, pictures, config.publicUrl), text: document.text },
    });
  }
  return compiled;
}
