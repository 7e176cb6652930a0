import type { DisputeLine } from '../../../giving/disputes.ts';
import type { FinanceThings } from '../../../giving/finance-things.ts';
import type { RefundLine } from '../../../giving/refund-list.ts';
import { formatAmount } from '../../../i18n.ts';
import { askerOf } from '../gifts/refund-rows.ts';
import type { Telling, Thing } from './things.ts';

/** What of the money waits for somebody: deadlines first, then decisions, then the lists of work. */
export function moneyThings(things: FinanceThings, telling: Telling): Thing[] {
  return [
    ...things.disputes.map((dispute) => disputeThing(dispute, telling)),
    ...things.refunds.map((refund) => refundThing(refund, telling)),
    ...things.failed.map((refund) => failedThing(refund, telling)),
    ...countThings(things, telling),
  ];
}

function disputeThing(dispute: DisputeLine, { reading: { t, moment }, where }: Telling): Thing {
  const amount = formatAmount(dispute.amount);
  return {
    ...{ look: 'failed', sign: null, text: t('home.dispute', { amount }) },
    small: dispute.respondBy
      ? t('home.dispute.by', { at: moment(dispute.respondBy) })
      : t('home.dispute.open'),
    href: where.page('/console/disputes'),
    button: t('home.look'),
  };
}

/** Whoever asked sees that it waits for another. */
function refundThing(refund: RefundLine, { reading: { t }, where, user }: Telling): Thing {
  const own = refund.askedById === user;
  const href = where.refund(refund.id);
  return {
    ...{ look: null, sign: 'undo', href, text: t('home.refund', { amount: formatAmount(refund.amount) }) },
    small: own ? t('home.refund.own') : t('home.refund.asked', { name: askerOf(refund, t) }),
    button: own ? t('home.look') : t('home.refund.do'),
  };
}

function failedThing(refund: RefundLine, { reading: { t }, where }: Telling): Thing {
  return {
    ...{ look: 'failed', sign: null, href: where.refund(refund.id), button: t('home.look') },
    text: t('home.refund.failed', { amount: formatAmount(refund.amount) }),
    small: t('home.refund.failed.why'),
  };
}

function countThings(things: FinanceThings, { reading: { t }, where }: Telling): Thing[] {
  const one = (count: number, key: 'parked' | 'differences' | 'erasures', path: string): Thing[] =>
    count
      ? [
          {
            ...{ look: 'deferred', sign: null, href: where.page(path), text: t(`home.${key}`, { count }) },
            ...{ small: t(`home.${key}.why`), button: t('home.look') },
          },
        ]
      : [];
  return [
    ...one(things.erasures, 'erasures', '/console/donors/erasures'),
    ...one(things.parked, 'parked', '/console/reconciliation'),
    ...one(things.differences, 'differences', '/console/reconciliation'),
  ];
}
