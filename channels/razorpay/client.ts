import { setTimeout as wait } from 'node:timers/promises';
import { GatewayFailure } from '../gateway.ts';
import { leftUs, textOf } from '../http.ts';
import { type Answer, failureOf, type Method, unreadable } from './failures.ts';

/** Where an account is served and how it signs in. */
export interface Access {
  keyId: string;
  keySecret: string;
  /** Without the version: `https://api.razorpay.com`. */
  baseUrl: string;
  /** Of one attempt, its body included. */
  timeoutMs: number;
}

export interface Client {
  /** Asks; tried again when nothing or a fault was answered. @throws GatewayFailure */
  get(path: string, query?: Record<string, string | number>): Promise<unknown>;
  /** Changes something; tried again only where `again` says it is safe. @throws GatewayFailure */
  post(
    path: string,
    body: object,
    safe?: { headers: Record<string, string>; again: boolean },
  ): Promise<unknown>;
  /** Sets something to a value, which may be asked for twice. @throws GatewayFailure */
  patch(path: string, body: object): Promise<unknown>;
}

/** @throws RangeError for an id that would lead elsewhere */
export function pathOf(...parts: string[]): string {
  const wrong = parts.find((part) => !/^\w{1,64}$/.test(part));
  if (wrong !== undefined) throw new RangeError('An id of the gateway has letters, digits and _ only.');
  return parts.map((part) => `/${part}`).join('');
}

interface Call {
  method: Method;
  url: URL;
  headers?: Record<string, string>;
  body?: string;
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 150;

/**
 * Speaks HTTP to the gateway: Basic authentication, a limit of time on each attempt, every failure in one
 * of the five kinds. Follows no redirect, since a second host would be given the key.
 */
export function openClient({ keyId, keySecret, baseUrl, timeoutMs }: Access): Client {
  const authorization = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;
  const address = (path: string) => new URL(`${baseUrl.replace(/\/+$/, '')}/v1${path}`);
  const once = (call: Call) => attempt({ ...call, headers: { ...call.headers, authorization } }, timeoutMs);
  return {
    get(path, query = {}) {
      const url = address(path);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
      return persist(() => once({ method: 'GET', url }), ATTEMPTS);
    },
    post(path, body, { headers = {}, again = false } = { headers: {}, again: false }) {
      const call: Call = {
        method: 'POST',
        url: address(path),
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      return persist(() => once(call), again ? ATTEMPTS : 1);
    },
    patch(path, body) {
      const headers = { 'content-type': 'application/json' };
      const call: Call = { method: 'PATCH', url: address(path), headers, body: JSON.stringify(body) };
      return persist(() => once(call), ATTEMPTS);
    },
  };
}

/** Tries again after a failure that may pass, with growing pauses. */
async function persist<T>(act: () => Promise<T>, attempts: number): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await act();
    } catch (error) {
      const passing = error instanceof GatewayFailure && /^(retryable|unknown)$/.test(error.kind);
      if (!passing || n >= attempts) throw error;
      await wait(FIRST_PAUSE_MS * 2 ** (n - 1) * (0.5 + Math.random()));
    }
  }
}

async function attempt({ method, url, headers, body }: Call, timeoutMs: number): Promise<unknown> {
  const answer = await send({ method, url, headers, body }, timeoutMs);
  if (!answer.ok) throw failureOf(method, answer);
  try {
    return JSON.parse(answer.text);
  } catch {
    throw unreadable(method, answer.status);
  }
}

async function send({ method, url, headers, body }: Call, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    const { status, ok } = response;
    return { status, ok, text: await textOf(response), retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    const kind = method !== 'GET' && leftUs(error) ? 'unknown' : 'retryable';
    throw new GatewayFailure('The gateway gave no answer in time.', { kind });
  }
}
