import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { nextDates, nextDue, parseSchedule, type Schedule } from '../../../src/campaigns/schedule.ts';

const NOW = new Date('2026-11-21T06:30:00Z');
const once = (at: string, zone?: string) => parseSchedule({ kind: 'once', at, ...(zone && { zone }) }, NOW);
const cron = (expression: string, zone?: string) =>
  parseSchedule({ kind: 'cron', expression, ...(zone && { zone }) }, NOW);
const iso = (dates: Date[]) => dates.map((date) => date.toISOString());

describe('a schedule that is written down', () => {
  it('is read in Indian time when no zone is given', () => {
    const schedule = once('2026-11-22 09:00');
    expect(schedule).toEqual({ kind: 'once', at: '2026-11-22T09:00', zone: 'Asia/Kolkata' });
    expect(nextDue(schedule, NOW)?.toISOString()).toBe('2026-11-22T03:30:00.000Z');
    expect(nextDue(schedule, new Date('2026-11-22T03:30:00Z'))).toBeNull();
  });

  it('may name the second', () => {
    const due = (at: string) => nextDue(once(at), NOW)?.toISOString();
    expect(due('2026-11-21 12:00:05')).toBe('2026-11-21T06:30:05.000Z');
    expect(once('2026-11-22 09:00:00')).toEqual(once('2026-11-22 09:00'));
  });

  it('keeps the usual spelling of a zone, and suggests zones like one that does not exist', () => {
    expect(once('2026-11-22 09:00', 'asia/kolkata').zone).toBe('Asia/Kolkata');
    expect(() => once('2026-11-22 09:00', 'Asia/Kolkatta')).toThrow(/no time zone.*Asia\/Kolkata/);
    expect(() => once('2026-11-22 09:00', 'new york')).toThrow(/America\/New_York/);
    expect(() => once('2026-11-22 09:00', '+05:30')).toThrow(/no time zone/);
  });

  it('is refused when its time has passed, and says what time it is there', () => {
    expect(() => once('2026-11-21 12:00')).toThrow(/has passed: in Asia\/Kolkata it is 2026-11-21 12:00 now/);
  });

  it.each(['2026-02-30 09:00', '2026-11-22', '22/11/2026 09:00', '2026-11-22T09:00Z', ''])(
    'is refused when %j is no wall-clock time',
    (at) => {
      expect(() => once(at)).toThrow(/no date and time/);
    },
  );

  it('is refused when the clocks skip its time, and names one that exists', () => {
    expect(() => once('2027-03-14 02:30', 'America/New_York')).toThrow(/does not exist.*Take 03:30/);
    expect(() => once('2027-03-28 01:15', 'Europe/London')).toThrow(/does not exist.*Take 02:15/);
  });

  it('takes the first of a time that the clocks show twice', () => {
    const schedule = once('2027-11-07 01:30', 'America/New_York');
    expect(nextDue(schedule, NOW)?.toISOString()).toBe('2027-11-07T05:30:00.000Z');
  });

  it.each([
    ['* * * * *', /every 1 min/],
    ['0,58 * * * *', /every 2 min/],
    ['*/4 9 * * *', /every 4 min/],
    ['0 0 9 * * *', /6 fields/],
    ['@daily', /1 fields/],
    ['H 9 * * *', /H is not known/],
    ['0 9 31 2 *', /its months have no such day, so it never comes\./],
    ['61 9 * * *', /61/],
    ['a b c d e', /will not do/],
  ])('is refused when the cron expression is %j', (expression, why) => {
    expect(() => cron(expression)).toThrow(why);
  });

  it('lets pass what comes every five minutes, or in minutes that do not adjoin', () => {
    expect(cron('*/5 * * * *').kind).toBe('cron');
    expect(cron('0,58 9 * * *').kind).toBe('cron');
  });

  it('says what a schedule is when given something else', () => {
    expect(() => parseSchedule({ kind: 'weekly' }, NOW)).toThrow(/once.*or a cron expression/);
    expect(() => parseSchedule(null, NOW)).toThrow(/once.*or a cron expression/);
  });
});

describe('the dates of a cron expression', () => {
  it('follow the clocks of the zone, not the hours of the day', () => {
    const daily = cron('0 9 * * *', 'America/New_York');
    expect(iso(nextDates(daily, new Date('2027-03-13T00:00:00Z'), 3))).toEqual([
      '2027-03-13T14:00:00.000Z',
      '2027-03-14T13:00:00.000Z',
      '2027-03-15T13:00:00.000Z',
    ]);
  });

  it('move a time that the clocks skip by the length of the gap', () => {
    const daily = cron('30 2 * * *', 'America/New_York');
    expect(iso(nextDates(daily, new Date('2027-03-14T00:00:00Z'), 2))).toEqual([
      '2027-03-14T07:30:00.000Z', // 03:30 in summer time
      '2027-03-15T06:30:00.000Z',
    ]);
  });

  it('give a moved time and a later one that fall together only once', () => {
    const halfHourly = cron('0,30 1-3 * * *', 'Europe/London');
    const dates = nextDates(halfHourly, new Date('2027-03-28T00:00:00Z'), 5);
    expect(iso(dates).map((at) => at.slice(11, 16))).toEqual(['01:00', '01:30', '02:00', '02:30', '00:00']);
  });

  it('take the first of a repeated time, and not the second', () => {
    const daily = cron('30 1 * * *', 'Europe/London');
    expect(iso(nextDates(daily, new Date('2026-10-24T12:00:00Z'), 2))).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  const zones = ['Asia/Kolkata', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Pacific/Apia'];
  const daily = fc.record({
    zone: fc.constantFrom(...zones),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    after: fc.date({ min: new Date('2011-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
  });

  it('show the wished clock time on every day that has it, one date a day, each later than the last', () => {
    fc.assert(
      fc.property(daily, ({ zone, hour, minute, after }) => {
        const schedule: Schedule = { kind: 'cron', expression: `${minute} ${hour} * * *`, zone };
        const dates = nextDates(schedule, after, 400);
        let previous = after;
        for (const date of dates) {
          expect(date > previous).toBe(true);
          // No day is left out; Apia skipped a whole one in 2011.
          const hours = (date.getTime() - previous.getTime()) / 3_600_000;
          expect(hours).toBeLessThanOrEqual(zone === 'Pacific/Apia' ? 49 : 25);
          previous = date;
          const wall = DateTime.fromJSDate(date, { zone });
          if (wall.hour === hour && wall.minute === minute) continue;
          // Another time only on a day that has not the wished one.
          expect(skipped(wall.startOf('day'), hour, minute)).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are the same whether they are asked for one by one or from any moment between', () => {
    const expressions = fc.constantFrom('*/30 * * * *', '15 1,2,3 * * *', '0 0 1 * *', '30 2 * * SUN');
    fc.assert(
      fc.property(
        daily,
        expressions,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (at, expression, part) => {
          const schedule: Schedule = { kind: 'cron', expression, zone: at.zone };
          const [first, second] = nextDates(schedule, at.after, 2) as [Date, Date];
          const between = new Date(first.getTime() + Math.floor(part * (second.getTime() - first.getTime())));
          expect(nextDue(schedule, between)).toEqual(second);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Looked up by walking the day minute by minute, without the code under test. */
function skipped(day: DateTime, hour: number, minute: number): boolean {
  for (let at = day; at < day.plus({ days: 2 }); at = at.plus({ minutes: 1 })) {
    if (at.hour === hour && at.minute === minute && at.hasSame(day, 'day')) return false;
  }
  return true;
}
