import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { Refusal } from '../../../errors.ts';
import { type Book, bookFormats, books, exportBook } from '../../../giving/books/export.ts';
import { listHeads } from '../../../giving/books/head.ts';
import { type Period, readPeriod } from '../../../giving/books/period.ts';
import { type BalanceRow, totalsOf, trialBalance } from '../../../giving/books/trial-balance.ts';
import { daysOfYear, financialYear, indianDay, yearsUntil } from '../../../giving/calendar.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { addressOf, asked } from '../contacts/reading.ts';
import { accountName, dayWords, STYLES, streamWords } from '../gifts/words.ts';
import { projectNames } from '../project-names.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';

export const BOOKS = '/console/books';
/** So many financial years back can be chosen. */
const YEARS = 6;

/** The trial balance of a period by stream, the heads of the chain, and the exports. */
export const show: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const today = indianDay(web.ground.clock.now());
  const { period, year, refused } = periodIn(req, today, reading);
  const rows = await trialBalance(web.ground.sql, period);
  const heads = await listHeads(web.ground);
  const named = await projectNames(web.ground.sql, reading);
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'books',
      title: reading.t('nav.books'),
      styles: STYLES,
      status: refused ? 422 : 200,
    },
    data: {
      ...{ period, refused, typed: { from: asked(req, 'from'), to: asked(req, 'to') } },
      span: { from: dayWords(reading, period.from), to: dayWords(reading, period.to) },
      years: yearsUntil(today, YEARS).map((value) => ({ value, text: value, selected: value === year })),
      streams: (['domestic', 'fcra'] as const).flatMap((stream) => {
        const own = rows.filter((row) => row.stream === stream);
        return own.length
          ? [{ name: streamWords(reading.t, stream), ...shownBalance(own, reading, named) }]
          : [];
      }),
      exports: books.map((book) => exportRow(book, period)),
      heads: heads.map((head) => ({
        ...head,
        day: dayWords(reading, head.day),
        number: String(head.number),
      })),
    },
  });
};

/** What the address says: a year, or days; this year where it says nothing. */
function periodIn(req: Request, today: string, reading: Reading) {
  const [year, from, to] = [asked(req, 'year'), asked(req, 'from'), asked(req, 'to')];
  const current = financialYear(today);
  const usual = daysOfYear(current) as Period;
  if (!year && !from && !to) return { period: usual, year: current, refused: null };
  try {
    const days = from || to;
    const period = readPeriod(days ? { from: from || usual.from, to: to || today } : { year });
    return { period, year: days ? '' : year, refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { period: usual, year: current, refused: reading.said(error) };
  }
}

function shownBalance(rows: BalanceRow[], { t }: Reading, named: (words: string) => string) {
  const shown = (row: Pick<BalanceRow, 'opening' | 'debits' | 'credits' | 'closing'>) => ({
    ...{ opening: sided(t, row.opening), debits: formatAmount(row.debits) },
    ...{ credits: formatAmount(row.credits), closing: sided(t, row.closing) },
  });
  return {
    rows: rows.map((row) => ({ account: named(accountName(t, row.account)), ...shown(row) })),
    total: shown(totalsOf(rows)),
  };
}

/** A balance with its side, as books say it. */
const sided = (t: Reading['t'], paise: bigint): string =>
  paise === 0n
    ? formatAmount(0n)
    : t(paise > 0n ? 'books.debit' : 'books.credit', { amount: formatAmount(paise < 0n ? -paise : paise) });

const exportRow = (book: Book, period: Period) => ({
  book,
  files: bookFormats
    .filter((format) => format !== 'tally' || book === 'journal')
    .map((format) => ({ format, href: addressOf(`${BOOKS}/export/${book}`, { ...period, format }) })),
});

/** A book as a file, written while it is read: it may be longer than the memory. */
export const download: Handler = (web) => async (req, res) => {
  const book = books.find((one) => one === req.params.book);
  const format = bookFormats.find((one) => one === asked(req, 'format'));
  if (!book || !format) return void res.redirect(303, BOOKS);
  const wish = { book, format, period: readPeriod({ from: asked(req, 'from'), to: asked(req, 'to') }) };
  const file = await exportBook(web.ground, wish, staffOf(res).user.email);
  res.set('Content-Type', file.type).attachment(file.name);
  await pipeline(Readable.from(file.chunks), res);
};
