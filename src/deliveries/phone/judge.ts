import type { FailureReason, NetworkFailure } from '../../../channels/failure.ts';
import type { Attempt, Judged } from '../verdict.ts';

/** What an answer of the network means for the message, and for what is to follow it. */
export interface PhoneVerdict {
  outcome: Judged;
  /** The account rests so many seconds. */
  rest?: number;
  /** Nothing of the run can leave like this. */
  pause?: boolean;
}

/** They speak of one reader or one text; what else is permanent stands in the way of all. */
const OF_THIS_ONE: FailureReason[] = ['recipient', 'undeliverable', 'marketing-cap', 'content', 'media'];
/** What certainly did not leave is tried again soon. */
const NOT_SENT_SECONDS = 60;
const LONGEST_SECONDS = 4 * 3600;
const REST = { unreachable: 20, refused: 300 };

/** Turns a network's refusal into the delivery's next state. Nothing is repeated of which nobody knows. */
export function judgePhone(failure: NetworkFailure, attempt: Attempt): PhoneVerdict {
  const { kind, reason } = failure;
  const told = { code: codeOf(failure), reason: String(reason), reply: failure.message };
  const soon = Math.min(NOT_SENT_SECONDS, attempt.deferFirstSeconds);
  switch (kind) {
    case 'unknown':
      return attempt.unknownPolicy === 'again'
        ? { outcome: deferred(told, attempt, soon) }
        : { outcome: { ...told, state: 'unknown' } };
    case 'retryable':
      return { outcome: deferred(told, attempt, soon), rest: REST.unreachable };
    case 'throttled': {
      const seconds = secondsUntil(failure.until) ?? grown(attempt);
      const ofReader = reason === 'too-often';
      return { outcome: deferred(told, attempt, seconds), ...(!ofReader && { rest: seconds }) };
    }
    case 'unauthorised':
      return { outcome: deferred(told, attempt, soon), rest: REST.refused };
    case 'permanent':
      // They have it: an earlier answer was lost.
      if (reason === 'duplicate') return { outcome: { ...told, state: 'sent' } };
      if (OF_THIS_ONE.includes(reason))
        return { outcome: { ...told, state: 'failed', suppress: reason === 'recipient' } };
      return { outcome: deferred(told, attempt, soon), pause: true };
  }
}

function deferred(told: Partial<Judged>, attempt: Attempt, seconds: number): Judged {
  if (attempt.ageSeconds >= attempt.deferGiveUpSeconds)
    return { ...told, state: 'failed', reason: 'expired' };
  return { ...told, state: 'deferred', retryAfter: Math.max(1, seconds) };
}

const grown = ({ attempt, deferFirstSeconds }: Attempt): number =>
  Math.min(deferFirstSeconds * 2 ** Math.min(attempt - 1, 16), LONGEST_SECONDS);

const secondsUntil = (until: Date | null): number | undefined =>
  until ? Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000)) : undefined;

/** Of three figures, as a server's; a network's own codes are longer and stand in the words. */
const codeOf = ({ status }: NetworkFailure): number => status;
