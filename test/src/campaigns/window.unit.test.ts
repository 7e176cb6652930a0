import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { nextInWindow, openSeconds, parseWindow } from '../../../src/campaigns/window.ts';

const KOLKATA = 'Asia/Kolkata';
const day = parseWindow('09:00-20:00');
const night = parseWindow('22:00 - 06:00');
const next = (at: string, window = day, zone = KOLKATA) =>
  nextInWindow(new Date(at), window, zone).toISOString();

describe('a send window', () => {
  it('lets pass what falls into it, its beginning included and its end not', () => {
    expect(next('2026-11-21T06:30:00Z')).toBe('2026-11-21T06:30:00.000Z');
    expect(next('2026-11-21T03:30:00Z')).toBe('2026-11-21T03:30:00.000Z');
    expect(next('2026-11-21T14:30:00Z')).toBe('2026-11-22T03:30:00.000Z');
  });

  it('makes what comes early wait for the morning', () => {
    expect(next('2026-11-20T23:00:00Z')).toBe('2026-11-21T03:30:00.000Z');
  });

  it('may go over midnight', () => {
    expect(next('2026-11-21T20:00:00Z', night)).toBe('2026-11-21T20:00:00.000Z'); // 01:30
    expect(next('2026-11-21T06:30:00Z', night)).toBe('2026-11-21T16:30:00.000Z'); // noon waits until 22:00
  });

  it('opens an hour earlier by the world when the clocks were put forward', () => {
    expect(next('2027-03-13T05:00:00Z', day, 'America/New_York')).toBe('2027-03-13T14:00:00.000Z');
    expect(next('2027-03-14T05:00:00Z', day, 'America/New_York')).toBe('2027-03-14T13:00:00.000Z');
    expect(next('2027-11-07T04:00:00Z', day, 'America/New_York')).toBe('2027-11-07T14:00:00.000Z');
    expect(next('2027-03-28T00:00:00Z', day, 'Europe/London')).toBe('2027-03-28T08:00:00.000Z');
  });

  it.each(['9-20', '09:00-25:00', '09:00', '09:00-09:00', '', { from: '09:00' }])(
    'is refused when written as %j',
    (input) => {
      expect(() => parseWindow(input)).toThrow(/no send window/);
    },
  );

  it('counts only the time during which it was open', () => {
    const span = { from: new Date('2026-11-21T14:29:00Z'), until: new Date('2026-11-22T03:31:00Z') };
    expect(openSeconds({ ...span, enough: 900 }, day, KOLKATA)).toBe(120);
    expect(openSeconds({ ...span, enough: 900 }, null, KOLKATA)).toBe(46_920);
  });

  const anything = fc.record({
    zone: fc.constantFrom(KOLKATA, 'America/New_York', 'Europe/London', 'Australia/Lord_Howe'),
    from: fc.integer({ min: 0, max: 95 }),
    length: fc.integer({ min: 1, max: 95 }),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
  });
  const quarter = (n: number) =>
    `${String(Math.floor((n % 96) / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`;

  it('never answers with an earlier moment, and what it answers with is open', () => {
    fc.assert(
      fc.property(anything, ({ zone, from, length, at }) => {
        const window = parseWindow(`${quarter(from)}-${quarter(from + length)}`);
        const opens = nextInWindow(at, window, zone);
        expect(opens >= at).toBe(true);
        expect(nextInWindow(opens, window, zone)).toEqual(opens);
        const wait = { from: at, until: opens, enough: 1e9 };
        expect(openSeconds(wait, window, zone)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('is open exactly between its clock times on days whose clocks are left alone', () => {
    fc.assert(
      fc.property(anything, ({ from, length, at }) => {
        const window = parseWindow(`${quarter(from)}-${quarter(from + length)}`);
        const wall = DateTime.fromJSDate(at, { zone: KOLKATA }).toFormat('HH:mm');
        const within =
          window.from < window.to
            ? wall >= window.from && wall < window.to
            : wall >= window.from || wall < window.to;
        expect(nextInWindow(at, window, KOLKATA).getTime() === at.getTime()).toBe(within);
      }),
      { numRuns: 2000 },
    );
  });
});
