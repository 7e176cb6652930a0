import { NetworkFailure } from './failure.ts';

/** A request to a vendor. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string | URL;
  headers?: Record<string, string>;
  body?: RequestInit['body'];
  timeoutMs: number;
  /** Whether it makes something visible: when its answer is lost, nobody knows. */
  creates?: boolean;
}

/** An answer whose body was read to its end. */
export interface Answered {
  status: number;
  ok: boolean;
  headers: Headers;
  text: string;
  /** Its body as JSON; undefined where it is none. */
  json: unknown;
}

const MOST_BYTES = 8 * 1024 * 1024;
/** A vendor's wait is believed up to this. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * Asks once, follows no redirect, reads a bounded answer. What the vendor said is for the adapter to
 * translate; only the absence of a whole answer is translated here.
 *
 * @throws NetworkFailure `unknown` when a call that creates may have arrived, else `retryable`
 */
export async function ask({
  method = 'GET',
  url,
  headers,
  body,
  timeoutMs,
  creates,
}: Call): Promise<Answered> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    const { status, ok } = response;
    const text = await textOf(response);
    return { status, ok, headers: response.headers, text, json: jsonOf(text) };
  } catch (error) {
    throw new NetworkFailure(creates && leftUs(error) ? 'unknown' : 'retryable', 'no-answer');
  }
}

/** A second for each so many bytes of an upload, besides what any answer may take. */
const SLOW_LINE = 64 * 1024;
export const uploadTime = (timeoutMs: number, bytes: number): number =>
  timeoutMs + Math.ceil(bytes / SLOW_LINE) * 1000;

/** A fault of theirs: after a call that creates, nobody knows whether it was made. */
export const vendorFault = (creates: boolean | undefined, status: number, code = ''): NetworkFailure =>
  new NetworkFailure(creates ? 'unknown' : 'retryable', 'vendor-fault', { status, code });

/** An answer of 2xx that is not what it should be. */
export const unreadable = (creates: boolean | undefined, status: number): NetworkFailure =>
  new NetworkFailure(creates ? 'unknown' : 'retryable', 'no-answer', { status });

/** Too much was asked: wait as long as they say, else as long as given. */
export const slowDown = (headers: Headers, seconds: number, status = 429): NetworkFailure =>
  new NetworkFailure('throttled', 'slow-down', { until: waitOf(headers, seconds), status });

/** Retry-After: seconds or a date (RFC 9110 section 10.2.3). */
export function waitOf(headers: Headers, seconds: number): Date {
  const header = headers.get('retry-after');
  const asked = header === null ? Number.NaN : Number(header) * 1000 || Date.parse(header) - Date.now();
  const ms = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), LONGEST_WAIT_MS) : seconds * 1000;
  return new Date(Date.now() + ms);
}

/** Of errors that a connection gives before a request can have left. */
const BEFORE_LEAVING = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

/** Whether the vendor may have had the request that came to nothing. */
export function leftUs(error: unknown): boolean {
  const cause = (error as { cause?: unknown }).cause;
  const all = cause instanceof AggregateError ? cause.errors : [cause];
  return !all.every((one) => BEFORE_LEAVING.has(String((one as NodeJS.ErrnoException | undefined)?.code)));
}

/** The body of an answer as text, up to a bound. @throws Error when it is longer */
export async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
