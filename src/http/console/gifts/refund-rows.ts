import type { RefundLine } from '../../../giving/refund-list.ts';
import { formatAmount } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { REFUNDS, refundBadge } from './words.ts';

/** A refund in a list, and on a gift's page. */
export function refundRow(refund: RefundLine, { t }: Reading) {
  const { id, state, reason, askedAt, askedBy, askedById, decidedBy, decidedAt, answer } = refund;
  return {
    ...{ id, reason, askedAt, decidedBy, decidedAt, answer, href: `${REFUNDS}/${id}` },
    ...{ amount: formatAmount(refund.amount), badge: refundBadge(t, state), trouble: refund.trouble },
    askedBy: askedBy ?? (askedById ? '–' : t('refund.elsewhere')),
    processedAt: refund.processedAt,
  };
}
