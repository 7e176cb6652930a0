import { REFUND_DECIDERS } from '../../../giving/refund-asking.ts';
import type { Route } from '../../routes.ts';
import { FINANCE, MONEY_READERS, REFUND_READERS } from '../../staff.ts';
import { list as listDisputes } from './disputes.ts';
import { list } from './list.ts';
import { paper, show } from './page.ts';
import { approve, ask, assign, decline, list as listRefunds, show as showRefund } from './refunds.ts';
import { DISPUTES, GIFTS, REFUNDS } from './words.ts';

const one = `${GIFTS}/:id`;
const refund = `${REFUNDS}/:id`;

/** Gifts, what goes back of them, and what their payers' banks question. */
export const consoleGiftRoutes: Route[] = [
  { method: 'get', path: GIFTS, who: MONEY_READERS, does: 'finds gifts', handle: list },
  {
    method: 'get',
    path: one,
    who: MONEY_READERS,
    does: 'shows a gift with its payment and books',
    handle: show,
  },
  {
    ...{ method: 'get', path: `${one}/receipts/:receipt`, who: MONEY_READERS, handle: paper },
    does: 'gives the paper of a receipt',
  },
  { method: 'post', path: `${one}/refunds`, who: FINANCE, does: 'asks for a refund', handle: ask },
  {
    ...{ method: 'post', path: `${one}/assignment`, who: FINANCE, handle: assign },
    does: 'says what money in suspense is for',
  },
  { method: 'get', path: REFUNDS, who: REFUND_READERS, does: 'lists refunds', handle: listRefunds },
  { method: 'get', path: refund, who: REFUND_READERS, does: 'shows a refund', handle: showRefund },
  {
    method: 'post',
    path: `${refund}/approval`,
    who: REFUND_DECIDERS,
    does: 'approves a refund',
    handle: approve,
  },
  {
    method: 'post',
    path: `${refund}/refusal`,
    who: REFUND_DECIDERS,
    does: 'declines a refund',
    handle: decline,
  },
  {
    method: 'get',
    path: DISPUTES,
    who: MONEY_READERS,
    does: 'lists disputes by deadline',
    handle: listDisputes,
  },
];
