import type { Sent } from '../../channels/email/transaction.ts';
import type { Outcome } from './ledger.ts';

/** What the judgement needs to know besides the server's answer. */
export interface Attempt {
  attempt: number;
  /** Seconds since the run began. */
  ageSeconds: number;
  unknownPolicy: 'leave' | 'again';
  deferFirstSeconds: number;
  deferGiveUpSeconds: number;
}

export type Judged = Pick<Outcome, 'state' | 'code' | 'reason' | 'reply' | 'retryAfter' | 'suppress'>;

/** Longest pause between two attempts: four hours. */
const LONGEST_DEFER = 4 * 3600;
/** A message that certainly did not leave is tried again soon. */
const NOT_SENT_SECONDS = 60;

/** Turns the server's answer into the delivery's next state (email.md; RFC 5321 section 4.2.1). */
export function judge(sent: Sent, attempt: Attempt): Judged {
  switch (sent.kind) {
    case 'accepted':
      return { state: 'sent', code: sent.code, reply: sent.reply };
    case 'unknown':
      return attempt.unknownPolicy === 'again'
        ? defer({ reason: 'dropped', reply: sent.reply }, attempt)
        : { state: 'unknown', reason: 'dropped', reply: sent.reply };
    case 'notSent':
      return defer(
        { reason: 'connection', reply: sent.reply },
        attempt,
        Math.min(NOT_SENT_SECONDS, attempt.deferFirstSeconds),
      );
    case 'refused':
      return refused(sent, attempt);
  }
}

function refused(sent: Extract<Sent, { kind: 'refused' }>, attempt: Attempt): Judged {
  const { code, enhanced, reply, stage } = sent;
  if (code >= 500 && stage !== 'mail') {
    return { state: 'failed', code, reason: enhanced || 'refused', reply, suppress: noSuchAddress(enhanced) };
  }
  return defer({ code, reason: enhanced || 'deferred', reply }, attempt);
}

function defer(told: Partial<Judged>, attempt: Attempt, seconds?: number): Judged {
  if (attempt.ageSeconds >= attempt.deferGiveUpSeconds)
    return { ...told, state: 'failed', reason: 'expired' };
  const grown = attempt.deferFirstSeconds * 2 ** Math.min(attempt.attempt - 1, 16);
  return { ...told, state: 'deferred', retryAfter: seconds ?? Math.min(grown, LONGEST_DEFER) };
}

/**
 * The codes of RFC 3463 section 3.2 that speak of the recipient. 5.1.7 and 5.1.8 speak of the sender and
 * 5.1.4 of an ambiguity, 5.1.0 of any of them: those suppress nobody.
 */
const noSuchAddress = (enhanced: string) => /^5\.1\.(1|2|3|6|10)$/.test(enhanced);

/** Whether the recipient's domain asks us to slow down. */
export function asksForPatience(sent: Sent): boolean {
  return sent.kind === 'refused' && (sent.code === 421 || (sent.code < 500 && /^4\.7\./.test(sent.enhanced)));
}
