import { NetworkFailure } from './failure.ts';
import { type Answered, ask, uploadTime } from './http.ts';
import type { Opened } from './social.ts';

/** How one vendor is spoken to, in JSON and with a bearer token (RFC 6750). */
export interface Vendor {
  /** Without a slash at its end. */
  base: string;
  token: string;
  timeoutMs: number;
  headers?: Record<string, string>;
  /** What an answer that is no success means. */
  failureOf(answered: Answered, creates: boolean): NetworkFailure;
}

export interface Wish {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash; what comes from outside is encoded in it. */
  path: string;
  query?: Record<string, string>;
  /** Objects go as JSON. */
  body?: Record<string, unknown> | FormData | URLSearchParams | Uint8Array;
  headers?: Record<string, string>;
  /** Of an upload. */
  bytes?: number;
  /** Whether it makes something visible. */
  creates?: boolean;
}

/** @throws NetworkFailure for every answer but 2xx, as the vendor translates it */
export async function request(vendor: Vendor, wish: Wish): Promise<Answered> {
  const { method = wish.body ? 'POST' : 'GET', creates = false } = wish;
  const query = wish.query ? `?${new URLSearchParams(wish.query)}` : '';
  const json = wish.body && isPlain(wish.body);
  const answered = await ask({
    ...{ method, creates, url: `${vendor.base}${wish.path}${query}` },
    headers: {
      ...(vendor.token ? { Authorization: `Bearer ${vendor.token}` } : {}),
      ...(json ? { 'Content-Type': 'application/json' } : {}),
      ...{ ...vendor.headers, ...wish.headers },
    },
    body: (json ? JSON.stringify(wish.body) : wish.body) as RequestInit['body'],
    timeoutMs: uploadTime(vendor.timeoutMs, wish.bytes ?? 0),
  });
  if (!answered.ok) throw vendor.failureOf(answered, creates);
  return answered;
}

const isPlain = (body: object): boolean => Object.getPrototypeOf(body) === Object.prototype;

/** The access token of an account. @throws NetworkFailure when there is none */
export function tokenOf({ credentials }: Pick<Opened, 'credentials'>): string {
  if (credentials.accessToken) return credentials.accessToken;
  throw new NetworkFailure('unauthorised', 'token');
}

/** Where a vendor is, without a slash at its end. */
export const baseOf = (endpoint: string | undefined, otherwise: string): string =>
  (endpoint ?? otherwise).replace(/\/+$/, '');
