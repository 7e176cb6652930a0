import type { DeliveryLine } from '../../../deliveries/delivery-list.ts';
import type { DeliveryState } from '../../../deliveries/states.ts';
import type { MessageKey } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import type { Badge } from './words.ts';

const LOOKS: Record<DeliveryState, string> = {
  ...{ planned: 'planned', sending: 'sending', sent: 'sent', deferred: 'deferred', failed: 'failed' },
  ...{ unknown: 'unknown', skipped: 'held', cancelled: 'held', bounced: 'failed', complained: 'failed' },
};

export const deliveryBadge = ({ t }: Reading, state: DeliveryState): Badge => ({
  look: LOOKS[state],
  text: t(`run.delivery.${state}`),
});

/** Reasons of ours, which the engine writes down as they stand here. */
const OURS: Record<string, MessageKey> = {
  dropped: 'run.why.dropped',
  killed: 'run.why.killed',
  restored: 'run.why.restored',
  fault: 'run.why.fault',
  connection: 'run.why.connection',
  expired: 'run.why.expired',
  deferred: 'run.why.later',
  refused: 'run.why.refused',
  decided: 'run.why.decided',
  erased: 'run.why.erased',
  suppressed: 'run.why.suppressed',
  'no consent': 'run.why.no-consent',
  'no address': 'run.why.no-address',
  'domain paused': 'run.why.slowed',
  'contact pressure': 'run.why.pressure',
  'shared address': 'run.why.shared',
  excluded: 'run.why.excluded',
  paused: 'run.why.paused',
  // Of telephones: reasons of channels/failure.ts, and what was found before it left.
  recipient: 'run.why.recipient',
  undeliverable: 'run.why.undeliverable',
  'marketing-cap': 'run.why.marketing-cap',
  'slow-down': 'run.why.slowed',
  'too-often': 'run.why.too-often',
  'no-answer': 'run.why.connection',
  'vendor-fault': 'run.why.dropped',
  spent: 'run.why.spent',
  token: 'run.why.sign-in',
  permission: 'run.why.sign-in',
  account: 'run.why.sign-in',
  template: 'run.why.template',
  content: 'run.why.content',
  'not-the-template': 'run.why.content',
  'place-too-long': 'run.why.place',
  'place-empty': 'run.why.place',
  'too-long': 'run.why.content',
  'link-not-registered': 'run.why.link',
  closed: 'run.why.closed',
  'no opt-in proof': 'run.why.no-opt-in',
};

/** Codes of RFC 3463, the most telling first. */
const TOLD: [RegExp, MessageKey][] = [
  [/^5\.1\./, 'run.why.no-mailbox'],
  [/^[45]\.2\.2/, 'run.why.full'],
  [/^[45]\.2\./, 'run.why.mailbox'],
  [/^4\.7\./, 'run.why.slowed'],
  [/^5\.7\./, 'run.why.policy'],
  [/^[45]\.[34]\./, 'run.why.system'],
  [/^4\./, 'run.why.later'],
  [/^5\./, 'run.why.refused'],
];

/** Why something did not arrive, or not yet, as a person would say it. */
export function whyIn({ t }: Reading, reason: string | null, state?: DeliveryState): string {
  const own = reason === null ? undefined : OURS[reason];
  if (own) return t(own);
  const told = TOLD.find(([code]) => code.test(reason ?? ''))?.[1];
  if (told) return t(told);
  if (state === 'bounced') return t('run.why.bounced');
  if (state === 'complained') return t('run.why.complained');
  return reason && /^[a-z ]+$/i.test(reason) ? reason : '';
}

/** What the other server said, word for word. */
export const replyOf = ({ code, reply, reason }: DeliveryLine): string | null => {
  if (!reply) return code ? [code, reason].filter(Boolean).join(' ') : null;
  return code && !reply.startsWith(String(code)) ? `${code} ${reply}` : reply;
};
