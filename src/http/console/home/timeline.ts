import type { Going } from '../../../campaigns/going.ts';

/** Parts of the line of a day; console-home.css knows a place for each. */
export const PARTS = 64;
const HOUR = 3_600_000;
/** Rows of a lane that are drawn; what is more is counted. */
const ROWS = 5;

/** What is shown of what goes out. */
type Shown = Omit<Going, 'purpose' | 'revision' | 'repeated' | 'accounts'>;

/** An event on the line. */
export interface Placed extends Shown {
  /** Where it begins, of PARTS. */
  x: number;
  /** Its row within its lane. */
  y: number;
  /** It would not fit before the end of the line, so it ends there. */
  last: boolean;
}

/** From top to bottom. */
const LANES = ['email', 'newsletter', 'phone', 'post'] as const;

export interface Lane {
  key: (typeof LANES)[number];
  rows: number;
  events: Placed[];
  /** Events that found no row. */
  more: number;
}

export interface Line {
  lanes: Lane[];
  hours: { at: Date; x: number }[];
  now: number;
}

/**
 * Places a day on a line: from six to ten in the evening, or the whole day where something is outside.
 * @param day when it begins and ends in the viewer's zone
 */
export function lineOf(today: Shown[], { from, now }: { from: Date; now: Date }): Line {
  const waking = { begins: from.getTime() + 6 * HOUR, hours: 16 };
  const moments = [now, ...today.map(({ at }) => at)];
  const inside = (at: Date) => at.getTime() >= waking.begins && at.getTime() <= waking.begins + 16 * HOUR;
  const { begins, hours } = moments.every(inside) ? waking : { begins: from.getTime(), hours: 24 };
  const placeOf = (at: Date) =>
    Math.max(0, Math.min(PARTS, Math.round(((at.getTime() - begins) / (hours * HOUR)) * PARTS)));
  const lanes = LANES.map((key) => {
    const own = today.filter((one) => laneFor(one) === key);
    return laneOf(key, own, placeOf);
  });
  const step = hours / 4;
  return {
    lanes: lanes.filter(({ key, events }) => key === 'email' || events.length),
    hours: [0, 1, 2, 3].map((n) => ({ at: new Date(begins + n * step * HOUR), x: (n * PARTS) / 4 })),
    now: placeOf(now),
  };
}

const laneFor = ({ newsletter, channel }: Shown): Lane['key'] => {
  if (newsletter) return 'newsletter';
  if (channel === 'email' || channel === 'post') return channel;
  return 'phone';
};

/** Each event in the first row where it does not lie on another. */
function laneOf(key: Lane['key'], events: Shown[], placeOf: (at: Date) => number): Lane {
  const ends: number[] = [];
  const placed: Placed[] = [];
  for (const event of events) {
    const width = widthOf(event.message);
    const at = placeOf(event.at);
    const last = at + width > PARTS;
    const begin = last ? PARTS - width : at;
    const free = ends.findIndex((end) => end <= begin);
    const y = free < 0 ? ends.length : free;
    if (y >= ROWS) continue;
    ends[y] = begin + width;
    placed.push({ ...event, x: at, y, last });
  }
  return { key, rows: Math.max(1, ends.length), events: placed, more: events.length - placed.length };
}

/** What a name takes of the line at the width of a desk, in PARTS. */
const widthOf = (name: string): number => Math.min(24, Math.ceil((name.length * 7 + 110) / 13));
