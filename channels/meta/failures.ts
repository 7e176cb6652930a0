import { type FailureReason, NetworkFailure } from '../failure.ts';
import { vendorFault } from '../http.ts';

/** The `error` of an answer of Meta's (developers.facebook.com/docs/graph-api/guides/error-handling). */
export interface Said {
  code?: number;
  error_subcode?: number;
  is_transient?: boolean;
}

/** What it is about. */
export interface About {
  status: number;
  creates: boolean;
  /** When more may be asked, where a header says it. */
  until: Date;
}

type Meaning = ['permanent' | 'unauthorised' | 'retryable', FailureReason];

/** Of Instagram and Threads (instagram-platform/instagram-graph-api/reference/error-codes). */
const BY_SUBCODE: Record<number, Meaning> = {
  33: ['permanent', 'missing'],
  2207003: ['retryable', 'media'], // took too long to fetch
  2207004: ['permanent', 'media'], // too large
  2207005: ['permanent', 'media'], // format
  2207006: ['permanent', 'missing'],
  2207009: ['permanent', 'media'], // ratio
  2207010: ['permanent', 'content'], // caption
  2207020: ['retryable', 'media'], // the container ended
  2207023: ['permanent', 'media'],
  2207026: ['permanent', 'media'],
  2207027: ['retryable', 'media'], // not ready
  2207028: ['permanent', 'media'], // carousel
  2207050: ['unauthorised', 'account'],
  2207052: ['permanent', 'media'], // could not be fetched
};

const BY_CODE: Record<number, Meaning> = {
  10: ['unauthorised', 'permission'],
  24: ['permanent', 'missing'],
  100: ['permanent', 'content'],
  102: ['unauthorised', 'token'],
  190: ['unauthorised', 'token'],
  324: ['permanent', 'media'],
  368: ['permanent', 'account'], // blocked for a while, or the content was reported
  506: ['permanent', 'duplicate'],
  803: ['permanent', 'missing'],
  9004: ['permanent', 'media'],
  36000: ['permanent', 'media'],
  36001: ['permanent', 'media'],
  36003: ['permanent', 'media'],
};

const THROTTLES = new Set([4, 17, 32, 341, 613]);
/** Suspected to be spam, and live nevertheless at times. */
const MAY_BE_LIVE = 2207051;
const DAY_IS_FULL = 2207042;

/** What a refusal means to us. */
export function translate(said: Said, { status, creates, until }: About): NetworkFailure {
  const { code = 0, error_subcode: sub } = said;
  const name = [code || '', sub].filter(Boolean).join('/');
  if (sub === MAY_BE_LIVE)
    return creates
      ? new NetworkFailure('unknown', 'account', { status, code: name })
      : new NetworkFailure('permanent', 'account', { status, code: name });
  if (sub === DAY_IS_FULL || THROTTLES.has(code) || (code >= 80_000 && code < 80_100) || status === 429)
    return new NetworkFailure('throttled', 'slow-down', { until, status, code: name });
  const meaning = (sub !== undefined && BY_SUBCODE[sub]) || BY_CODE[code];
  if (meaning) return new NetworkFailure(...meaning, { status, code: name });
  if (code >= 200 && code < 300)
    return new NetworkFailure('unauthorised', 'permission', { status, code: name });
  if (status >= 500 || code === 1 || code === 2 || code < 0 || said.is_transient)
    return vendorFault(creates, status, name);
  return new NetworkFailure('permanent', 'content', { status, code: name });
}
