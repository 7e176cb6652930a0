import type { Route } from '../../routes.ts';
import { MONEY_READERS } from '../../staff.ts';
import { FINANCE } from '../finance.ts';
import { bookBack, COUPONS, coupons, newBook, newSeries } from './coupons.ts';
import { begin, KINDS, kinds, lookForDonor, OFFLINE, record } from './form.ts';
import { list } from './list.ts';
import { bounced, doubted, judged, one, realised } from './one.ts';

const ONE = `${OFFLINE}/:id`;

/** Gifts that no gateway brings: cheques, cash, transfers, boxes, coupons, goods. */
export const offlineRoutes: Route[] = [
  { method: 'get', path: OFFLINE, who: MONEY_READERS, does: 'lists gifts by hand', handle: list },
  { method: 'get', path: KINDS, who: FINANCE, does: 'asks by what a gift came', handle: kinds },
  { method: 'get', path: `${OFFLINE}/new`, who: FINANCE, does: 'asks for a gift by hand', handle: begin },
  { method: 'post', path: OFFLINE, who: FINANCE, does: 'enters a gift by hand', handle: record },
  {
    ...{ method: 'post', path: `${OFFLINE}/donors`, who: FINANCE },
    ...{ does: 'looks for donors who gave before', handle: lookForDonor },
  },
  { method: 'get', path: COUPONS, who: MONEY_READERS, does: 'lists books of coupons', handle: coupons },
  { method: 'post', path: COUPONS, who: FINANCE, does: 'makes a series of coupons', handle: newSeries },
  { method: 'post', path: `${COUPONS}/books`, who: FINANCE, does: 'hands out a book', handle: newBook },
  {
    ...{ method: 'post', path: `${COUPONS}/books/:id/return`, who: FINANCE },
    ...{ does: 'takes a book back', handle: bookBack },
  },
  { method: 'get', path: ONE, who: MONEY_READERS, does: 'shows a gift by hand', handle: one },
  { method: 'post', path: `${ONE}/realised`, who: FINANCE, does: 'lets a cheque count', handle: realised },
  {
    method: 'post',
    path: `${ONE}/bounced`,
    who: FINANCE,
    does: 'takes a bounced cheque back',
    handle: bounced,
  },
  {
    method: 'post',
    path: `${ONE}/doubt`,
    who: FINANCE,
    does: 'says that an entry is wrong',
    handle: doubted,
  },
  {
    ...{ method: 'post', path: `${ONE}/judgement`, who: FINANCE },
    ...{ does: 'undoes an entry that is wrong, or lets it be', handle: judged },
  },
];
