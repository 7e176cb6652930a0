import { DateTime } from 'luxon';
import { networkNames } from '../../../../channels/social.ts';
import type { GoingFilter, Span } from '../../../campaigns/going.ts';

export const PATH = '/console/calendar';
export const views = ['month', 'week', 'list'] as const;
export type View = (typeof views)[number];

/** Days of the list. */
const LISTED = 30;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** What the address of the calendar asks for. */
export interface Asked extends GoingFilter {
  view: View;
  /** A day that is shown, by the viewer's clocks. */
  day: DateTime;
}

/** Whatever cannot be read is as if it were not there. */
export function askedIn(query: Record<string, unknown>, { now, zone }: { now: Date; zone: string }): Asked {
  const text = (name: string) => (typeof query[name] === 'string' ? (query[name] as string) : '');
  const id = (name: string) => (UUID.test(text(name)) ? text(name) : undefined);
  const day = DateTime.fromISO(text('day'), { zone });
  const channel = ['email', ...networkNames].find((one) => one === text('channel'));
  return {
    view: views.find((one) => one === text('view')) ?? 'month',
    day: (day.isValid && day.year > 2000 && day.year < 2200
      ? day
      : DateTime.fromJSDate(now, { zone })
    ).startOf('day'),
    ...{ campaign: id('campaign'), channel, account: id('account') },
  };
}

export function addressOf({ view, day, ...filter }: Asked): string {
  const query = new URLSearchParams({ view, day: day.toISODate() ?? '' });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  return `${PATH}?${query}`;
}

/** The first day that is shown, and the one after the last. A month is shown in whole weeks. */
export function daysOf({ view, day }: Pick<Asked, 'view' | 'day'>): { first: DateTime; end: DateTime } {
  if (view === 'list') return { first: day, end: day.plus({ days: LISTED }) };
  if (view === 'week') return { first: day.startOf('week'), end: day.startOf('week').plus({ weeks: 1 }) };
  return {
    first: day.startOf('month').startOf('week'),
    end: day.endOf('month').startOf('week').plus({ weeks: 1 }),
  };
}

export function spanOf(asked: Asked): Span {
  const { first, end } = daysOf(asked);
  return { from: first.toJSDate(), to: end.toJSDate() };
}

/** The same a month, a week or a list earlier (-1) or later (1). */
export function stepped(asked: Asked, by: -1 | 1): Asked {
  const step = { month: { months: by }, week: { weeks: by }, list: { days: by * LISTED } }[asked.view];
  const day = asked.view === 'month' ? asked.day.startOf('month') : asked.day;
  return { ...asked, day: day.plus(step) };
}
