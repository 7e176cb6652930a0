import type { Stream } from '../../../giving/accounts.ts';
import type { GiftListState } from '../../../giving/gift-list.ts';
import type { RefundState } from '../../../giving/refund-list.ts';
import { formatAmount, formatDay } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';

export const GIFTS = '/console/gifts';
export const REFUNDS = '/console/refunds';
export const DISPUTES = '/console/disputes';
export const STYLES = ['console-contacts.css', 'console-gifts.css'];

type Say = Reading['t'];

const LOOKS: Record<GiftListState | RefundState, string> = {
  ...{
    paid: 'sent',
    partly: 'held',
    refunded: 'held',
    parked: 'unknown',
    waiting: 'deferred',
    failed: 'failed',
  },
  ...{ asked: 'deferred', approved: 'planned', declined: 'held', sent: 'sending', processed: 'sent' },
};

export const giftBadge = (t: Say, state: GiftListState) => ({
  look: LOOKS[state],
  text: t(`gifts.state.${state}`),
});

export const refundBadge = (t: Say, state: RefundState) => ({
  look: LOOKS[state],
  text: t(`refund.state.${state}`),
});

/** A ledger account in words, with its stream: `General fund · from India`. */
export const accountWords = (t: Say, code: string | null): string =>
  code ? `${accountName(t, code)} · ${streamWords(t, streamOf(code))}` : '–';

/** The same where the stream is said beside it. */
export function accountName(t: Say, code: string): string {
  const kind = code.slice(0, -streamOf(code).length - 1);
  const project = kind.startsWith('fund.project.') ? kind.slice('fund.project.'.length) : '';
  return t('ledger.account', {
    ...{ kind: project ? 'project' : (LEDGER_WORDS[kind] ?? kind.replace('.', '_')), project, code: kind },
  });
}

/** `other` is what ICU chooses when nothing else fits. */
const LEDGER_WORDS: Record<string, string> = { other: 'income' };

const streamOf = (code: string): string => code.split('.').at(-1) ?? '';

export const streamWords = (t: Say, stream: Stream | string): string => t('ledger.stream', { stream });

/** How money came, as donors know it; a word that nobody translated stays. */
export const modeWords = (t: Say, mode: string): string => t('ledger.mode', { mode });

/** A day of India's calendar in the reader's language. */
export const dayWords = ({ language }: Pick<Reading, 'language'>, day: string): string =>
  formatDay(new Date(`${day}T12:00:00+05:30`), language);

/** A sum, or a dash where there is none. */
export const amountOr = (paise: bigint | null): string => (paise === null ? '–' : formatAmount(paise));

/** A word as a message chooses by it: ICU takes no hyphen there. */
export const chosen = (word: string): string => word.replaceAll('-', '_');
