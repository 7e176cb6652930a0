import fc from 'fast-check';
import { expect, it } from 'vitest';
import { absolute, daysBetween, relativeTo, shifted } from '../../../../src/campaigns/plans/relative.ts';

const day = fc
  .date({ min: new Date('2001-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'));
const length = fc.option(fc.integer({ min: 0, max: 400 }), { nil: null });
const endOf = (start: string, days: number | null) => (days === null ? null : shifted(start, days));

it('finds every time again in the campaign it is of, whichever end it goes by', () => {
  fc.assert(
    fc.property(day, length, day, time, (start, days, on, clock) => {
      const own = { start, end: endOf(start, days) };
      const at = `${on}T${clock}`;
      expect(absolute(relativeTo(at, own), own)).toBe(at);
    }),
  );
});

it('moves all times by the same number of days when the first day moves, and changes no clock', () => {
  fc.assert(
    fc.property(day, length, day, day, time, (start, days, on, other, clock) => {
      const own = { start, end: endOf(start, days) };
      const there = { start: other, end: endOf(other, days) };
      const moved = absolute(relativeTo(`${on}T${clock}`, own), there);
      expect(daysBetween(on, moved)).toBe(daysBetween(start, other));
      expect(moved.slice(11)).toBe(clock);
    }),
  );
});

it('goes by the end where that is nearer', () => {
  const days = { start: '2026-12-01', end: '2026-12-24' };
  expect(relativeTo('2026-12-21T09:00', days)).toEqual({ anchor: 'end', days: -3, time: '09:00' });
  expect(relativeTo('2026-12-03T09:15', days)).toEqual({ anchor: 'start', days: 2, time: '09:15' });
  expect(
    absolute({ anchor: 'end', days: -3, time: '09:00' }, { start: '2027-01-01', end: '2027-01-31' }),
  ).toBe('2027-01-28T09:00');
});
