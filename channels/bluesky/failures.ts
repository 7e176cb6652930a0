import { type FailureReason, NetworkFailure } from '../failure.ts';
import { type Answered, slowDown, vendorFault, waitOf } from '../http.ts';

type Meaning = ['permanent' | 'unauthorised', FailureReason];

const MEANINGS: Record<string, Meaning> = {
  ...{ ExpiredToken: ['unauthorised', 'token'], InvalidToken: ['unauthorised', 'token'] },
  ...{ AuthMissing: ['unauthorised', 'token'], AuthenticationRequired: ['unauthorised', 'token'] },
  ...{
    AuthFactorTokenRequired: ['unauthorised', 'permission'],
    InvalidScope: ['unauthorised', 'permission'],
  },
  ...{ AccountTakedown: ['unauthorised', 'account'], AccountDeactivated: ['unauthorised', 'account'] },
  ...{ AccountSuspended: ['unauthorised', 'account'], RepoNotFound: ['unauthorised', 'account'] },
  ...{ RepoTakendown: ['unauthorised', 'account'], RepoDeactivated: ['unauthorised', 'account'] },
  ...{ RecordAlreadyExists: ['permanent', 'duplicate'], RecordNotFound: ['permanent', 'missing'] },
  ...{ BlobTooLarge: ['permanent', 'media'], InvalidMimeType: ['permanent', 'media'] },
  ...{ PayloadTooLarge: ['permanent', 'media'], BlobNotFound: ['permanent', 'media'] },
};

/** XRPC answers with a word in `error` (atproto.com/specs/xrpc#error-responses). */
export function failureOf({ status, headers, json }: Answered, creates: boolean): NetworkFailure {
  const word = (json as { error?: unknown } | undefined)?.error;
  const code = typeof word === 'string' && /^\w{1,60}$/.test(word) ? word : '';
  if (status === 429 || code === 'RateLimitExceeded') return throttled(headers, status);
  const [kind, reason]: Meaning | [] = Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] as Meaning) : [];
  if (kind && reason) return new NetworkFailure(kind, reason, { status, code });
  if (status === 401) return new NetworkFailure('unauthorised', 'token', { status, code });
  if (status === 403) return new NetworkFailure('unauthorised', 'permission', { status, code });
  if (status === 413) return new NetworkFailure('permanent', 'media', { status, code });
  if (status === 404) return new NetworkFailure('permanent', 'missing', { status, code });
  if (status === 400) return new NetworkFailure('permanent', 'content', { status, code });
  return vendorFault(creates, status, code);
}

/** `ratelimit-reset` is a second since 1970; a day at most is believed. */
function throttled(headers: Headers, status: number): NetworkFailure {
  const resets = Number(headers.get('ratelimit-reset') ?? Number.NaN) * 1000;
  if (!Number.isFinite(resets)) return slowDown(headers, 300, status);
  const longest = waitOf(new Headers({ 'retry-after': '86400' }), 0).getTime();
  const until = new Date(Math.min(Math.max(resets, Date.now()), longest));
  return new NetworkFailure('throttled', 'slow-down', { until, status });
}
