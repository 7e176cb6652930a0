import { defaultZone } from '../../access/default-zone.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Target } from '../audience.ts';
import { addMessage } from '../campaigns.ts';
import { type CampaignWish, insertCampaign } from '../efforts.ts';
import { compilePosts, insertPost } from '../posts/posts.ts';
import { parseSchedule, type Schedule } from '../schedule.ts';
import { type Compiled, compileContents } from '../versions.ts';
import type { PlanContent, PlanMessage } from './content.ts';
import { absolute, type Days, shifted } from './relative.ts';

/** What a campaign from a plan is called, when it is, and what its plan leaves open. */
export interface FromPlan {
  name: string;
  startsOn: string;
  /** For mails that name nobody. */
  lists?: string[];
  /** For posts that name no account. */
  accounts?: Target[];
  /** The sender of mails that have none. */
  from?: string | null;
  goal?: string | null;
  beneficiary?: Pick<CampaignWish, 'beneficiaryKind' | 'beneficiary'>;
}

export interface MadeFromPlan {
  campaignId: string;
  messages: { id: string; name: string; schedule: Schedule | null }[];
  /** Names of messages whose time has passed or does not exist: they wait for another. */
  untimed: string[];
  /** Names of messages for which nobody and no account was named. */
  leftOut: string[];
}

type Making = Pick<Ground, 'sql' | 'clock' | 'config'>;

/**
 * Makes a campaign with all messages of a plan as drafts, by its days; nothing is approved.
 * @throws Refusal for a name that is taken, a day that is none, lists, accounts or pictures that are no
 *   longer there, a plan of which no message is left, and a user who may not write. Then nothing is made.
 */
export async function makeFromPlan(
  ground: Making,
  user: User,
  { content, wish }: { content: PlanContent; wish: FromPlan },
): Promise<MadeFromPlan> {
  requireRole(user, ['author', 'administrator'], say`write campaigns`);
  const days = daysFrom(content, wish.startsOn);
  const filled = content.messages.map((message) => fill(message, wish));
  const kept = filled.filter(named);
  if (!kept.length)
    throw new Refusal(say`Choose at least one list for the mails, or one account for the posts.`);
  const timed = await timesOf(ground, kept, days);
  const compiled = await Promise.all(kept.map((message) => compileOne(ground, message)));
  return transaction(ground.sql, async (connection) => {
    const campaignId = await insertCampaign(connection, {
      ...{ user, at: ground.clock.now(), wish: campaignOf(content, wish, days, user) },
    });
    const messages = [];
    for (const [i, message] of kept.entries()) {
      const schedule = timed[i] ?? null;
      const id = await insert(connection, { campaignId, message, compiled: compiled[i] ?? [], user });
      await connection.query(TIMED, [id, JSON.stringify(schedule), ...timingOf(message)]);
      messages.push({ id, name: message.name, schedule });
    }
    const untimed = kept.filter(({ when }, i) => when && !timed[i]).map(({ name }) => name);
    const leftOut = filled.filter((message) => !named(message)).map(({ name }) => name);
    return { campaignId, messages, untimed, leftOut };
  });
}

function daysFrom({ days }: PlanContent, start: string): Days {
  if (!/^\d{4}-\d\d-\d\d$/.test(start) || Number.isNaN(Date.parse(start)))
    throw new Refusal(say`Choose the first day of the campaign.`);
  return { start, end: days === null ? null : shifted(start, days) };
}

const campaignOf = (
  content: PlanContent,
  wish: FromPlan,
  { start, end }: Days,
  user: User,
): CampaignWish => ({
  ...{ name: wish.name, goal: wish.goal ?? content.goal, startsOn: start, endsOn: end, ownerId: user.id },
  ...(wish.beneficiary ?? { beneficiaryKind: 'fund', beneficiary: null }),
});

/** What a message of the plan leaves open is what the wish says. */
function fill(message: PlanMessage, { lists = [], accounts = [], from = null }: FromPlan): PlanMessage {
  const { audience } = message;
  const open = !audience.lists.length && !audience.segments?.length;
  const written = Object.keys(message.contents);
  return {
    ...message,
    from: message.from ?? from,
    audience: {
      ...audience,
      lists: message.channel === 'email' && open ? lists : audience.lists,
      accounts: audience.accounts.length
        ? audience.accounts
        : accounts.filter(({ language }) => written.includes(language)),
    },
  };
}

const named = ({ channel, audience }: PlanMessage): boolean =>
  channel === 'post'
    ? audience.accounts.length > 0
    : Boolean(audience.lists.length || audience.segments?.length);

/** Null for a time that is over or that clocks skip. */
async function timesOf(ground: Making, messages: PlanMessage[], days: Days): Promise<(Schedule | null)[]> {
  const [now, usual] = [ground.clock.now(), await defaultZone(ground)];
  return messages.map(({ when }) => {
    if (!when) return null;
    try {
      const wish =
        when.kind === 'cron' ? when : { kind: 'once', at: absolute(when, days), zone: when.zone ?? usual };
      return parseSchedule(wish, now, usual);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return null;
    }
  });
}

async function compileOne(ground: Making, { channel, contents }: PlanMessage): Promise<Compiled[]> {
  const all = Object.entries(contents);
  if (channel === 'post')
    return compilePosts(
      ground,
      Object.fromEntries(all.map(([tag, { source }]) => [tag, JSON.parse(source)])),
    );
  const mails = all.map(([tag, { source, ...heads }]) => [tag, { ...heads, body: source }] as const);
  return (await compileContents(ground, Object.fromEntries(mails))).compiled;
}

interface Inserting {
  campaignId: string;
  message: PlanMessage;
  compiled: Compiled[];
  user: User;
}

async function insert(
  connection: Connection,
  { campaignId, message, compiled, user }: Inserting,
): Promise<string> {
  const { name, audience, unknownPolicy, files } = message;
  if (message.channel === 'post') {
    const post = { name, accounts: audience.accounts, unknownPolicy };
    return insertPost(connection, { campaignId, user }, { ...post, compiled });
  }
  if (!message.from)
    throw new Refusal(say`Say from whom the mails come, as “We Care <news@wecare.example>”.`);
  const { accounts: _, ...names } = audience;
  const of = (inline: boolean) => files.filter((file) => file.inline === inline).map(({ asset }) => asset);
  const plan = {
    ...{
      ...names,
      name,
      purpose: message.purpose,
      from: message.from,
      replyTo: message.replyTo,
      contents: {},
    },
    ...{ unknownPolicy, openPixel: message.openPixel, files: { attach: of(false), inline: of(true) } },
  };
  return addMessage(connection, { campaign: { id: campaignId }, plan, compiled, user });
}

const timingOf = ({ window, latePolicy, lateAfterSec, channel, canary }: PlanMessage) => [
  ...[window && JSON.stringify(window), latePolicy, lateAfterSec],
  JSON.stringify(channel === 'post' ? false : canary),
];

const TIMED = `
  UPDATE message SET schedule = nullif($2::jsonb, 'null'), "window" = $3, late_policy = $4::late_policy,
         late_after_sec = $5, canary = nullif($6::jsonb, 'null') WHERE id = $1`;
