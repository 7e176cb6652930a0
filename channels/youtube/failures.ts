import { DateTime } from 'luxon';
import { type FailureReason, NetworkFailure } from '../failure.ts';
import { type Answered, slowDown, vendorFault } from '../http.ts';

/** Quotas begin anew at midnight there (developers.google.com/youtube/v3/determine_quota_cost). */
const QUOTA_ZONE = 'America/Los_Angeles';

const REASONS: Record<string, ['permanent' | 'unauthorised', FailureReason]> = {
  ...{ authError: ['unauthorised', 'token'], forbidden: ['unauthorised', 'permission'] },
  ...{
    insufficientPermissions: ['unauthorised', 'permission'],
    channelNotFound: ['unauthorised', 'account'],
  },
  ...{ youtubeSignupRequired: ['unauthorised', 'account'], accountSuspended: ['unauthorised', 'account'] },
  ...{ channelClosed: ['unauthorised', 'account'], channelSuspended: ['unauthorised', 'account'] },
  ...{ mediaBodyRequired: ['permanent', 'media'], invalidFilename: ['permanent', 'media'] },
  videoNotFound: ['permanent', 'missing'],
};

/** What a refusal means to us (developers.google.com/youtube/v3/docs/errors, videos/insert). */
export function failureOf({ status, headers, json }: Answered, creates: boolean): NetworkFailure {
  const code = reasonIn(json);
  const more = { status, code };
  if (status >= 500) return vendorFault(creates, status, code);
  if (/^(quotaExceeded|dailyLimitExceeded)$/.test(code))
    return new NetworkFailure('throttled', 'spent', { ...more, until: nextQuota() });
  if (code === 'uploadLimitExceeded')
    return new NetworkFailure('throttled', 'spent', { ...more, until: new Date(Date.now() + 86_400_000) });
  if (status === 429 || /rateLimitExceeded$/i.test(code)) return slowDown(headers, 60, status);
  if (status === 401) return new NetworkFailure('unauthorised', 'token', more);
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (known) return new NetworkFailure(...known, more);
  if (status === 403) return new NetworkFailure('unauthorised', 'permission', more);
  if (status === 404 || status === 410) return new NetworkFailure('permanent', 'missing', more);
  if (status >= 300 && status < 400) return vendorFault(creates, status, code);
  return new NetworkFailure('permanent', status === 413 ? 'media' : 'content', more);
}

function reasonIn(json: unknown): string {
  const said = json as { error?: { errors?: { reason?: unknown }[] } } | undefined;
  const reason = said?.error?.errors?.[0]?.reason;
  return typeof reason === 'string' && /^\w{1,60}$/.test(reason) ? reason : '';
}

const nextQuota = (): Date => DateTime.now().setZone(QUOTA_ZONE).plus({ days: 1 }).startOf('day').toJSDate();
