import { type FeedbackEvent, judgeFailure, lower, object, text } from './event.ts';

/** Types of the bounce API that say nothing about the mailbox: it was an answer, or only late. */
const ANSWERS = ['AutoResponder', 'AddressChange', 'OpenRelayTest', 'ChallengeVerification', 'DnsError'];
const COMPLAINTS = ['SpamComplaint', 'Unsubscribe'];
const PERMANENT = ['HardBounce', 'BadEmailAddress'];

/**
 * Reads a bounce or spam complaint webhook of Postmark (its developer documentation, "Bounce webhook" and
 * "Spam complaint webhook"). Takes anything.
 */
export function readPostmark(body: unknown): FeedbackEvent[] {
  const told = object(body);
  const type = text(told.Type);
  const record = text(told.RecordType);
  if (!type || !told.Email || (record && record !== 'Bounce' && record !== 'SpamComplaint')) return [];
  const common = { id: text(told.ID), address: lower(told.Email) };
  if (record === 'SpamComplaint' || COMPLAINTS.includes(type)) {
    const feedback = type === 'Unsubscribe' ? 'opt-out' : 'abuse';
    return [{ ...common, kind: 'complaint', reason: 'feedback', status: '', hard: false, feedback }];
  }
  const words = `${text(told.Details)} ${text(told.Description)}`;
  // Its description of a hard bounce is the same for every one, so only what the server said is read.
  const judged = judgeFailure({ words: text(told.Details) || words, permanent: PERMANENT.includes(type) });
  const kind = type === 'Transient' ? 'delayed' : ANSWERS.includes(type) ? 'other' : 'bounce';
  return [{ ...common, kind, ...judged }];
}
