import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { findUser, type User } from '../../src/access/users.ts';
import type { MessageEdit, MessagePlan, Timing } from '../../src/campaigns/campaigns.ts';
import type { Editor } from '../../src/campaigns/messages.ts';
import type { CampaignStatus, MessageStatus } from '../../src/campaigns/status.ts';
import { type Contents, type Rewording, requireWhole } from '../../src/campaigns/versions.ts';
import { USUAL_CANARY } from '../../src/deliveries/canary.ts';
import { found, Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { actor } from './cli.ts';

/** Languages that have options of their own. */
export const LANGUAGES = { en: 'English', ml: 'Malayalam', ta: 'Tamil', hi: 'Hindi' };
const MOST_BYTES = 1 << 20;

/** Texts by language: subjectEn, preheaderMl, bodyEn …; commander's names. */
export interface TextOptions {
  [textOfLanguage: string]: unknown;
}

/** What a person may say of a message on the command line; commander's names. */
export interface MessageOptions extends TextOptions {
  purpose?: string;
  from?: string;
  replyTo?: string;
  list?: string[];
  segment?: string[];
  excludeList?: string[];
  excludeSegment?: string[];
  fallback?: string;
  openPixel?: boolean;
  unknown?: 'leave' | 'again';
}

/** Adds the options that say what a message says, to whom and from whom. */
export function addMessageOptions(command: Command): Command {
  command
    .option('--purpose <word>', 'the purpose that consent was given for, such as appeals')
    .option('--from <sender>', 'the sender, as "We Care <news@wecare.example>"')
    .option('--reply-to <address>', 'where answers go')
    .option('--list <name...>', 'one or more lists of contacts')
    .option('--segment <name...>', 'and who match these segments when it starts')
    .option('--exclude-list <name...>', 'but nobody on these lists')
    .option('--exclude-segment <name...>', 'but nobody who matches these segments')
    .option('--fallback <languages>', 'for contacts of another language, in order, as ml,en')
    .option('--open-pixel', 'count openings')
    .option('--no-open-pixel', 'do not count openings (usual)')
    .option('--unknown <policy>', 'a mail whose outcome is not known: leave (usual) or again');
  return addTextOptions(command);
}

/** Adds the options of what is written in each language. */
export function addTextOptions(command: Command): Command {
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    command
      .option(`--subject-${tag} <text>`, `the subject in ${name}`)
      .option(`--preheader-${tag} <text>`, `shown beside the subject, in ${name}`)
      .option(
        `--body-${tag} <file>`,
        `MJML or JSON blocks in ${name}; its pictures may be asset:ID or file:PATH`,
      );
  }
  return command;
}

/** Reads those options, and the files they name. */
export async function readMessageOptions(options: MessageOptions): Promise<MessageEdit> {
  const { purpose, from, replyTo, fallback, openPixel, unknown } = options;
  const { list, segment, excludeList, excludeSegment } = options;
  requireOneOf('--unknown', unknown, ['leave', 'again']);
  return {
    ...(purpose !== undefined && { purpose }),
    ...(from !== undefined && { from }),
    ...(replyTo !== undefined && { replyTo: replyTo || null }),
    ...(list && { lists: named(list) }),
    ...(segment && { segments: named(segment) }),
    ...(excludeList && { excludeLists: named(excludeList) }),
    ...(excludeSegment && { excludeSegments: named(excludeSegment) }),
    ...(fallback && { fallback: fallback.split(',').map((tag) => tag.trim()) }),
    ...(openPixel !== undefined && { openPixel }),
    ...(unknown && { unknownPolicy: unknown }),
    contents: await readContents(options),
  };
}

/** Names as given; an empty one stands for none, so that an edit can take all away. */
const named = (names: string[]) => names.filter((name) => name.trim() !== '');

/** Reads a whole message, for a campaign that is made. */
export async function readMessagePlan(name: string, options: MessageOptions): Promise<MessagePlan> {
  const { purpose = '', from = '', lists = [], contents = {}, ...rest } = await readMessageOptions(options);
  return { name, purpose, from, lists, contents: wholeContents(contents), ...rest };
}

/** Reads the texts of a message, each given whole. */
export const readWholeContents = async (options: TextOptions): Promise<Contents> =>
  wholeContents(await readContents(options));

const wholeContents = (contents: Rewording): Contents =>
  Object.fromEntries(Object.entries(contents).map(([tag, written]) => [tag, requireWhole(tag, written)]));

async function readContents(options: TextOptions): Promise<Rewording> {
  const contents: Rewording = {};
  for (const tag of Object.keys(LANGUAGES)) {
    const [subject, preheader, file] = ['subject', 'preheader', 'body'].map(
      (part) => options[`${part}${tag[0]?.toUpperCase()}${tag.slice(1)}`] as string | undefined,
    );
    if (subject === undefined && preheader === undefined && file === undefined) continue;
    const body = file === undefined ? undefined : await readBody(file);
    contents[tag] = { subject, preheader, body };
  }
  return contents;
}

/** @throws Refusal for a file that is too large or cannot be read */
export async function readBody(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > MOST_BYTES) throw new Refusal(`${file} is larger than 1 MB; no mail is.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

export interface TimingOptions {
  at?: string;
  cron?: string;
  zone?: string;
  window?: string;
  late?: 'send' | 'skip' | 'ask';
  lateAfter?: string;
  canary?: string;
  canaryWait?: string;
  canaryFrom?: string;
}

/** Reads when a message is sent; a zone alone is refused, because it says no time. */
export function readTiming({ at, cron, zone, window, late, lateAfter, ...more }: TimingOptions): Timing {
  if (at && cron) throw new Refusal('Give --at for a single time or --cron for a repeated one, not both.');
  if (zone && !at && !cron) throw new Refusal('A zone needs a time: give --at or --cron with it.');
  requireOneOf('--late', late, ['send', 'skip', 'ask']);
  if (lateAfter !== undefined && !/^\d+$/.test(lateAfter)) {
    throw new Refusal('--late-after is a number of seconds, such as 900.');
  }
  const inZone = zone ? { zone } : {};
  return {
    ...(at && { schedule: { kind: 'once', at, ...inZone } }),
    ...(cron && { schedule: { kind: 'cron', expression: cron, ...inZone } }),
    ...(window && { window: window === 'none' ? null : window }),
    ...readCanary(more),
    ...(late && { latePolicy: late }),
    ...(lateAfter !== undefined && { lateAfterSec: Number(lateAfter) }),
  };
}

type CanaryOptions = Pick<TimingOptions, 'canary' | 'canaryWait' | 'canaryFrom'>;

function readCanary({ canary, canaryWait, canaryFrom }: CanaryOptions): Pick<Timing, 'canary'> {
  const wait = readCount('--canary-wait', canaryWait);
  const from = readCount('--canary-from', canaryFrom);
  if (canary === undefined && wait === undefined && from === undefined) return {};
  const more = {
    ...(wait !== undefined && { waitSeconds: wait }),
    ...(from !== undefined && { minAudience: from }),
  };
  if (canary === 'none') return { canary: false };
  if (canary === 'usual' || canary === undefined)
    return { canary: Object.keys(more).length ? { ...USUAL_CANARY, ...more } : null };
  const [, amount, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(canary.trim()) ?? [];
  if (amount === undefined) {
    throw new Refusal('--canary is a share such as 5%, a number of people such as 300, usual or none.');
  }
  return { canary: { ...(percent ? { percent: Number(amount) } : { count: Number(amount) }), ...more } };
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Refusal(`${option} is a whole number, such as 1800.`);
}

/** The number of a run. @throws Refusal when it is none */
export function readRun(text: string): bigint {
  if (/^\d{1,15}$/.test(text)) return BigInt(text);
  throw new Refusal(`${JSON.stringify(text)} is no run. "wecare campaign status" shows their numbers.`);
}

/** The user given by `--as`, who is then the one that acts. */
export async function editorOf(ground: Pick<Ground, 'db'>, as: string | undefined): Promise<Editor> {
  if (!as) return { actor: actor(), userId: null, origin: 'cli' };
  const user: User = await findUser(ground, as);
  return { actor: user.email, userId: user.id, origin: 'cli' };
}

/** The message that is meant: the only one, or the one of that name. */
export function pickMessage({ campaign, messages }: CampaignStatus, name?: string): MessageStatus {
  const fitting = name === undefined ? messages : messages.filter((message) => message.name === name);
  if (fitting.length > 1) {
    const names = messages.map((message) => JSON.stringify(message.name)).join(', ');
    throw new Refusal(`${campaign.name} has several messages. Say which with --message: ${names}.`);
  }
  return found(fitting[0], `${campaign.name} has no message ${JSON.stringify(name)}.`);
}

function requireOneOf(option: string, value: string | undefined, allowed: string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new Refusal(`${option} is ${allowed.join(', ')}, not ${JSON.stringify(value)}.`);
}
