import { type FailureReason, NetworkFailure } from '../failure.ts';
import { vendorFault } from '../http.ts';

/** What X said with a status of 400 or more. */
export interface Said {
  status: number;
  /** RFC 7807: `type` is an address, `detail` a sentence. Older faults have numbers in `errors`. */
  data: { type?: string; title?: string; detail?: string; errors?: unknown[] } | undefined;
  /** When more may be asked, in seconds since 1970. */
  resets?: number;
  creates: boolean;
}

const WINDOW_MS = 15 * 60_000;

/** What a refusal means to us (docs.x.com/x-api/fundamentals/response-codes-and-errors). */
export function translate(said: Said): NetworkFailure {
  const { status, resets } = said;
  const code = codeOf(said);
  const fail = (kind: 'permanent' | 'unauthorised', reason: FailureReason) =>
    new NetworkFailure(kind, reason, { status, code });
  if (status >= 500) return vendorFault(said.creates, status, code);
  if (status === 401) return fail('unauthorised', 'token');
  if (status === 402 || /usage-capped|credits/i.test(code)) return fail('permanent', 'spent');
  if (status === 429) {
    const until = new Date(resets ? Math.max(resets * 1000, Date.now()) : Date.now() + WINDOW_MS);
    return new NetworkFailure('throttled', 'slow-down', { until, status, code });
  }
  if (status === 403) return fail(...forbidden(said, code));
  if (status === 404) return fail('permanent', 'missing');
  return fail('permanent', status === 413 || /media/i.test(wordsOf(said)) ? 'media' : 'content');
}

/** 403 is the status of many things, some of which are told apart by their sentence alone. */
function forbidden(said: Said, code: string): ['permanent' | 'unauthorised', FailureReason] {
  const words = wordsOf(said);
  if (code === '187' || /duplicate/i.test(words)) return ['permanent', 'duplicate'];
  if (code === '64' || code === '326' || /suspended|locked/i.test(words)) return ['unauthorised', 'account'];
  if (/client-forbidden|oauth1-permissions|unsupported-authentication|not-authorized/.test(code))
    return ['unauthorised', 'permission'];
  return ['permanent', /reply|conversation|too long/i.test(words) ? 'content' : 'permission'];
}

/** The last word of the problem's address, or the number of an older fault; nothing about a person. */
function codeOf({ data }: Said): string {
  const numbered = (data?.errors ?? []).map((one) => (one as { code?: unknown } | null)?.code);
  const number = numbered.find((one) => typeof one === 'number');
  if (number !== undefined) return String(number);
  return /\/problems\/([\w-]{1,60})$/.exec(data?.type ?? '')?.[1] ?? '';
}

const wordsOf = ({ data }: Said): string =>
  [data?.title, data?.detail, ...(data?.errors ?? []).map((one) => (one as { message?: unknown })?.message)]
    .filter((words) => typeof words === 'string')
    .join(' ');
