import { type FailureReason, NetworkFailure } from '../failure.ts';
import { type Answered, slowDown, vendorFault, waitOf } from '../http.ts';

const WINDOW_SECONDS = 300;

/** What a refusal means to us; Mastodon has HTTP's numbers and a sentence (docs.joinmastodon.org/entities/Error). */
export function failureOf(answered: Answered, creates: boolean): NetworkFailure {
  const { status, headers, json } = answered;
  const words = String((json as { error?: unknown } | undefined)?.error ?? '');
  const fail = (kind: 'permanent' | 'unauthorised', reason: FailureReason) =>
    new NetworkFailure(kind, reason, { status });
  if (status === 429) {
    const resets = Date.parse(headers.get('x-ratelimit-reset') ?? '');
    if (!Number.isFinite(resets)) return slowDown(headers, WINDOW_SECONDS);
    const longest = waitOf(new Headers({ 'retry-after': '86400' }), 0).getTime();
    return new NetworkFailure('throttled', 'slow-down', {
      until: new Date(Math.min(resets, longest)),
      status,
    });
  }
  if (status === 401) return fail('unauthorised', 'token');
  if (status === 403) return fail('unauthorised', /scope/i.test(words) ? 'permission' : 'account');
  if (status === 404 || status === 410) return fail('permanent', 'missing');
  if (status === 413 || status === 415) return fail('permanent', 'media');
  if (status === 422 || status === 400)
    return fail('permanent', /\b(file|media|attach)/i.test(words) ? 'media' : 'content');
  return vendorFault(creates, status);
}
