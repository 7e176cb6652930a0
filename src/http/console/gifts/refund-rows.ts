import { DONOR, GIVEN_TWICE } from '../../../giving/refund-asking.ts';
import type { RefundLine } from '../../../giving/refund-list.ts';
import { formatAmount } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { REFUNDS, refundBadge } from './words.ts';

/** A refund in a list, and on a gift's page. */
export function refundRow(refund: RefundLine, { t }: Reading) {
  const { id, state, askedAt, askedById, decidedBy, decidedAt, answer } = refund;
  return {
    ...{ id, askedAt, decidedBy, decidedAt, answer, href: `${REFUNDS}/${id}` },
    ...{ amount: formatAmount(refund.amount), badge: refundBadge(t, state), trouble: refund.trouble },
    reason: reasonOf(refund, t),
    askedBy: askedById ? askerOf(refund, t) : t('refund.elsewhere'),
    processedAt: refund.processedAt,
  };
}

/** Who of staff asked, or the donor on their own page. */
export const askerOf = ({ askedBy, askedById }: RefundLine, t: Reading['t']): string =>
  askedById === DONOR ? t('refund.by-donor') : (askedBy ?? '–');

/** A donor's own reason is kept as a word of ours. */
const reasonOf = ({ reason }: RefundLine, t: Reading['t']): string | null =>
  reason === GIVEN_TWICE ? t('refund.given-twice') : reason;
