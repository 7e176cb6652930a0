import { scaleTime } from 'd3-scale';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import { formatDay } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { runBadge } from './words.ts';

const DAY = 86_400_000;
/** Percent of the width that a mark at the edge needs. */
const MARGIN = 2;

/** One run or one coming date on a message's line; `x` in percent of the width. */
export interface Mark {
  x: number;
  look: string;
  /** What it is, for a pointer and a screen reader. */
  said: string;
  href: string | null;
}

export interface Timeline {
  ticks: { x: number; text: string; anchor: 'start' | 'middle' | 'end' }[];
  now: number;
  lanes: { id: string; name: string; marks: Mark[]; said: string }[];
}

/** Messages on one line each, from the first run to the last date to come; null while nothing has a date. */
export function timelineOf(reading: Reading, messages: MessageGlance[], now: Date): Timeline | null {
  const days = messages.flatMap(momentsOf);
  if (!days.length) return null;
  const ends = [...days, now].map((at) => at.getTime());
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const room = Math.max(DAY, (last - first) * 0.04);
  const scale = scaleTime([first - room, last + room], [MARGIN, 100 - MARGIN]);
  const x = (at: Date) => Math.round(scale(at) * 100) / 100;
  return {
    now: x(now),
    ticks: ticksOf(reading, scale.ticks(5), x),
    lanes: messages
      .filter((message) => momentsOf(message).length)
      .map((message) => laneOf(reading, message, x)),
  };
}

const momentsOf = ({ runs, nextDates }: MessageGlance): Date[] => [
  ...runs.map(({ startedAt, dueAt }) => startedAt ?? dueAt),
  ...nextDates,
];

/** Each day once, however finely the scale divides it. */
function ticksOf(reading: Reading, moments: Date[], x: (at: Date) => number): Timeline['ticks'] {
  const ticks = moments.slice(0, 9).map((at) => tickOf(reading, at, x(at)));
  return ticks.filter(({ text }, i) => text !== ticks[i - 1]?.text);
}

function tickOf({ language, zone }: Reading, at: Date, x: number) {
  const text = new Intl.DateTimeFormat(`${language}-IN`, { day: 'numeric', month: 'short', timeZone: zone });
  return { x, text: text.format(at), anchor: x < 8 ? 'start' : x > 92 ? 'end' : 'middle' } as const;
}

function laneOf(reading: Reading, message: MessageGlance, x: (at: Date) => number) {
  const { moment, language, zone, t } = reading;
  const runs = message.runs.map((run) => {
    const at = run.startedAt ?? run.dueAt;
    const { look, text } = runBadge(reading, run.state);
    return { x: x(at), look, said: `${moment(at)}: ${text}`, href: `/console/runs/${run.run}` };
  });
  const planned = new Set(message.runs.map(({ dueAt }) => dueAt.getTime()));
  const coming = message.nextDates
    .filter((at) => !planned.has(at.getTime()))
    .map((at) => ({ x: x(at), look: 'coming', said: `${moment(at)}: ${t('campaign.coming')}`, href: null }));
  const marks = [...runs, ...coming].sort((one, other) => one.x - other.x);
  const next = message.nextDates[0];
  const said = t('campaign.lane', {
    ...{ name: message.name, runs: message.runs.length },
    next: next ? formatDay(next, language, zone) : 'none',
  });
  return { id: message.id, name: message.name, marks, said };
}
