import type { Route } from '../../routes.ts';
import { FINANCE, MONEY_READERS } from '../../staff.ts';
import { list as listCards } from './cards.ts';
import { decline, erase, list as listErasures } from './erasures.ts';
import { end, list as listMonthly } from './monthly.ts';
import { list, mail, paper, sheet } from './statements.ts';
import { CARDS, DONORS, ERASURES, MONTHLY, TAX } from './tabs.ts';
import { download, show as showTax } from './tax.ts';

const one = `${DONORS}/:id`;
const wish = `${ERASURES}/:id`;

/** What donors get and wish: statements, monthly gifts, cards, erasure, and what is stated of them to the tax office. */
export const donorRoutes: Route[] = [
  {
    ...{ method: 'get', path: DONORS, who: MONEY_READERS, handle: list },
    does: 'lists who gave in a financial year, with their statements',
  },
  {
    ...{ method: 'get', path: `${DONORS}/statements.xlsx`, who: MONEY_READERS, handle: sheet },
    does: 'gives the sums of a year as a spreadsheet; the log says who took it',
  },
  {
    ...{ method: 'get', path: MONTHLY, who: MONEY_READERS, handle: listMonthly },
    does: 'lists monthly gifts',
  },
  {
    ...{ method: 'post', path: `${MONTHLY}/:id/end`, who: FINANCE, handle: end },
    does: 'ends a monthly gift as its donor told us',
  },
  {
    ...{ method: 'get', path: CARDS, who: MONEY_READERS, handle: listCards },
    does: 'lists cards that donors had mailed to somebody',
  },
  {
    ...{ method: 'get', path: ERASURES, who: MONEY_READERS, handle: listErasures },
    does: 'lists who wishes to be erased',
  },
  {
    ...{ method: 'post', path: `${wish}/erasure`, who: FINANCE, handle: erase },
    does: 'erases whoever asked for it',
  },
  {
    ...{ method: 'post', path: `${wish}/refusal`, who: FINANCE, handle: decline },
    does: 'says no to such a wish, and why',
  },
  {
    ...{ method: 'get', path: TAX, who: MONEY_READERS, handle: showTax },
    does: 'shows what the statement of donations comes to',
  },
  {
    ...{ method: 'get', path: `${TAX}/statement.csv`, who: FINANCE, handle: download },
    does: 'gives the statement of donations; the log says who took it',
  },
  {
    ...{ method: 'get', path: `${one}/statement.pdf`, who: MONEY_READERS, handle: paper },
    does: 'gives the statement of a year; the log says who took it',
  },
  { method: 'post', path: `${one}/statement`, who: FINANCE, does: 'mails such a statement', handle: mail },
];
