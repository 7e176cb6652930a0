import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { instantOf, type Wall, wallOf } from '../zones.ts';

const DAY = 86_400_000;
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const shape = z.object({ from: clock, to: clock }).refine(({ from, to }) => from !== to);

/** The hours of a day in which a message may leave, by the clocks of its zone; over midnight when `to` is before `from`. */
export type Window = z.infer<typeof shape>;

/**
 * Reads `09:00-20:00`, or an object of that shape.
 * @throws Refusal when it is neither
 */
export function parseWindow(input: unknown): Window {
  const [from, to] = typeof input === 'string' ? input.split(/\s*[-–]\s*/) : [];
  const parsed = shape.safeParse(typeof input === 'string' ? { from, to } : input);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    say`${JSON.stringify(input)} is no send window. Write two different times of the day, such as 09:00-20:00; 20:00-06:00 goes over midnight.`,
  );
}

/**
 * @returns `at` when the window is open then, otherwise the moment when it opens next. Where clocks
 *   are changed, its ends are read as `instantOf` reads them.
 */
export function nextInWindow(at: Date, window: Window | null, zone: string): Date {
  if (!window) return at;
  for (let day = dayOf(at, zone) - DAY; ; day += DAY) {
    const { opens, closes } = onDay(day, window, zone);
    if (closes > at && closes > opens) return opens > at ? opens : at;
  }
}

/** How long the window was open between two instants, in seconds; counting stops once `enough` is passed. */
export function openSeconds(
  span: { from: Date; until: Date; enough: number },
  window: Window | null,
  zone: string,
): number {
  if (!window) return (span.until.getTime() - span.from.getTime()) / 1000;
  let open = 0;
  for (let day = dayOf(span.from, zone) - DAY; ; day += DAY) {
    const { opens, closes } = onDay(day, window, zone);
    if (opens >= span.until || open > span.enough) return open;
    const from = Math.max(opens.getTime(), span.from.getTime());
    open += Math.max(0, Math.min(closes.getTime(), span.until.getTime()) - from) / 1000;
  }
}

function onDay(day: Wall, { from, to }: Window, zone: string): { opens: Date; closes: Date } {
  const nextDay = to < from ? DAY : 0;
  return {
    opens: instantOf(day + readClock(from), zone),
    closes: instantOf(day + nextDay + readClock(to), zone),
  };
}

const dayOf = (at: Date, zone: string): Wall => Math.floor(wallOf(at, zone) / DAY) * DAY;

function readClock(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000;
}
