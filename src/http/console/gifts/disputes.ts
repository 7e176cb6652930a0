import { disputeReasonOf } from '../../../giving/dispute-reasons.ts';
import { type DisputeLine, listDisputes } from '../../../giving/disputes.ts';
import { formatAmount } from '../../../i18n.ts';
import type { Handler } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { GIFTS, STYLES } from './words.ts';

const LOOKS: Record<DisputeLine['state'], string> = {
  ...{ open: 'failed', review: 'deferred', won: 'sent', lost: 'held', closed: 'sent' },
};

/** Disputes by deadline; they are answered at the gateway, where the evidence is handed in. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const all = await listDisputes(web.ground);
  await showConsole(web, {
    ...{ req, res, name: 'disputes', title: reading.t('disputes.title'), styles: STYLES },
    crumbs: [{ href: GIFTS, text: reading.t('nav.gifts') }],
    data: {
      open: all.filter(({ endedAt }) => !endedAt).map((one) => disputeRow(one, reading)),
      over: all.filter(({ endedAt }) => endedAt).map((one) => disputeRow(one, reading)),
    },
  });
};

export function disputeRow(dispute: DisputeLine, { t }: Reading) {
  const { id, payment, reason: code, respondBy, createdAt, endedAt, state, phase } = dispute;
  return {
    ...{ id, payment, code, createdAt, endedAt, href: `${GIFTS}/${payment}` },
    ...{ amount: formatAmount(dispute.amount), phase: t('disputes.phase', { phase }) },
    reason: t(`disputes.reason.${disputeReasonOf(code)}`),
    deducted: dispute.deducted ? formatAmount(dispute.deducted) : null,
    respondBy: state === 'open' ? respondBy : null,
    badge: { look: LOOKS[state], text: t(`disputes.state.${state}`) },
  };
}
