import type { Request, Response } from 'express';
import { closePeriod, listPeriods, nextToClose } from '../../../giving/periods.ts';
import type { Language } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { MONEY_READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { FINANCE } from '../finance.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';

const PERIODS = '/console/periods';

const list: Handler = (web) => (req, res) => show(web, { req, res });

const close: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await closePeriod(web.ground, readForm(req).text('month'), staffOf(res).user.email);
      leadOn(res, PERIODS, 'period-closed');
    },
    (refusal) => show(web, { req, res, refused: readingOf(req, res).said(refusal) }),
  );

async function show(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: string },
): Promise<void> {
  const { t, language } = readingOf(req, res);
  const [rows, next] = await Promise.all([listPeriods(web.ground), nextToClose(web.ground)]);
  const data = {
    rows: rows.map((row) => ({ ...row, name: monthText(row.month, language) })),
    ...{ next, nextName: next ? monthText(next, language) : '', refused: refused ?? null },
    mayWrite: web.allows(staffOf(res).user.roles, 'post', PERIODS),
  };
  const status = refused ? 422 : 200;
  await showConsole(web, { req, res, name: 'periods', title: t('nav.periods'), data, status });
}

/** `October 2026`. */
const monthText = (month: string, language: Language): string =>
  new Intl.DateTimeFormat(`${language}-IN`, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

/** Months that are closed: what is told later stands in the next. */
export const periodRoutes: Route[] = [
  { method: 'get', path: PERIODS, who: MONEY_READERS, does: 'lists closed months', handle: list },
  { method: 'post', path: PERIODS, who: FINANCE, does: 'closes a month for good', handle: close },
];
