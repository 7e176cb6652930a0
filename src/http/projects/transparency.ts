import type { Request } from 'express';
import { csvCell } from '../../contacts/csv/rejects.ts';
import { financialYear, indianDay } from '../../giving/calendar.ts';
import { formatAmount, formatDay, formatMoment, type Language, translate } from '../../i18n.ts';
import {
  type BooksRow,
  type Dimension,
  dimensions,
  type Head,
  type Period,
  readBooks,
  readHeads,
  readSums,
  type Sums,
} from '../../pages/transparency.ts';
import { otherLanguage, readerLanguage } from '../../reader.ts';
import { cardOf } from '../card.ts';
import { showPage } from '../pages.ts';
import type { Handler } from '../web.ts';
import { projectPath } from './address.ts';
import { queryOf } from './page.ts';
import { districtName, saidIn } from './words.ts';

const PATH = '/transparency';
const DAYS_SHOWN = 31;
const HEADS_SHOWN = 7;
const ROWS_SHOWN = 100;
const CACHE = 'public, max-age=5';

/** What came, what went back and what was paid out, from the sealed books. */
export const showBooks: Handler = (web) => async (req, res) => {
  const { sql, clock } = web.ground;
  const language = readerLanguage(req);
  const period = periodOf(req);
  const [sums, heads, ...tables] = await Promise.all([
    readSums(sql, period),
    readHeads(sql, HEADS_SHOWN),
    ...dimensions.map((by) =>
      readBooks(sql, by, { ...period, most: by === 'day' ? DAYS_SHOWN : ROWS_SHOWN }),
    ),
  ]);
  const card = cardOf(web, {
    ...{ language, path: PATH, title: translate(language, 'transparency.heading') },
    description: translate(language, 'transparency.lede'),
  });
  const showing = { language, query: queryOf(req) };
  const data = {
    ...{ sheet: 'project.css', section: 'transparency', card, period, sums: shownSums(sums), path: PATH },
    ...{ asked: showing.query ? language : null, heads: heads.map((head) => headOf(head, language)) },
    asOf: heads[0] ? formatMoment(heads[0].at, language) : null,
    number: heads[0] ? String(heads[0].number) : null,
    tables: dimensions.map((by, i) => tableOf(by, tables[i] ?? [], { ...showing, period })),
    periods: periodsOf(clock.now(), { ...showing, period }),
    otherHref: hrefOf(period, `?lang=${otherLanguage(language)}`),
  };
  res.set('Cache-Control', CACHE);
  showPage(web, { req, res, name: 'transparency', data });
};

/** One table of them, whole, for a spreadsheet: rupees, and up to when they hold. */
export const downloadBooks: Handler = (web) => async (req, res) => {
  const by = dimensions.find((one) => one === req.query.by) ?? 'day';
  const rows = await readBooks(web.ground.sql, by, periodOf(req));
  const [head] = await readHeads(web.ground.sql, 1);
  const asOf = head?.at.toISOString() ?? '';
  const lines = rows.map(({ key, name, given, returned, spent }) => [
    ...[key || (by === 'source' ? 'unnamed' : 'general'), name?.en || name?.ml || ''],
    ...[given, returned, given - returned, spent].map(rupees),
    asOf,
  ]);
  const table = [[by, 'title', 'received', 'returned', 'net', 'paid_out', 'as_of'], ...lines];
  res.set({ 'Cache-Control': CACHE, 'Content-Disposition': `attachment; filename="we-care-${by}.csv"` });
  res.type('text/csv').send(`\ufeff${table.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')}`);
};

/** The head of every day, so that anybody may keep them. */
export const downloadHeads: Handler = (web) => async (_req, res) => {
  const heads = await readHeads(web.ground.sql, 4000);
  const lines = heads.map(({ day, number, hash, at }) => `${day},${number},${hash},${at.toISOString()}\r\n`);
  res.set({ 'Cache-Control': CACHE, 'Content-Disposition': 'attachment; filename="we-care-heads.csv"' });
  res.type('text/csv').send(`day,number,sha256,sealed_at\r\n${lines.join('')}`);
};

/** What is below zero is no formula. */
const cellOf = (text: string) => (/^-?\d+\.\d\d$/.test(text) ? text : csvCell(text));

const rupees = (paise: bigint): string => {
  const [whole, rest] = [paise / 100n, paise % 100n];
  const sign = paise < 0n ? '-' : '';
  return `${sign}${whole < 0n ? -whole : whole}.${String(rest < 0n ? -rest : rest).padStart(2, '0')}`;
};

function periodOf({ query }: Request): Period {
  const day = (name: string) => {
    const text = typeof query[name] === 'string' ? query[name] : '';
    const known = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text);
    return known && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString().slice(0, 10) : null;
  };
  return { from: day('from'), to: day('to') };
}

interface Place {
  language: Language;
  query: string;
  period: Period;
}

/** Periods that people ask for. */
function periodsOf(now: Date, { language, query, period }: Place) {
  const today = indianDay(now);
  const year = financialYear(today);
  const known = [
    { words: translate(language, 'transparency.all'), of: { from: null, to: null } },
    {
      words: translate(language, 'transparency.year', { year }),
      of: { from: `${year.slice(0, 4)}-04-01`, to: null },
    },
    { words: translate(language, 'transparency.month'), of: { from: `${today.slice(0, 7)}-01`, to: null } },
  ];
  return known.map(({ words, of }) => ({
    ...{ words, href: hrefOf(of, query), current: of.from === period.from && of.to === period.to },
  }));
}

function hrefOf({ from, to }: Period, query: string, path = PATH): string {
  const wished = new URLSearchParams(query);
  if (from) wished.set('from', from);
  if (to) wished.set('to', to);
  return wished.size ? `${path}?${wished}` : path;
}

const shownSums = ({ given, returned, spent }: Sums) => ({
  ...{ given: formatAmount(given), returned: formatAmount(returned), net: formatAmount(given - returned) },
  ...{ spent: formatAmount(spent), left: formatAmount(given - returned - spent), paidOut: spent !== 0n },
});

function tableOf(by: Dimension, rows: BooksRow[], place: Place) {
  // Nobody in particular gave what was paid out.
  const shown = by === 'source' ? rows.filter(({ key, given, returned }) => key || given || returned) : rows;
  const csv = hrefOf(place.period, `?by=${by}`, `${PATH}.csv`);
  return {
    ...{ by, csv, paidOut: by !== 'source' },
    rows: shown.map((row) => ({ ...nameOf(by, row, place), sums: shownSums(row) })),
  };
}

function nameOf(by: Dimension, { key, name }: BooksRow, { language, query }: Place) {
  const plain = (text: string) => ({ said: { text, lang: null }, href: null });
  if (by === 'day') return plain(formatDay(new Date(`${key}T12:00:00+05:30`), language));
  if (by === 'stream') return plain(translate(language, `transparency.stream.${key}`));
  if (by === 'source') return plain(translate(language, `transparency.source.${key || 'unnamed'}`));
  if (by === 'district')
    return plain(key ? districtName(key, language) : translate(language, 'project.everywhere'));
  return name
    ? { said: saidIn(name, language), href: `${projectPath(key)}${query}` }
    : plain(translate(language, 'transparency.general'));
}

const headOf = ({ day, number, hash, at }: Head, language: Language) => ({
  ...{ day: formatDay(new Date(`${day}T12:00:00+05:30`), language), number: String(number), hash },
  at: formatMoment(at, language),
});
