import { GatewayFailure } from '../gateway.ts';

export type Method = 'GET' | 'POST' | 'PATCH';

export interface Answer {
  status: number;
  ok: boolean;
  text: string;
  retryAfter: string | null;
}

/** When the vendor does not say how long to wait. */
const PAUSE_MS = 10_000;
/** A wait that is asked for is believed up to an hour. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * What an answer other than 2xx means (razorpay.com/docs/errors). A fault of the vendor's leaves open
 * whether a change was made; so does 409, "another request with the same idempotency key".
 */
export function failureOf(method: Method, answer: Answer): GatewayFailure {
  const { code, field, reason, description } = wordsOf(answer.text);
  const status = isMissing(method, answer.status, description) ? 404 : answer.status;
  const said = [String(status), code, reason, field && `field ${field}`].filter(Boolean).join(', ');
  const told = { status, code };
  if (status === 401 || status === 403) {
    return new GatewayFailure(`The gateway refused our key (${said}).`, { kind: 'unauthorised', ...told });
  }
  if (status === 429) {
    const until = waitOf(answer.retryAfter);
    return new GatewayFailure(`The gateway asks us to slow down (${said}).`, {
      ...{ kind: 'throttled', until },
      ...told,
    });
  }
  if (status >= 500 || status === 408 || status === 409) {
    const kind = method === 'GET' ? 'retryable' : 'unknown';
    return new GatewayFailure(`The gateway met a fault (${said}).`, { kind, ...told });
  }
  return new GatewayFailure(`The gateway refused the request (${said}).`, { kind: 'permanent', ...told });
}

/** An answer of 2xx that is no JSON or not of the form it should have. */
export const unreadable = (method: Method, status: number): GatewayFailure =>
  new GatewayFailure('The gateway gave an answer that cannot be read.', {
    ...{ kind: method === 'GET' ? 'retryable' : 'unknown', status },
  });

/**
 * What does not exist is refused with 400, like any other request; only the sentence tells them apart
 * (razorpay.com/docs/api/payments/fetch-with-id, "Errors").
 */
const isMissing = (method: Method, status: number, description: string): boolean =>
  method === 'GET' && status === 400 && /\bid\b.* (does not exist|is not a valid id)/i.test(description);

/** Words of the vendor's that name no person; its sentence stays here. */
function wordsOf(text: string): Record<'code' | 'field' | 'reason' | 'description', string> {
  const error = errorIn(text);
  const word = (name: string) => {
    const value = error[name];
    return typeof value === 'string' && /^[\w.[\]-]{1,60}$/.test(value) ? value : '';
  };
  const description = typeof error.description === 'string' ? error.description : '';
  return { code: word('code'), field: word('field'), reason: word('reason'), description };
}

function errorIn(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    const error = body && typeof body === 'object' && 'error' in body ? body.error : null;
    return error && typeof error === 'object' ? (error as Record<string, unknown>) : {};
  } catch {
    return {}; // a page of some machine in between
  }
}

/** Retry-After: seconds or a date (RFC 9110 section 10.2.3). */
function waitOf(header: string | null): Date {
  const seconds = Number(header ?? Number.NaN);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - Date.now();
  const ms = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), LONGEST_PAUSE_MS) : PAUSE_MS;
  return new Date(Date.now() + ms);
}
