import { expect, it } from 'vitest';
import { conflictsOf } from '../../../../src/campaigns/calendar/conflicts.ts';
import { uidsOf } from '../../../../src/campaigns/calendar/feed.ts';
import { holidays } from '../../../../src/campaigns/calendar/holidays.ts';
import { movedTo } from '../../../../src/campaigns/calendar/move.ts';
import type { Going } from '../../../../src/campaigns/going.ts';

const NOW = new Date('2026-11-21T06:30:00Z');
const X = { id: 'x', name: 'X', channel: 'x' as const };

const going = (at: string, more: Partial<Going> = {}): Going => ({
  ...{
    run: null,
    messageId: at,
    campaignId: 'c',
    campaign: 'c',
    message: at,
    channel: 'email',
    purpose: 'appeals',
  },
  ...{ revision: 1, newsletter: false, repeated: false, accounts: [], state: 'approved', at: new Date(at) },
  ...more,
});
const kinds = (all: Going[]) => conflictsOf(all, NOW).map((own) => own.map(({ kind }) => kind));

it('sees two appeals within an hour, and two posts on one account, and not an appeal beside a post', () => {
  const post = { channel: 'post', purpose: 'posts', accounts: [X] };
  expect(kinds([going('2026-11-24T05:00:00Z'), going('2026-11-24T05:59:00Z')])).toEqual([
    ['close'],
    ['close'],
  ]);
  expect(kinds([going('2026-11-24T05:00:00Z'), going('2026-11-24T06:00:00Z')])).toEqual([[], []]);
  expect(kinds([going('2026-11-24T05:00:00Z'), going('2026-11-24T05:10:00Z', { purpose: 'news' })])).toEqual([
    [],
    [],
  ]);
  expect(kinds([going('2026-11-24T05:00:00Z', post), going('2026-11-24T05:10:00Z', post)])).toEqual([
    ['close'],
    ['close'],
  ]);
  expect(kinds([going('2026-11-24T05:00:00Z'), going('2026-11-24T05:10:00Z', post)])).toEqual([[], []]);
});

it('sees nights and holidays in Kerala, and says nothing of what is over', () => {
  expect(kinds([going('2026-11-24T15:30:00Z')])).toEqual([['quiet']]);
  expect(kinds([going('2026-11-24T03:29:00Z')])).toEqual([['quiet']]);
  expect(kinds([going('2026-11-24T03:30:00Z')])).toEqual([[]]);
  expect(kinds([going('2026-12-25T06:30:00Z')])).toEqual([['holiday']]);
  expect(kinds([going('2026-11-20T20:00:00Z')])).toEqual([[]]);
});

it('has holidays in order, in both languages, each of a day that there is', () => {
  const days = holidays.map(({ day }) => day);
  expect(days.every((day) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day))).toBe(true);
  expect(holidays.filter(({ en, ml }) => !en || !/[\u0d00-\u0d7f]/.test(ml))).toEqual([]);
  for (const year of ['2026', '2027']) {
    const own = holidays.filter(({ day }) => day.startsWith(year)).map(({ en }) => en);
    for (const name of ['Vishu', 'Thiruvonam', 'Christmas', 'Eid-ul-Fitr']) expect(own).toContain(name);
  }
});

it('moves by the clocks of whoever moves, and keeps the zone of the schedule', () => {
  const schedule = { kind: 'once' as const, at: '2026-12-03T09:00', zone: 'Asia/Kolkata' };
  const message = { name: 'Greeting', schedule };
  expect(movedTo(message, { day: '2026-12-05', zone: 'Asia/Kolkata' }).at).toBe('2026-12-05T09:00:00');
  expect(movedTo(message, { day: '2026-12-05', time: '18:30', zone: 'Asia/Dubai' })).toEqual({
    ...{ kind: 'once', at: '2026-12-05T20:00:00', zone: 'Asia/Kolkata' },
  });
  // In New York it is the evening before.
  expect(movedTo(message, { day: '2026-12-10', zone: 'America/New_York' }).at).toBe('2026-12-11T09:00:00');
  expect(() => movedTo(message, { day: '2026-13-10', zone: 'UTC' })).toThrow('Choose a day');
  const cron = { kind: 'cron' as const, expression: '0 9 * * MON', zone: 'UTC' };
  expect(() => movedTo({ name: 'Weekly', schedule: cron }, { day: '2026-12-10', zone: 'UTC' })).toThrow(
    'again and again',
  );
});

it('gives what goes out once the same name wherever it is moved', () => {
  const once = (at: string, run: string | null) => ({
    messageId: 'm',
    repeated: false,
    run,
    at: new Date(at),
  });
  expect(uidsOf([once('2026-11-01T09:00:00Z', '7'), once('2026-12-03T09:00:00Z', null)])).toEqual([
    'm-run7',
    'm',
  ]);
  expect(uidsOf([once('2026-12-09T09:00:00Z', '8')])).toEqual(['m']);
  const weekly = { messageId: 'w', repeated: true, run: null, at: new Date('2026-12-07T03:30:00Z') };
  expect(uidsOf([weekly])).toEqual(['w-20261207033000']);
});
