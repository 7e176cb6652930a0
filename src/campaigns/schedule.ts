import { CronExpressionParser } from 'cron-parser';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { kept, say, type Value } from '../say.ts';
import { instantOf, requireZone, timesShown, type Wall, wallBefore, wallOf } from '../zones.ts';

const LEAST_MINUTES = 5;

const shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), at: z.string(), zone: z.string() }),
  z.object({ kind: z.literal('cron'), expression: z.string(), zone: z.string() }),
]);

/** A wish in wall-clock time: once (`at` is `2026-11-22T09:00`, with seconds if wished), or again and again (cron, five fields). */
export type Schedule = z.infer<typeof shape>;

/**
 * Reads a schedule; without a zone of its own it goes by `usual`. A single time that the clocks skip is refused; of one that they show twice the
 * first is meant.
 * @throws Refusal for a zone or date that does not exist, a time that has passed, an expression that
 *   is none, never comes, or comes more often than every five minutes
 */
export function parseSchedule(input: unknown, now: Date, usual = 'Asia/Kolkata'): Schedule {
  const parsed = shape.safeParse(isObject(input) ? { zone: usual, ...defined(input) } : input);
  if (!parsed.success) {
    throw new Refusal(
      say`A schedule is once at a date and time, or a cron expression: ${first(parsed.error)}`,
    );
  }
  const schedule = { ...parsed.data, zone: requireZone(parsed.data.zone) };
  return schedule.kind === 'once' ? parseOnce(schedule, now) : parseCron(schedule, now);
}

/** @returns the first instant after `after` that the schedule wishes for, or null when none is left */
export function nextDue(schedule: Schedule, after: Date): Date | null {
  if (schedule.kind === 'cron') return nextOfCron(schedule, after);
  const at = instantOf(readWall(schedule.at), schedule.zone);
  return at > after ? at : null;
}

/** The next `n` instants after `after`; fewer when the schedule has no more. */
export function nextDates(schedule: Schedule, after: Date, n: number): Date[] {
  const dates: Date[] = [];
  for (let due = nextDue(schedule, after); due && dates.length < n; due = nextDue(schedule, due)) {
    dates.push(due);
  }
  return dates;
}

/** The wall-clock reading of `2026-11-22T09:00`. */
export const readWall = (text: string): Wall => DateTime.fromISO(text, { zone: 'utc' }).toMillis();

function parseOnce(schedule: Schedule & { kind: 'once' }, now: Date): Schedule {
  const at = schedule.at
    .trim()
    .replace(' ', 'T')
    .replace(/(T\d\d:\d\d):00$/, '$1');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(at) || Number.isNaN(readWall(at))) {
    throw new Refusal(
      say`${JSON.stringify(schedule.at)} is no date and time. Write it as 2026-11-22 09:00, by the clocks of ${schedule.zone}.`,
    );
  }
  const due = instantOf(readWall(at), schedule.zone);
  const shown = at.replace('T', ' ');
  if (timesShown(readWall(at), schedule.zone) === 0) {
    const instead = DateTime.fromJSDate(due, { zone: schedule.zone }).toFormat('HH:mm');
    throw new Refusal(
      say`${shown} does not exist in ${schedule.zone}: the clocks are put forward over it. Take ${instead}, or an earlier time.`,
    );
  }
  if (due <= now) {
    const today = DateTime.fromJSDate(now, { zone: schedule.zone }).toFormat('yyyy-MM-dd HH:mm');
    throw new Refusal(
      say`${shown} has passed: in ${schedule.zone} it is ${today} now. Choose a time that is still to come.`,
    );
  }
  return { ...schedule, at };
}

function parseCron(schedule: Schedule & { kind: 'cron' }, now: Date): Schedule {
  const expression = schedule.expression.trim().split(/\s+/).join(' ').toUpperCase();
  const fields = expression.split(' ');
  const wrong = (why: Value) =>
    new Refusal(
      say`The cron expression ${JSON.stringify(schedule.expression)} will not do: ${why} It has five fields: minute, hour, day of month, month, day of week; "0 9 * * MON" is every Monday at 09:00.`,
    );
  if (fields.length !== 5) throw wrong(say`it has ${fields.length} fields.`);
  // H means "any minute of our choosing" to the parser, a different one at each reading.
  if (/(^|[\s,])H/.test(expression)) throw wrong(say`H is not known here.`);
  const cron = { ...schedule, expression };
  try {
    nextDue(cron, now);
  } catch (error) {
    throw wrong(faultOf((error as Error).message));
  }
  const closest = leastMinutesBetween(expression);
  if (closest < LEAST_MINUTES) {
    throw wrong(
      say`it comes every ${closest} min; no message goes out more often than every ${LEAST_MINUTES}.`,
    );
  }
  return cron;
}

/** The parser's words for what stands in a field serve; for a day that never comes they are of its insides. */
function faultOf(message: string): Value {
  if (/explicit day of month/.test(message)) return say`its months have no such day, so it never comes.`;
  return kept(message.replace(/\.?$/, '.'));
}

/** Between two of its minutes, within the hour or from one hour to the next. */
function leastMinutesBetween(expression: string): number {
  const { minute, hour } = CronExpressionParser.parse(expression, { tz: 'UTC' }).fields;
  const minutes = minute.values.map(Number);
  const hours = hour.values.map(Number);
  const gaps = minutes.slice(1).map((at, i) => at - (minutes[i] ?? 0));
  const adjoining = hours.some((at) => hours.includes((at + 1) % 24));
  if (adjoining) gaps.push(60 - (minutes.at(-1) ?? 0) + (minutes[0] ?? 0));
  return Math.min(60, ...gaps);
}

/**
 * The expression is read against wall clocks, and each reading turned into an instant by the rule of
 * `instantOf`. Readings that were moved out of a gap may meet or pass later ones; the earliest counts.
 */
function nextOfCron({ expression, zone }: Schedule & { kind: 'cron' }, after: Date): Date {
  let earliest: Date | undefined;
  for (const wall of wallsOf(expression, wallBefore(after, zone))) {
    if (earliest && wall >= wallOf(earliest, zone)) break;
    const at = instantOf(wall, zone);
    if (at > after && (!earliest || at < earliest)) earliest = at;
  }
  return earliest as Date;
}

/** @throws from the parser, when the expression never comes */
function* wallsOf(expression: string, from: Wall): Generator<Wall> {
  const minute = Math.floor(from / 60_000) * 60_000;
  const cron = CronExpressionParser.parse(expression, { currentDate: new Date(minute - 1000), tz: 'UTC' });
  for (;;) yield cron.next().getTime();
}

const isObject = (input: unknown): input is object => typeof input === 'object' && input !== null;
const defined = (input: object) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

const first = (error: z.ZodError) => {
  const issue = error.issues[0];
  return issue ? say`${issue.path.join('.') || say`it`}: ${kept(issue.message)}` : '';
};
