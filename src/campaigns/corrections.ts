import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { type Correction, receivedIn, requireEnded } from '../deliveries/receivers.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireFallback } from './audience.ts';
import { carryFiles, type FileWish } from './files.ts';
import { about } from './messages.ts';
import { requireLine } from './sender.ts';
import { addVersion, type Contents, compileContents } from './versions.ts';

export interface CorrectionPlan {
  run: bigint;
  contents: Contents;
  files?: FileWish | undefined;
  /** Those too of whom it is not known whether they received the run. */
  unknown?: boolean | undefined;
  /** Of the message; "Correction of run 5" unless given. */
  name?: string | undefined;
}

export interface CorrectionMade {
  campaignId: string;
  campaign: string;
  messageId: string;
  name: string;
  /** How many received the run, by language; who withdrew since is still among them. */
  received: Record<string, number>;
  warnings: string[];
}

/**
 * Makes a message that goes to exactly those who received a run, from the same sender and for the same
 * purpose. It belongs to the same campaign, and needs a schedule and an approval of its own.
 * @throws Refusal for a run that is not there or still reaches others, that reached nobody, or has no
 *   message, for content that does not compile, and a user who may not
 */
export async function correctRun(
  { sql, clock, config }: Pick<Ground, 'sql' | 'clock' | 'config'>,
  plan: CorrectionPlan,
  user: User,
): Promise<CorrectionMade> {
  requireRole(user, ['author', 'administrator'], say`write campaigns`);
  const corrects: Correction = { run: plan.run, unknown: plan.unknown ?? false };
  const { compiled, warnings } = await compileContents({ sql, config }, plan.contents);
  const written = compiled.map(({ language }) => language);
  if (!written.length)
    throw new Refusal(say`A correction needs a subject and a body in at least one language.`);
  return transaction(sql, async (connection) => {
    await requireEnded(connection, plan.run);
    const original = await originalOf(connection, plan.run);
    const received = await receivedIn(connection, corrects);
    if (!Object.keys(received).length)
      throw new Refusal(say`Nobody received run ${plan.run}; there is nothing to correct.`, 409);
    const messageId = uuid();
    const name = requireLine(plan.name ?? (await freeName(connection, plan.run)), say`The message’s name`);
    const fallback = requireFallback(
      original.fallback.filter((language) => written.includes(language)),
      written,
    );
    await connection.query(INSERT, [
      ...[messageId, original.messageId, name, original.purpose],
      ...[JSON.stringify({ lists: [], fallback }), plan.run, corrects.unknown, user.id, clock.now()],
    ]);
    await addVersion(connection, { messageId, version: 0, compiled });
    await carryFiles(connection, { messageId, from: 0, to: 1 }, plan.files);
    const after = { corrects: String(plan.run), unknown: corrects.unknown, languages: written };
    const editor = { actor: user.email, userId: user.id };
    await audit(connection, { ...about({ id: messageId }, editor), action: 'message.made', after });
    const gaps = Object.entries(received).filter(([language]) => !written.includes(language));
    const untold = gaps.map(
      ([language, n]) => `${n} received run ${plan.run} in ${language}; they get it in ${fallback[0]}.`,
    );
    const { campaignId, campaign } = original;
    return { campaignId, campaign, messageId, name, received, warnings: [...warnings, ...untold] };
  });
}

interface Original {
  messageId: string;
  campaignId: string;
  campaign: string;
  purpose: string;
  fallback: string[];
}

async function originalOf(connection: Connection, run: bigint): Promise<Original> {
  const { rows } = await connection.query<Original>(
    `SELECT m.id AS "messageId", c.id AS "campaignId", c.name AS campaign, r.purpose,
            ARRAY(SELECT jsonb_array_elements_text(m.audience->'fallback')) AS fallback
       FROM run r JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
      WHERE r.id = $1 AND r.channel = 'email'`,
    [run],
  );
  return found(rows[0], say`Run ${run} belongs to no mail that could be corrected.`);
}

async function freeName(connection: Connection, run: bigint): Promise<string> {
  const { rows } = await connection.query('SELECT count(*)::int AS n FROM message WHERE corrects_run = $1', [
    run,
  ]);
  return `Correction of run ${run}${rows[0].n ? ` (${rows[0].n + 1})` : ''}`;
}

/** Sender, hours and the rest are those of the message that is corrected. */
const INSERT = `
  INSERT INTO message (id, campaign_id, channel, name, purpose, from_name, from_address, reply_to, audience,
                       "window", open_pixel, unknown_policy, corrects_run, corrects_unknown,
                       revision, version, edited_by, created_at)
  SELECT $1, m.campaign_id, m.channel, $3, $4, m.from_name, m.from_address, m.reply_to, $5,
         m."window", m.open_pixel, m.unknown_policy, $6, $7, 1, 1, $8, $9
    FROM message m WHERE m.id = $2`;

/** A correction of a run, and its latest run. */
export interface CorrectionOf {
  messageId: string;
  name: string;
  run: bigint | null;
  state: string | null;
}

/** The messages that correct a run, oldest first. */
export async function correctionsOf(sql: Queryable, run: bigint): Promise<CorrectionOf[]> {
  const { rows } = await sql.query<CorrectionOf & { run: string | null }>(
    `SELECT m.id AS "messageId", m.name, r.id AS run, r.state::text AS state
       FROM message m LEFT JOIN LATERAL (
         SELECT id, state FROM run WHERE message_id = m.id ORDER BY due_at DESC LIMIT 1) r ON true
      WHERE m.corrects_run = $1 AND m.archived_at IS NULL ORDER BY m.created_at, m.id`,
    [run],
  );
  return rows.map((row) => ({ ...row, run: row.run === null ? null : BigInt(row.run) }));
}
