import { createHmac, timingSafeEqual } from 'node:crypto';
import { bare, type FeedbackEvent, judgeFailure, lower, object, text } from './event.ts';

/**
 * Reads a webhook of Mailgun (its documentation, "Webhooks" and "Event structure"). Takes anything.
 */
export function readMailgun(body: unknown): FeedbackEvent[] {
  const told = object(object(body)['event-data']);
  const headers = object(object(told.message).headers);
  const event = text(told.event);
  if (!told.recipient || !['failed', 'complained', 'unsubscribed'].includes(event)) return [];
  const common = {
    ...{ id: text(told.id), address: lower(told.recipient), messageId: bare(headers['message-id']) },
    returnPath: text(object(told.envelope).sender),
  };
  if (event !== 'failed') {
    const feedback = event === 'unsubscribed' ? 'opt-out' : 'abuse';
    return [{ ...common, kind: 'complaint', reason: 'feedback', status: '', hard: false, feedback }];
  }
  const permanent = told.severity === 'permanent';
  return [{ ...common, kind: permanent ? 'bounce' : 'delayed', ...judge(told, permanent) }];
}

/** It no longer sends to whom it knows to bounce (605) and says so with a reason of its own. */
function judge(told: Record<string, unknown>, permanent: boolean) {
  const status = object(told['delivery-status']);
  if (told.reason === 'suppress-bounce') return { reason: 'userunknown' as const, status: '', hard: true };
  const words = `${text(status.code)} ${text(status.message)} ${text(status.description)}`;
  const enhanced = text(status['enhanced-code']).slice(0, 12);
  return judgeFailure({ words, status: enhanced, permanent: permanent && told.reason !== 'old' });
}

export interface MailgunSignature {
  timestamp: string;
  token: string;
  signature: string;
}

/** The signature that a webhook carries in its body. */
export function readMailgunSignature(body: unknown): MailgunSignature {
  const { timestamp, token, signature } = object(object(body).signature);
  return { timestamp: text(timestamp), token: text(token), signature: text(signature) };
}

/** Checks HMAC-SHA256 of timestamp and token ("Securing webhooks"). Never throws. */
export function verifyMailgun(key: string, { timestamp, token, signature }: MailgunSignature): boolean {
  const made = createHmac('sha256', key).update(`${timestamp}${token}`).digest();
  const given = Buffer.from(signature, 'hex');
  return token.length > 0 && given.length === made.length && timingSafeEqual(made, given);
}
