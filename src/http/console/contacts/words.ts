import type { MessageKey } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';

type Say = Reading['t'];

/** How a badge looks for states that it has no look of its own for. */
const LOOKS: Record<string, string> = {
  skipped: 'held',
  cancelled: 'held',
  bounced: 'failed',
  complained: 'failed',
};

/** A delivery's state as a badge. */
export const noteState = (t: Say, state: string) => ({
  look: LOOKS[state] ?? state,
  text: t(`contacts.state.${state}` as MessageKey),
});

/** The kinds of reasons that are told in words; whatever else a server says stands beside them as it is. */
const KNOWN: Record<string, readonly string[]> = {
  suppression: ['manual', 'hardbounce', 'softbounce', 'complaint', 'unsubscribed', 'refused'],
  return: [
    'userunknown',
    'hostunknown',
    'mailboxfull',
    'spamdetected',
    'blocked',
    'hasmoved',
    'expired',
    'feedback',
  ],
  skipped: ['paused', 'merged', 'suppressed', 'no consent', 'erased', 'no address'],
  failed: ['refused', 'expired'],
  unknown: ['dropped'],
  deferred: ['connection', 'deferred'],
};

/** A reason in the reader's words; one that we have no words for as it stands. */
export function noteReason(t: Say, kind: string, reason: string): string {
  const key = reason.replaceAll(' ', '-');
  if (KNOWN[kind]?.includes(reason)) return t(`contacts.reason.${kind}.${key}` as MessageKey);
  if (/^5\.1\.[0-9]+$/.test(reason)) return t('contacts.reason.return.userunknown');
  if (/^[45]\.2\.2$/.test(reason)) return t('contacts.reason.return.mailboxfull');
  return reason;
}
