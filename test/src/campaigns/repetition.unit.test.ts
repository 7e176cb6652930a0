import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  cronOf,
  type Repetition,
  repetitionOf,
  USUAL_REPETITION,
} from '../../../src/campaigns/repetition.ts';
import { nextDates, parseSchedule } from '../../../src/campaigns/schedule.ts';

const now = new Date('2026-11-21T06:30:00Z');
const pad = (n: number) => String(n).padStart(2, '0');
const repetitions = fc.record({
  every: fc.constantFrom<Repetition['every'][]>('day', 'weekday', 'week', 'month', 'month-end'),
  time: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${pad(h)}:${pad(m)}`),
  weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  expression: fc.constant(''),
});

it('makes an expression that the schedule takes, and knows it again', () => {
  fc.assert(
    fc.property(repetitions, (wish) => {
      const expression = cronOf(wish);
      const schedule = parseSchedule({ kind: 'cron', expression, zone: 'Asia/Kolkata' }, now);
      expect(nextDates(schedule, now, 2)).toHaveLength(2);
      const known = repetitionOf(expression);
      expect(cronOf(known)).toBe(expression);
      expect(known).toMatchObject({ every: wish.every, time: wish.time });
    }),
  );
});

it.each(['*/15 * * * *', '0 9 * 12 *', '0 9 1 * MON', '0 9 * * 5#2', '0 9-17 * * *'])(
  'leaves %s as it was written',
  (expression) => {
    expect(repetitionOf(expression)).toEqual({ ...USUAL_REPETITION, every: 'cron', expression });
    expect(cronOf(repetitionOf(expression))).toBe(expression);
  },
);
