import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { defaultZone } from '../access/default-zone.ts';
import { requireRole, type User } from '../access/users.ts';
import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import { type Connection, transaction } from '../db.ts';
import { type Canary, parseCanary } from '../deliveries/canary.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type AudienceNames, namesOf, requireFallback, requireTargets } from './audience.ts';
import { carryFiles, type FileWish } from './files.ts';
import {
  about,
  type Editor,
  findMessage,
  type LatePolicy,
  type Message,
  type MessageFields,
  type Revised,
  reviseMessage,
  type UnknownPolicy,
} from './messages.ts';
import { requireAffordable } from './phone/cost.ts';
import type { PhoneWish } from './phone/writing.ts';
import { nextDue, parseSchedule } from './schedule.ts';
import { parseSender, requireAddress, requireLine, type Sender } from './sender.ts';
import {
  addVersion,
  type Compiled,
  type Contents,
  completeContents,
  languagesOf,
  type Rewording,
} from './versions.ts';
import { parseWindow } from './window.ts';
import { requireOfChannel, senderOf, writingOf } from './writing.ts';

/** What a message says, from whom and to whom. */
export interface MessagePlan extends AudienceNames {
  name: string;
  purpose: string;
  /** `We Care <news@wecare.example>`; of a message to telephones, its account is the sender */
  from: string;
  replyTo?: string | null | undefined;
  /** Languages in order; English, then Malayalam, unless given. */
  fallback?: string[] | undefined;
  contents: Contents;
  files?: FileWish | undefined;
  /** In place of sender and contents: by SMS or WhatsApp. */
  phone?: PhoneWish | undefined;
  openPixel?: boolean | undefined;
  unknownPolicy?: UnknownPolicy | undefined;
}

/** What an edit changes; of a language that is written already, what is not mentioned stays. */
export type MessageEdit = Partial<Omit<MessagePlan, 'contents'>> & { contents?: Rewording };

export interface CampaignPlan {
  name: string;
  goal?: string | undefined;
  message: MessagePlan;
  /** What is made together with it, in the same transaction. */
  also?: (connection: Connection, ids: { campaignId: string; messageId: string }) => Promise<void>;
}

/** When a message is sent; what is absent stays as it is. */
export interface Timing {
  /** As `parseSchedule` reads it. */
  schedule?: unknown;
  /** As `parseWindow` reads it; null takes it away. */
  window?: unknown;
  latePolicy?: LatePolicy | undefined;
  lateAfterSec?: number | undefined;
  /** Who goes first; null for the usual, false for nobody. */
  canary?: Partial<Canary> | false | null | undefined;
}

type Making = Pick<Ground, 'sql' | 'clock' | 'config'>;
type Writing = Pick<Ground, 'sql' | 'clock' | 'config'>;
const WRITERS = ['author', 'administrator'] as const;

/**
 * Makes a campaign with one message, by mail or to telephones, neither scheduled nor approved yet.
 * @throws Refusal for a name that is taken, a list that is not there, content that does not compile,
 *   and a user who may not
 */
export async function createCampaign(
  { sql, clock, config }: Writing,
  plan: CampaignPlan,
  user: User,
): Promise<{ campaignId: string; messageId: string; warnings: string[] }> {
  requireRole(user, [...WRITERS], say`write campaigns`);
  const campaign = { id: uuid(), name: requireLine(plan.name, say`The campaign’s name`) };
  const written = await writingOf({ sql, config }, plan.message);
  return transaction(sql, async (connection) => {
    const { rowCount } = await connection.query('SELECT FROM campaign WHERE name = $1', [campaign.name]);
    if (rowCount) throw new Refusal(say`There is already a campaign ${JSON.stringify(campaign.name)}.`, 409);
    await connection.query(
      'INSERT INTO campaign (id, name, goal, owner_id, created_at) VALUES ($1, $2, $3, $4, $5)',
      [campaign.id, campaign.name, plan.goal ?? null, user.id, clock.now()],
    );
    const entry = { actor: user.email, subjectType: 'campaign', subjectId: campaign.id };
    await audit(connection, { ...entry, action: 'campaign.made', after: { name: campaign.name } });
    const messageId = await addMessage(connection, { campaign, plan: plan.message, ...written, user });
    await plan.also?.(connection, { campaignId: campaign.id, messageId });
    return { campaignId: campaign.id, messageId, warnings: written.warnings };
  });
}

/**
 * Changes what a message says, from whom or to whom. A language that is not mentioned stays.
 * @param revision the one that the edit began from; when it holds no longer, the edit is refused
 * @throws Refusal as `createCampaign` does, and (409) for an old revision; then nothing is changed
 */
export async function editMessage(
  ground: Writing,
  { messageId, user, revision }: { messageId: string; user: User; revision?: number },
  edit: MessageEdit,
): Promise<Revised & { warnings: string[] }> {
  requireRole(user, [...WRITERS], say`edit campaigns`);
  const current = await findMessage(ground.sql, messageId);
  requireOfChannel(current, edit);
  const contents = await completeContents(ground.sql, current, edit.contents ?? {});
  const { compiled, warnings, ...phone } = await writingOf(ground, { contents, phone: edit.phone });
  const editor = { actor: user.email, userId: user.id };
  const revised = await reviseMessage(ground, { messageId, editor }, async (message, connection) => {
    requireSeen(message, revision);
    const before = message.version;
    const worded = await addVersion(connection, {
      ...{ messageId, version: before, compiled, alone: edit.phone !== undefined },
    });
    const version = await carryFiles(connection, { messageId, from: before, to: worded }, edit.files);
    const written = await languagesOf(connection, messageId, version);
    const names = namesOf(message.audience, edit);
    if (message.correctsRun && !isDeepStrictEqual(names, namesOf(message.audience)))
      throw new Refusal(
        say`A correction goes to those who received run ${message.correctsRun} and to nobody else.`,
      );
    if (!isDeepStrictEqual(names, namesOf(message.audience))) await requireTargets(connection, names);
    const fallback = requireFallback(edit.fallback ?? message.audience.fallback, written);
    return { ...fieldsOf(edit), ...senderOf(phone.sender), version, audience: { ...names, fallback } };
  });
  return { ...revised, warnings };
}

/**
 * Says when a message is sent.
 * @param revision the one that was seen; when it holds no longer, nothing is changed
 * @throws Refusal for times, windows and policies that will not do, and (409) for an old revision
 */
export async function scheduleMessage(
  ground: Making,
  { messageId, editor, revision }: { messageId: string; editor: Editor; revision?: number },
  timing: Timing,
): Promise<Revised> {
  const now = ground.clock.now();
  await requireAffordable(ground, await findMessage(ground.sql, messageId));
  const wished: Partial<MessageFields> = {
    ...(timing.schedule !== undefined && {
      schedule: parseSchedule(timing.schedule, now, await defaultZone(ground)),
    }),
    ...(timing.window !== undefined && {
      window: timing.window === null ? null : parseWindow(timing.window),
    }),
    ...(timing.latePolicy && { latePolicy: timing.latePolicy }),
    ...(timing.canary !== undefined && { canary: timing.canary && parseCanary(timing.canary) }),
    ...(timing.lateAfterSec !== undefined && { lateAfterSec: requireSeconds(timing.lateAfterSec) }),
  };
  return reviseMessage(ground, { messageId, editor }, async (message) => {
    requireSeen(message, revision);
    const schedule = wished.schedule ?? message.schedule;
    if (!schedule)
      throw new Refusal(say`Say when the message is sent: once at a time, or by a cron expression.`);
    if (!nextDue(schedule, now)) throw new Refusal(say`The time of this message has passed. Choose another.`);
    return wished;
  });
}

function requireSeen({ name, revision: now }: Message, seen: number | undefined): void {
  if (seen === undefined || seen === now) return;
  throw new Refusal(
    say`The message ${JSON.stringify(name)} was edited by somebody else meanwhile. Look at what they changed.`,
    409,
  );
}

/** Takes the schedule away, so that nothing more is planned until there is a new one, approved anew. */
export async function unscheduleMessage(
  ground: Pick<Making, 'sql' | 'clock'>,
  { messageId, editor }: { messageId: string; editor: Editor },
): Promise<Revised> {
  return reviseMessage(ground, { messageId, editor }, async () => ({ schedule: null }));
}

interface NewMessage {
  campaign: { id: string };
  plan: MessagePlan;
  compiled: Compiled[];
  /** Unless it is a mail. */
  channel?: string;
  sender?: Sender;
  user: User;
}

/** Writes a message with its first version, in the transaction of its caller. @returns its id */
export async function addMessage(
  connection: Connection,
  { campaign, plan, compiled, channel = EMAIL_CHANNEL, user, ...phone }: NewMessage,
): Promise<string> {
  const id = uuid();
  const written = compiled.map(({ language }) => language);
  if (!written.length) throw new Refusal(say`A message needs a subject and a body in at least one language.`);
  await requireTargets(connection, plan);
  const audience = { ...namesOf(plan), fallback: requireFallback(plan.fallback, written) };
  const sender = phone.sender ?? parseSender(plan.from);
  const {
    replyTo = null,
    openPixel = false,
    unknownPolicy = 'leave',
  } = fieldsOf({ ...plan, from: undefined });
  await connection.query(
    `INSERT INTO message (id, campaign_id, channel, name, purpose, from_name, from_address, reply_to,
                          audience, open_pixel, unknown_policy, revision, version, edited_by)
     VALUES ($1, $2, $12, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, $11)`,
    [
      ...[
        id,
        campaign.id,
        requireLine(plan.name, say`The message’s name`),
        requireLine(plan.purpose, say`The purpose`),
      ],
      ...[sender.name, sender.address, replyTo, JSON.stringify(audience), openPixel, unknownPolicy, user.id],
      channel,
    ],
  );
  await addVersion(connection, { messageId: id, version: 0, compiled });
  await carryFiles(connection, { messageId: id, from: 0, to: 1 }, plan.files);
  const after = { purpose: plan.purpose, audience, languages: written };
  const editor = { actor: user.email, userId: user.id };
  await audit(connection, { ...about({ id }, editor), action: 'message.made', after });
  return id;
}

/** The columns that an edit names itself, checked. */
function fieldsOf(edit: Omit<MessageEdit, 'contents' | 'files'>): Partial<MessageFields> {
  const sender = edit.from === undefined ? null : parseSender(edit.from);
  return {
    ...(edit.name !== undefined && { name: requireLine(edit.name, say`The message’s name`) }),
    ...(edit.purpose !== undefined && { purpose: requireLine(edit.purpose, say`The purpose`) }),
    ...(sender && { fromName: sender.name, fromAddress: sender.address }),
    ...(edit.replyTo !== undefined && { replyTo: edit.replyTo && requireAddress(edit.replyTo) }),
    ...(edit.openPixel !== undefined && { openPixel: edit.openPixel }),
    ...(edit.unknownPolicy && { unknownPolicy: edit.unknownPolicy }),
  };
}

/** @throws Refusal for what is no time after which a run counts as late */
export function requireSeconds(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 60 && seconds <= 604_800) return seconds;
  throw new Refusal(say`A run counts as late after 60 seconds at least and seven days at most.`);
}
