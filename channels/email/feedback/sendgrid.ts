import { createPublicKey, verify } from 'node:crypto';
import { bare, type FeedbackEvent, judgeFailure, list, lower, object, text } from './event.ts';

/** Words with which a mail is dropped because of what its address did before. */
const DROPPED_FOR_ADDRESS = /^(?:bounced address|invalid)/i;

/**
 * Reads a post of SendGrid's Event Webhook, a list of events (its "Event Webhook Reference"). Takes anything.
 */
export function readSendgrid(body: unknown): FeedbackEvent[] {
  return list(body).flatMap((one) => {
    const told = object(one);
    const kind = kindOf(told);
    if (!kind || !told.email) return [];
    const common = {
      ...{ id: text(told.sg_event_id), address: lower(told.email), messageId: bare(told['smtp-id']) },
    };
    if (kind === 'complaint')
      return { ...common, kind, reason: 'feedback', status: '', hard: false, feedback: feedbackOf(told) };
    return { ...common, kind, ...judge(told) };
  });
}

function kindOf({ event, reason }: Record<string, unknown>): FeedbackEvent['kind'] | null {
  if (event === 'bounce') return 'bounce';
  if (event === 'dropped') return DROPPED_FOR_ADDRESS.test(text(reason)) ? 'bounce' : 'other';
  if (event === 'deferred') return 'delayed';
  return event === 'spamreport' || event === 'unsubscribe' ? 'complaint' : null;
}

const feedbackOf = ({ event }: Record<string, unknown>) => (event === 'unsubscribe' ? 'opt-out' : 'abuse');

/** A bounce of type `blocked` is a refusal for the moment; the others are for good. */
function judge(told: Record<string, unknown>) {
  const words = text(told.reason) || text(told.response);
  const permanent = told.event === 'dropped' || (told.event === 'bounce' && told.type !== 'blocked');
  if (told.event === 'dropped') return { reason: 'userunknown' as const, status: '', hard: true };
  return judgeFailure({ words, status: text(told.status).slice(0, 12), permanent });
}

/**
 * Checks the signature of the Event Webhook: ECDSA P-256 with SHA-256 over timestamp and body. Never throws.
 * @param key the verification key as SendGrid shows it, base64 of DER
 */
export function verifySendgrid(
  key: string,
  signed: { timestamp: string; signature: string; body: Uint8Array },
): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    const data = Buffer.concat([Buffer.from(signed.timestamp), signed.body]);
    return verify('sha256', data, publicKey, Buffer.from(signed.signature, 'base64'));
  } catch {
    return false; // no key, no signature
  }
}
