import { DateTime } from 'luxon';
import type { Cancelled } from '../../src/campaigns/control.ts';
import type { CorrectionMade } from '../../src/campaigns/corrections.ts';
import type { Revised } from '../../src/campaigns/messages.ts';
import type { ReportRow } from '../../src/campaigns/report.ts';
import type { RunSummary } from '../../src/campaigns/run-summary.ts';
import type { CampaignStatus, MessageStatus, RunStatus } from '../../src/campaigns/status.ts';
import { nextInWindow } from '../../src/campaigns/window.ts';
import { dateInWords, inWords, windowInWords } from '../../src/campaigns/words.ts';
import type { CanaryProgress, RunProgress } from '../../src/deliveries/progress.ts';
import type { Repointed, TrackedLink } from '../../src/links/repoint.ts';
import { table } from './cli.ts';

const number = new Intl.NumberFormat('en-IN');
const HOME = 'Asia/Kolkata';
const ENDED = ['finished', 'cancelled'];

/** A date by the clocks of a message's zone. */
export const shown = (at: Date, message?: Pick<MessageStatus, 'schedule'>): string =>
  dateInWords(at, message?.schedule?.zone ?? HOME, 'en');

/** All of a campaign on one screen. */
export function statusInWords({ campaign, messages }: CampaignStatus): string {
  const goal = campaign.goal ? `\n${campaign.goal}` : '';
  return [`${campaign.name}  ${campaign.id}${goal}`, ...messages.map(messageInWords)].join('\n\n');
}

function messageInWords(message: MessageStatus): string {
  const { name, fromName, fromAddress, purpose, languages, channel } = message;
  const from = channel === 'email' ? `from ${fromName} <${fromAddress}>` : `by ${channel} from ${fromName}`;
  return [
    `${name}: ${from} to ${audienceInWords(message)}, for ${purpose}, in ${languages.join(', ')} (version ${message.version})`,
    ...message.files.map(fileInWords),
    `  ${standingInWords(message)}`,
    ...(message.newsletter
      ? [`  Sends editions; what the next one waits for: ${statusOf(message.newsletter)}`]
      : []),
    ...timesInWords(message),
    ...(message.runs.length ? [indent(runsInWords(message))] : []),
    ...message.runs.flatMap((run) => remarksOn(run).map((remark) => `  Run ${run.run}: ${remark}`)),
  ].join('\n');
}

const statusOf = (slug: string) => `wecare newsletter status ${slug}`;

const fileInWords = ({ name, inline, bytes }: MessageStatus['files'][number]): string =>
  `  ${inline ? 'Shows' : 'Attached'}: ${name} (${Math.ceil(bytes / 1024)} KB${inline ? `, as cid:${name}` : ''})`;

function audienceInWords({ audience, correctsRun, correctsUnknown }: MessageStatus): string {
  if (correctsRun)
    return `those who received run ${correctsRun}${correctsUnknown ? ' or may have' : ''} (a correction)`;
  const { lists, segments = [], excludeLists = [], excludeSegments = [] } = audience;
  const segment = (name: string) => `segment ${name}`;
  const wanted = [...lists, ...segments.map(segment)].join(', ');
  const unwanted = [...excludeLists, ...excludeSegments.map(segment)].join(', ');
  return unwanted ? `${wanted} without ${unwanted}` : wanted;
}

function standingInWords(message: MessageStatus): string {
  const { approval, standing } = message;
  if (standing === 'archived') return 'Archived.';
  if (approval) {
    const reference = approval.reference ? ` (${approval.reference})` : '';
    return `Approved by ${approval.by} on ${shown(approval.at)}${reference}.`;
  }
  return standing === 'draft' ? 'Neither scheduled nor approved yet.' : 'Waiting for approval.';
}

/** A schedule in both languages, its window, and its next five dates. */
export function timesInWords(message: MessageStatus): string[] {
  const { schedule, window, nextDates, canary } = message;
  if (!schedule) return [];
  const clause = (language: 'en' | 'ml') => (window ? `, ${windowInWords(window, language)}` : '');
  const dates = nextDates.map((at) => `    ${shown(at, message)}${waitInWords(at, message)}`);
  return [
    `  ${inWords(schedule, 'en')}${clause('en')}. If late: ${message.latePolicy}.`,
    `  ${inWords(schedule, 'ml')}${clause('ml')}`,
    ...(canary === null ? [] : [`  ${canaryWishInWords(canary)}`]),
    ...(dates.length ? ['  Next:', ...dates] : []),
  ];
}

function canaryWishInWords(canary: NonNullable<MessageStatus['canary']>): string {
  if (!canary) return 'Without a canary: all go at once.';
  const { percent, count, waitSeconds, minAudience } = canary;
  const share = [...(percent ? [`${percent} %`] : []), ...(count ? [number.format(count)] : [])];
  return `Canary: ${share.join(', at least ')} first, then a wait of ${Math.round(waitSeconds / 60)} min; for audiences from ${number.format(minAudience)}.`;
}

/** When an approved message leaves, or what it still lacks. */
export function afterApproval(message: MessageStatus): string {
  const [next] = message.nextDates;
  if (message.newsletter) return `What is sent when: ${statusOf(message.newsletter)}`;
  if (next) return `It is sent on ${shown(next, message)}${waitInWords(next, message)}.`;
  return 'It is not scheduled yet; scheduling it is an edit and asks for a new approval.';
}

function waitInWords(at: Date, { window, schedule }: MessageStatus): string {
  const opens = nextInWindow(at, window, schedule?.zone ?? HOME);
  return opens > at ? ` (leaves when the window opens: ${shown(opens, { schedule })})` : '';
}

const runsInWords = (message: MessageStatus): string =>
  table(
    message.runs.map(({ run, dueAt, progress: p }) => ({
      ...{ run: String(run), due: shown(dueAt, message), state: p.state, total: p.total, sent: went(p) },
      ...{ waiting: p.planned + p.sending, deferred: p.deferred, failed: p.failed, unknown: p.unknown },
      ...{ skipped: p.skipped, cancelled: p.cancelled },
    })),
  );

function remarksOn({ run, reason, leftOut, progress, corrections }: RunStatus): string[] {
  const left = Object.entries(leftOut).map(([why, n]) => `${number.format(n)} ${why}`);
  return [
    ...(reason && progress.canary?.standing !== 'stopped' ? [reason] : []),
    ...(progress.canary ? [canaryInWords(progress.canary)] : []),
    ...(progress.state === 'asked' ? [`decide with: wecare campaign decide ${run} send|skip`] : []),
    ...(left.length ? [`left out: ${left.join(', ')}`] : []),
    ...corrections.map(correctionInWords),
  ];
}

/** Bounced and complained about came after they were sent. */
export const went = (progress: RunProgress | CanaryProgress): number =>
  progress.sent + progress.bounced + progress.complained;

/** One line about a run, for watching and for what was done to it. */
export function progressInWords(progress: RunProgress): string {
  const counts = (['deferred', 'failed', 'unknown', 'skipped', 'cancelled', 'bounced', 'complained'] as const)
    .filter((state) => progress[state])
    .map((state) => `${number.format(progress[state])} ${state}`);
  const sent = `${number.format(went(progress))} of ${number.format(progress.total)} sent`;
  const { canary } = progress;
  const waits = canary && canary.standing !== 'released' && !ENDED.includes(progress.state);
  return [
    ...[`run ${progress.run} ${progress.state}`, sent, ...counts],
    ...(waits ? [canaryInWords(canary)] : []),
  ].join(' · ');
}

/** What came of those who went first, and what the rest waits for. */
export function canaryInWords(canary: CanaryProgress): string {
  const counts = (['failed', 'bounced', 'complained', 'deferred', 'unknown', 'skipped', 'cancelled'] as const)
    .filter((state) => canary[state])
    .map((state) => `${number.format(canary[state])} ${state}`);
  const figures = [`${number.format(went(canary))} of ${number.format(canary.size)} sent`, ...counts].join(
    ', ',
  );
  switch (canary.standing) {
    case 'sending':
      return `the canary goes first (${figures})`;
    case 'waiting':
      return `waiting for the canary until ${canary.until ? shown(canary.until) : 'its end'} (${figures})`;
    case 'stopped':
      return `stopped after the canary (${figures}): ${canary.reason ?? ''} Go on: wecare campaign go-on`;
    case 'released':
      return `the canary is over (${figures}); ${canary.endedBy === 'canary' ? 'the rest went by itself' : `${canary.endedBy} said to go on`}`;
  }
}

/** What an edit undid, and what to do now. `status` is the message's campaign. */
export function revisedInWords(revised: Revised, status: CampaignStatus): string {
  if (!revised.changed) return 'Nothing differs from what there was, so nothing was changed.';
  const again = `Have it approved by another user: wecare campaign approve ${named(revised, status)} --as USER`;
  const { withdrawn, takenBack } = revised;
  const lines = [
    ...(withdrawn
      ? [
          `The approval by ${withdrawn.by} of ${shown(withdrawn.at)} was for what it was before; it is withdrawn.`,
        ]
      : []),
    ...(takenBack.length
      ? [`Taken back: the run planned for ${takenBack.map((at) => shown(at)).join('; ')}.`]
      : []),
  ];
  return [...lines, again].join('\n');
}

/** A message as the command line takes it. */
function named({ messageId }: Revised, { campaign, messages }: CampaignStatus): string {
  const message = messages.find(({ id }) => id === messageId);
  const which = message && messages.length > 1 ? ` --message ${JSON.stringify(message.name)}` : '';
  return `${JSON.stringify(campaign.name)}${which}`;
}

/** What had gone when a campaign was cancelled. */
export function cancelledInWords({ ended, takenBack, unscheduled }: Cancelled): string {
  return [
    ...ended.map((run) => `Cancelled: ${progressInWords(run)}. What was sent cannot be called back.`),
    ...takenBack.map((at) => `Not sent at all: the run planned for ${shown(at)}.`),
    ...(unscheduled
      ? ['Its schedule is taken away. To send it after all, schedule and approve it anew.']
      : []),
  ].join('\n');
}

const correctionInWords = ({ name, run, state }: RunStatus['corrections'][number]): string =>
  `corrected by ${JSON.stringify(name)}${run === null ? ', not planned yet' : ` (run ${run}, ${state})`}`;

/** A time that a person may copy: tomorrow at nine by the clocks of Kerala. */
export const tomorrowAtNine = (): string =>
  DateTime.now().setZone(HOME).plus({ days: 1 }).toFormat("yyyy-MM-dd '09:00'");

/** What was made, and what to do now. */
export function correctionMadeInWords({ campaign, name, received, warnings }: CorrectionMade): string {
  const counts = Object.entries(received).map(([language, n]) => `${number.format(n)} in ${language}`);
  const of = `${JSON.stringify(campaign)} --message ${JSON.stringify(name)}`;
  return [
    `Made ${JSON.stringify(name)}. The run was received by ${counts.join(', ')}; who withdrew since is left out.`,
    ...warnings,
    `Now say when: wecare campaign schedule ${of} --at "${tomorrowAtNine()}"`,
    `Then have it approved by another user: wecare campaign approve ${of} --as USER`,
  ].join('\n');
}

/** What a report says before its rows. */
export function summaryInWords({ canary, corrects, corrections, links, repointed }: RunSummary): string[] {
  return [
    ...(corrects === null ? [] : [`A correction of run ${corrects}.`]),
    ...(canary ? [`Canary: ${canaryInWords(canary)}.`] : []),
    ...corrections.map((one) => `This run is ${correctionInWords(one)}.`),
    ...(links.length ? [linksInWords(links), ...repointed.map(repointedInWords), ''] : []),
  ];
}

/** Links as a table: a line for each target that is live or was visited. */
export const linksInWords = (links: TrackedLink[]): string =>
  table(
    links.flatMap(({ code, url, target, visits }) => {
      const live = visits.some((visit) => visit.target === target);
      const all = live ? visits : [...visits, { target, people: 0, machines: 0 }];
      const remark = (to: string) => (to !== target ? 'no longer' : to === url ? '' : 're-pointed');
      return all.map(({ target: to, people, machines }) => ({
        ...{ code, 'leads to': to, people, machines, '': remark(to) },
      }));
    }),
  );

export const repointedInWords = ({ code, before, after, actor, at, undo }: Repointed): string =>
  `${code} ${undo ? 'taken back' : 're-pointed'} by ${actor} on ${shown(at)}: from ${before} to ${after}.`;

/** Rows of a report as a table for the terminal. */
export const reportInWords = (rows: ReportRow[]): string =>
  table(
    rows.map((row) => ({
      ...{ name: row.name ?? '(erased)', address: row.address ?? '', language: row.language ?? '' },
      ...{ outcome: row.state, why: row.reason?.slice(0, 80) ?? '', at: row.at ? shown(row.at) : '' },
    })),
  );

const COLUMNS = [
  ...([
    'seq',
    'contactId',
    'name',
    'address',
    'language',
    'state',
    'reason',
    'code',
    'attempts',
    'at',
  ] as const),
];

export const csvHead = (): string => `${COLUMNS.join(',')}\r\n`;

/** RFC 4180; an apostrophe keeps a spreadsheet from taking a value for a formula. */
export const csvLine = (row: ReportRow): string =>
  `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`;

function csvCell(value: string | number | Date | null): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const indent = (text: string) => text.replace(/^/gm, '  ');
