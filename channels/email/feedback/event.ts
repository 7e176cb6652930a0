import { isHard, type Reason, reasonOfStatus, reasonOfWords } from '../bounces/reasons.ts';

/** What a vendor tells of one mail and one recipient, in our words. */
export interface FeedbackEvent {
  /** Of the vendor, the same when it tells the same again. */
  id: string;
  kind: 'bounce' | 'delayed' | 'complaint' | 'other';
  /** Lower case. */
  address: string;
  reason: Reason;
  /** Enhanced status code (RFC 3463), or empty. */
  status: string;
  hard: boolean;
  /** Type of a complaint (RFC 5965 section 3.1). */
  feedback?: string;
  /** Sender of the envelope, where the vendor kept it. */
  returnPath?: string;
  /** Of our mail, without brackets, where the vendor kept it. */
  messageId?: string;
}

type Json = Record<string, unknown>;

/** An object, or an empty one for whatever else a body holds. */
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** At most a thousand entries of a list, or none for whatever else a body holds. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, 1000) : []);

/** A text of at most 4000 characters; a number as text; otherwise an empty one. No NUL, which no database takes. */
export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value).slice(0, 4000).replaceAll('\0', '')
    : '';

export const lower = (value: unknown): string => text(value).trim().toLowerCase().slice(0, 320);

/** `<id@host>` without its brackets. */
export const bare = (value: unknown): string => text(value).trim().replace(/^<|>$/g, '');

interface Failure {
  /** What the receiving server said. */
  words: string;
  status?: string;
  /** The vendor itself calls it permanent. */
  permanent: boolean;
}

/**
 * Reason and hardness of a failure: what the server said goes first, then its code, then the vendor's
 * word. Permanent for a vendor may be a refusal of the content, which says nothing about the address.
 */
export function judgeFailure({ words, status = '', permanent }: Failure) {
  const code = status || (/(?:^|[^\d.])([45]\.\d\.\d{1,3})(?![\d.])/.exec(words)?.[1] ?? '');
  const said = reasonOfWords(words.toLowerCase().replace(/\s+/g, ' ')) ?? reasonOfStatus(code);
  const reason: Reason = said ?? (permanent ? 'userunknown' : 'undefined');
  return { reason, status: code, hard: permanent && isHard(reason) };
}
