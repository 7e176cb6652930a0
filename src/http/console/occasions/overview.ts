import { DateTime } from 'luxon';
import { holidaysOn } from '../../../campaigns/calendar/holidays.ts';
import { formatAmount } from '../../../i18n.ts';
import type { OccasionState } from '../../../pages/occasions/states.ts';
import {
  groupings,
  type OccasionDay,
  type OccasionTotal,
  occasionDays,
  occasionTotals,
} from '../../../pages/occasions/totals.ts';
import { kindWords } from '../../../pages/occasions/words.ts';
import type { Handler } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { districtName } from '../projects/words.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { badgeOf, DAYS, namesOf, OCCASIONS, STYLES, TOTALS, tabsOf } from './words.ts';

const KERALA = 'Asia/Kolkata';

/** The days of pages that guests see, a month at a time. */
export const days: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const today = DateTime.fromJSDate(web.ground.clock.now(), { zone: KERALA }).startOf('day');
  const wished = DateTime.fromFormat(asked(req, 'month'), 'yyyy-MM', { zone: KERALA });
  const near = wished.isValid && Math.abs(wished.year - today.year) < 20;
  const month = (near ? wished : today).startOf('month');
  const [first, end] = [month.startOf('week'), month.endOf('month').startOf('week').plus({ weeks: 1 })];
  const span = { from: first.toISODate() ?? '', to: end.toISODate() ?? '' };
  const found = await occasionDays(web.ground.sql, span);
  const shown: ReturnType<typeof dayOf>[] = [];
  for (let day = first; day < end; day = day.plus({ days: 1 }))
    shown.push(dayOf(reading, day, { found, today, month }));
  const address = (by: number) => `${DAYS}?month=${month.plus({ months: by }).toFormat('yyyy-MM')}`;
  const data = {
    ...{ tabs: tabsOf(web, { req, res }), before: address(-1), after: address(1), todayHref: DAYS },
    heading: monthText(month, reading),
    weekdays: shown.slice(0, 7).map(({ weekday }) => weekday),
    weeks: Array.from({ length: shown.length / 7 }, (_, n) => shown.slice(n * 7, n * 7 + 7)),
    none: !found.length,
  };
  await showConsole(web, {
    ...{ req, res, name: 'occasions-days', title: reading.t('occasions.tab.days'), data, styles: STYLES },
    crumbs: [{ href: OCCASIONS, text: reading.t('nav.occasions') }],
  });
};

/** A date in words of a language, without the joiner that some systems put in. */
const inWords = (day: DateTime, { language }: Reading, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(`${language}-IN`, { ...options, timeZone: KERALA })
    .format(day.toJSDate())
    .replaceAll('\u200c', '');

const monthText = (month: DateTime, reading: Reading): string =>
  inWords(month, reading, { month: 'long', year: 'numeric' });

interface Around {
  found: OccasionDay[];
  today: DateTime;
  month: DateTime;
}

function dayOf(reading: Reading, day: DateTime, { found, today, month }: Around) {
  const iso = day.toISODate() ?? '';
  return {
    ...{ iso, number: String(day.day), weekday: inWords(day, reading, { weekday: 'short' }) },
    said: inWords(day, reading, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    ...{ today: day.equals(today), other: day.month !== month.month },
    holidays: holidaysOn(iso).map((one) => one[reading.language]),
    pages: found
      .filter((one) => one.day === iso)
      .map((one) => ({
        ...{ href: `${OCCASIONS}/${one.id}`, name: namesOf({ names: one.names, number: '–' }) },
        ...{
          kind: kindWords(one.kind, reading.language),
          badge: badgeOf(reading, one.state as OccasionState),
        },
      })),
  };
}

/** How many pages there were, and what was given at them: by kind, district or month. */
export const totals: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { t } = reading;
  const by = groupings.find((one) => one === asked(req, 'by')) ?? 'kind';
  const rows = await occasionTotals(web.ground.sql, by);
  const data = {
    ...{ tabs: tabsOf(web, { req, res }), by: t(`occasions.by.${by}`) },
    choices: groupings.map((value) => ({
      ...{ href: `${TOTALS}?by=${value}`, text: t(`occasions.by.${value}`), current: value === by },
    })),
    rows: rows.map((row) => ({ ...row, name: nameOf(by, row, reading), given: formatAmount(row.given) })),
    sum: {
      pages: rows.reduce((sum, { pages }) => sum + pages, 0),
      gifts: rows.reduce((sum, { gifts }) => sum + gifts, 0),
      given: formatAmount(rows.reduce((sum, { given }) => sum + given, 0n)),
    },
  };
  await showConsole(web, {
    ...{ req, res, name: 'occasions-totals', title: t('occasions.tab.totals'), data, styles: STYLES },
    crumbs: [{ href: OCCASIONS, text: t('nav.occasions') }],
  });
};

function nameOf(by: (typeof groupings)[number], { name }: OccasionTotal, reading: Reading): string {
  if (!name) return reading.t('occasions.unsaid');
  if (by === 'kind') return kindWords(name, reading.language);
  if (by === 'district') return districtName(reading, name);
  return monthText(DateTime.fromFormat(name, 'yyyy-MM', { zone: KERALA }), reading);
}
