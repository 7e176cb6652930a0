import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { findUser, requireRole, type User } from '../access/users.ts';
import { type Queryable, transaction } from '../db.ts';
import { sendNotice } from '../deliveries/notices.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { say } from '../say.ts';
import { approveLocked, requireApprover, requireOtherEditor } from './approvals.ts';
import { findMessage, lockMessage } from './messages.ts';
import { writeNotice } from './notice-letters.ts';
import { requirePublishable } from './posts/check.ts';
import { requireAddress, requireLine } from './sender.ts';

/** How long somebody may answer. */
const DAYS = 7;
const LONGEST = 2000;

type Part = Pick<Ground, 'sql' | 'clock'>;

/** `void`: the message was edited since, so an answer would be about something else. */
export type ReviewState = 'open' | 'answered' | 'expired' | 'revoked' | 'void';

/** What somebody outside was asked, and said. */
export interface OutsideReview {
  id: string;
  messageId: string;
  revision: number;
  reviewer: string;
  madeBy: string;
  madeAt: Date;
  expiresAt: Date;
  decidedAt: Date | null;
  /** Their yes is the approval, in the name of whoever asked. */
  decides: boolean;
  /** Null until they have answered. */
  approved: boolean | null;
  words: string | null;
  state: ReviewState;
}

interface Asked {
  messageId: string;
  user: User;
}

/**
 * Makes a link by which one named person without an account says what they think of a message as it is now.
 * Their answer is a recommendation, unless an approver lets their yes be the approval: the hands stay two,
 * because whoever edited the message last cannot do so.
 * @param decides whether their yes is the approval
 * @returns the token, 256 random bits, of which only the SHA-256 is kept
 * @throws Refusal for an empty name, a message that is not there, and a user who only reads
 */
export async function makeReview(
  { sql, clock }: Part,
  { messageId, user }: Asked,
  name: string,
  decides = false,
): Promise<string> {
  requireRole(user, ['author', 'approver', 'administrator'], say`ask people of other offices`);
  const reviewer = requireLine(name, say`The person’s name`);
  const message = await findMessage(sql, messageId);
  const { revision } = message;
  if (decides) {
    requireApprover(user);
    requireOtherEditor(message, user);
  }
  const token = randomBytes(32).toString('base64url');
  const [id, now] = [uuid(), clock.now()];
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO outside_review (id, message_id, revision, reviewer, hash, made_by, made_at, expires_at, decides)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, messageId, revision, reviewer, digest(token), user.email, now],
        ...[new Date(now.getTime() + DAYS * 86_400_000), decides],
      ],
    );
    const after = { review: id, revision, reviewer, decides };
    await audit(connection, { ...about(messageId, user.email), action: 'review.asked', after });
  });
  return token;
}

interface Invited {
  name: string;
  email: string;
  language: Language;
  decides?: boolean;
}

/** Makes such a link and mails it. @throws Refusal as `makeReview`, and for what is no address */
export async function askReviewer(
  ground: Part & Pick<Ground, 'db' | 'queues' | 'config'>,
  asked: Asked,
  { name, email, language, decides = false }: Invited,
): Promise<void> {
  const address = requireAddress(email);
  const token = await makeReview(ground, asked, name, decides);
  const link = `${ground.config.publicUrl}/review/${token}?lang=${language}`;
  const values = { name: name.trim(), asker: asked.user.name, link_url: link };
  const letter = await writeNotice(ground, { name: 'review-asked', language, values });
  await sendNotice(ground, { kind: 'review-asked', address, language, ...letter });
}

/** Takes a link back. @throws Refusal when nothing is open that could be */
export async function revokeReview(
  { sql, clock }: Part,
  { messageId, user }: Asked,
  review: string,
): Promise<void> {
  requireRole(user, ['author', 'approver', 'administrator'], say`ask people of other offices`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE outside_review SET revoked_at = $3
        WHERE id::text = $1 AND message_id::text = $2 AND revoked_at IS NULL AND decided_at IS NULL`,
      [review, messageId, clock.now()],
    );
    if (!rowCount) throw new Refusal(say`That link is answered or taken back already.`, 409);
    await audit(connection, {
      ...about(messageId, user.email),
      action: 'review.revoked',
      before: { review },
    });
  });
}

const COLUMNS = `v.id, v.message_id AS "messageId", v.revision, v.reviewer, v.made_by AS "madeBy", v.made_at AS "madeAt",
  v.expires_at AS "expiresAt", v.decides, v.decided_at AS "decidedAt", v.approved, v.words,
  CASE WHEN v.revoked_at IS NOT NULL THEN 'revoked' WHEN v.revision <> m.revision OR m.archived_at IS NOT NULL THEN 'void'
       WHEN v.decided_at IS NOT NULL THEN 'answered' WHEN v.expires_at <= $2 THEN 'expired' ELSE 'open' END AS state`;

/** Everybody who was asked about a message, the latest first. */
export async function listReviews({ sql, clock }: Part, messageId: string): Promise<OutsideReview[]> {
  const { rows } = await sql.query<OutsideReview>(
    `SELECT ${COLUMNS} FROM outside_review v JOIN message m ON m.id = v.message_id
      WHERE v.message_id = $1 ORDER BY v.made_at DESC, v.id DESC LIMIT 50`,
    [messageId, clock.now()],
  );
  return rows;
}

/** What a token stands for; null when it is none of ours. */
export const openReview = ({ sql, clock }: Part, token: string): Promise<OutsideReview | null> =>
  readReview(sql, token, clock.now());

async function readReview(sql: Queryable, token: string, now: Date): Promise<OutsideReview | null> {
  const { rows } = await sql.query<OutsideReview>(
    `SELECT ${COLUMNS} FROM outside_review v JOIN message m ON m.id = v.message_id WHERE v.hash = $1`,
    [digest(token), now],
  );
  return rows[0] ?? null;
}

/**
 * Keeps what somebody outside says, once, under their name.
 * @throws Refusal without a reason for a change, and (409) when the link is no longer open
 */
export async function answerReview(
  ground: Part & Pick<Ground, 'db' | 'config' | 'keys'>,
  token: string,
  { approved, words: typed }: { approved: boolean; words: string },
): Promise<void> {
  const words = typed.trim().replaceAll('\r\n', '\n').normalize('NFC');
  if (!approved && !words) throw new Refusal(say`Say what is to be changed, so that it can be.`);
  if (words.length > LONGEST) throw new Refusal(say`A comment has up to ${LONGEST} characters.`);
  const { sql, clock, db } = ground;
  const now = clock.now();
  if (approved) await requireDecidable(ground, token, now);
  await transaction(sql, async (connection) => {
    const seen = found(await readReview(connection, token, now), say`This link opens nothing.`);
    await lockMessage(connection, seen.messageId);
    const review = await readReview(connection, token, now);
    if (review?.state !== 'open')
      throw new Refusal(say`This link is no longer open. Ask whoever sent it for another.`, 409);
    const { rowCount } = await connection.query(
      'UPDATE outside_review SET decided_at = $2, approved = $3, words = $4 WHERE id = $1 AND decided_at IS NULL',
      [review.id, now, approved, words || null],
    );
    if (!rowCount) throw new Refusal(say`This link is no longer open. Ask whoever sent it for another.`, 409);
    if (approved && review.decides) {
      const user = await findUser({ db }, review.madeBy);
      const { messageId, revision, reviewer: outside } = review;
      await approveLocked(connection, { messageId, user, revision, at: now, reference: undefined, outside });
    }
    const after = { review: review.id, revision: review.revision, approved, words: words || null };
    const actor = `${review.reviewer} (outside)`;
    await audit(connection, { ...about(review.messageId, actor), action: 'review.answered', after });
  });
}

/** What cannot be published is not approved either, whoever approves. */
async function requireDecidable(
  ground: Parameters<typeof requirePublishable>[0],
  token: string,
  now: Date,
): Promise<void> {
  const review = await readReview(ground.sql, token, now);
  if (!review?.decides || review.state !== 'open') return;
  const { channel } = await findMessage(ground.sql, review.messageId);
  if (channel === 'post') await requirePublishable(ground, review.messageId);
}

const digest = (token: string) => createHash('sha256').update(token).digest();

const about = (messageId: string, actor: string) => ({ actor, subjectType: 'message', subjectId: messageId });
