import { type FailureReason, NetworkFailure } from '../failure.ts';
import { type Answered, slowDown, vendorFault } from '../http.ts';

/** Their limits are of a day, and say nothing of when it ends for a burst. */
const SECONDS = 3600;

/** What a refusal means to us (learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling). */
export function failureOf({ status, headers, json }: Answered, creates: boolean): NetworkFailure {
  const said = (json ?? {}) as { code?: unknown; message?: unknown; serviceErrorCode?: unknown };
  const words = `${said.code ?? ''} ${said.message ?? ''} ${JSON.stringify((json as Said)?.errorDetails ?? '')}`;
  const code =
    [said.code, said.serviceErrorCode].map(String).find((one) => /^[A-Z_\d]{2,60}$/.test(one)) ?? '';
  const fail = (kind: 'permanent' | 'unauthorised', reason: FailureReason) =>
    new NetworkFailure(kind, reason, { status, code });
  if (status === 429) return slowDown(headers, SECONDS);
  if (status === 401) return fail('unauthorised', 'token');
  if (status === 403) return fail('unauthorised', 'permission');
  if (status === 404) return fail('permanent', 'missing');
  if (status === 426) return fail('permanent', 'retired'); // the version of their interface has ended
  if (/duplicate/i.test(words)) return fail('permanent', 'duplicate');
  if (status === 413 || (status < 500 && /\b(media|image|asset|upload)/i.test(words)))
    return fail('permanent', 'media');
  if (status === 400 || status === 409 || status === 422) return fail('permanent', 'content');
  return vendorFault(creates, status, code);
}

interface Said {
  errorDetails?: unknown;
}
