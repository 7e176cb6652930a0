import { DateTime } from 'luxon';

/** The first and the last day of a campaign, `2026-08-20`. */
export interface Days {
  start: string;
  end: string | null;
}

/** A wall-clock time so many days from a campaign's first or last one. */
export interface When {
  anchor: 'start' | 'end';
  /** Before it where negative. */
  days: number;
  /** `09:00`, with seconds if there are some. */
  time: string;
}

const dayOf = (text: string): DateTime => DateTime.fromISO(text.slice(0, 10), { zone: 'utc' });

/** Whole days of the calendar from one to the other; clocks play no part in it. */
export const daysBetween = (one: string, other: string): number => dayOf(other).diff(dayOf(one), 'days').days;

/** So many days later. */
export const shifted = (day: string, days: number): string => dayOf(day).plus({ days }).toISODate() as string;

/** @param at a wall-clock time, `2026-08-20T09:00`. The nearer of both ends is what it goes by. */
export function relativeTo(at: string, { start, end }: Days): When {
  const time = at.slice(11);
  const fromStart = daysBetween(start, at);
  const fromEnd = end === null ? null : daysBetween(end, at);
  if (fromEnd !== null && Math.abs(fromEnd) < Math.abs(fromStart))
    return { anchor: 'end', days: fromEnd, time };
  return { anchor: 'start', days: fromStart, time };
}

/** The wall-clock time that is meant, in a campaign of these days. */
export function absolute({ anchor, days, time }: When, { start, end }: Days): string {
  return `${shifted(anchor === 'end' ? (end ?? start) : start, days)}T${time}`;
}
