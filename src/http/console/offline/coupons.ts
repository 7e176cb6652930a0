import type { Request, Response } from 'express';
import { indianDay } from '../../../giving/calendar.ts';
import {
  type Book,
  issueBook,
  listBooks,
  listSeries,
  makeSeries,
  returnBook,
} from '../../../giving/offline/coupons.ts';
import { formatAmount } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { dayText, readSum } from '../finance.ts';
import { fieldsOf } from '../settings/page.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { OFFLINE } from './form.ts';

export const COUPONS = `${OFFLINE}/coupons`;
const FIELDS = ['code', 'value', 'series', 'first', 'last', 'holder', 'day'] as const;
type Typed = Partial<Record<(typeof FIELDS)[number] | 'kind', string>>;

interface Showing {
  req: Request;
  res: Response;
  typed?: Typed;
  errors?: Typed;
  refused?: { form: 'series' | 'book' | 'return'; text: string };
}

export const coupons: Handler = (web) => (req, res) => show(web, { req, res });

export const newSeries: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const reading = readingOf(req, res);
  const typed = { code: form.text('code'), value: form.text('value'), kind: form.text('kind') };
  const sum = readSum(typed.value, reading);
  if (sum.fault) return show(web, { req, res, typed, errors: { value: sum.fault } });
  await orAgain(
    async () => {
      const kind = typed.kind === 'stamp' ? 'stamp' : 'coupon';
      await makeSeries(web.ground, { code: typed.code, kind, value: sum.paise }, staffOf(res).user.email);
      leadOn(res, COUPONS, 'series-made');
    },
    (refusal) => show(web, { req, res, typed, refused: { form: 'series', text: reading.said(refusal) } }),
  );
};

export const newBook: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Required<Typed>;
  return orAgain(
    async () => {
      const { series, first, last, holder, day } = typed;
      const book = { series, first: Number(first), last: Number(last), holder, day };
      await issueBook(web.ground, book, staffOf(res).user.email);
      leadOn(res, COUPONS, 'book-issued');
    },
    (refusal) =>
      show(web, { req, res, typed, refused: { form: 'book', text: readingOf(req, res).said(refusal) } }),
  );
};

export const bookBack: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      const day = indianDay(web.ground.clock.now());
      await returnBook(web.ground, { id: String(req.params.id), day }, staffOf(res).user.email);
      leadOn(res, COUPONS, 'book-returned');
    },
    (refusal) =>
      show(web, { req, res, refused: { form: 'return', text: readingOf(req, res).said(refusal) } }),
  );

async function show(web: Web, { req, res, typed = {}, errors = {}, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const [books, series] = await Promise.all([listBooks(web.ground), listSeries(web.ground)]);
  const today = indianDay(web.ground.clock.now());
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', COUPONS);
  const data = {
    ...{ books: books.map((book) => bookRow(book, reading)), mayWrite, hasSeries: series.length > 0 },
    f: fieldsOf(FIELDS, { day: today, ...typed }, errors),
    series: series.map(({ code, kind, value }) => ({
      ...{
        value: code,
        text: `${code} · ${t(`coupons.kind.${kind}`)} ${formatAmount(value)}`,
        selected: code === typed.series,
      },
    })),
    kinds: (['coupon', 'stamp'] as const).map((kind) => ({
      ...{ value: kind, text: t(`coupons.kind.${kind}`), selected: kind === typed.kind },
    })),
    refused: { series: null, book: null, return: null, ...(refused && { [refused.form]: refused.text }) },
    ...{ today, sell: `${OFFLINE}/new?kind=coupon` },
  };
  await showConsole(web, {
    ...{ req, res, name: 'coupons', title: t('coupons.title'), data, styles: ['console-finance.css'] },
    crumbs: [{ href: OFFLINE, text: t('nav.offline') }],
    status: refused || Object.keys(errors).length ? 422 : 200,
  });
}

const bookRow = (book: Book, { t, language }: Reading) => ({
  ...{
    ...book,
    value: formatAmount(book.value),
    count: book.last - book.first + 1,
    out: book.returnedOn === null,
  },
  ...{ issued: dayText(book.issuedOn, language), returned: dayText(book.returnedOn, language) },
  ...{ look: book.returnedOn ? 'sent' : 'planned', action: `${COUPONS}/books/${book.id}/return` },
  stateText: t(book.returnedOn ? 'coupons.state.returned' : 'coupons.state.out'),
});
