import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import {
  type ApiPartialResponseError,
  type ApiRequestError,
  type ITwitterApiClientPlugin,
  TwitterApi,
  type TwitterApiOAuth2Init,
  type TwitterApiTokens,
  type TwitterRateLimit,
} from 'twitter-api-v2';
import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import { leftUs, unreadable } from '../http.ts';
import type { Identity, Opened, Rate } from '../social.ts';
import { translate } from './failures.ts';

const me = z.object({
  data: z.object({ id: z.string().regex(/^\d{1,20}$/), username: z.string().regex(/^\w{1,15}$/) }),
});

const MOST_BYTES = 8 * 1024 * 1024;

/** Where to, and how long to wait. */
export type Way = Pick<Opened, 'timeoutMs' | 'onRate'> & { endpoint?: string };

/** A user's token, our own registration, or the four words of OAuth 1.0a. */
export type Tokens = string | TwitterApiOAuth2Init | TwitterApiTokens;

type Asked = Parameters<NonNullable<ITwitterApiClientPlugin['onBeforeRequestConfig']>>[0]['params'];

/**
 * The vendor's library with what it lacks: an end to every request, a bound to every answer, another
 * address where one is set, and failures in our own words. It neither repeats a request nor follows a
 * redirect by itself. A connection serves one request, so that none can meet one just being closed.
 */
export function openClient(tokens: Tokens, way: Way): TwitterApi {
  const httpAgent = isPlain(way) ? new HttpAgent() : new Agent();
  return new TwitterApi(tokens as string, {
    httpAgent: httpAgent as Agent,
    compression: false,
    plugins: [hooks(way)],
  });
}

/**
 * Runs calls of the library.
 *
 * @throws NetworkFailure and nothing else: what the hooks did not translate is an answer that makes no sense
 */
export async function calling<T>(work: () => Promise<T>, creates = false): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NetworkFailure) throw error;
    throw unreadable(creates, 0);
  }
}

/** @throws what the library's call throws */
export async function whoAmI({ v2 }: TwitterApi): Promise<Identity> {
  const { data } = me.parse(await v2.me());
  return { id: data.id, name: `@${data.username}`, url: `https://x.com/${data.username}` };
}

function hooks(way: Way): ITwitterApiClientPlugin {
  const broken = new WeakMap<object, unknown>();
  return {
    onBeforeRequestConfig({ params }) {
      params.requestEventDebugHandler = (event, data) => {
        if (event === 'request-error') broken.set(params, data.requestError);
        if (event === 'response') bound(data.res);
      };
    },
    onBeforeRequest({ params, computedParams, requestOptions }) {
      if (way.endpoint) computedParams.url = led(way.endpoint, computedParams.url);
      Object.assign(requestOptions, { signal: AbortSignal.timeout(params.timeout ?? way.timeoutMs) });
    },
    onAfterRequest({ params, response }) {
      tellRate(way, params, response.rateLimit);
    },
    onRequestError({ params, error }) {
      throw lost(error, broken.get(params), creates(params));
    },
    onResponseError({ params, error }) {
      tellRate(way, params, error.rateLimit);
      const { code: status, data, rateLimit } = error;
      throw translate({ status, data, resets: resetOf(rateLimit)?.reset, creates: creates(params) });
    },
  };
}

const isPlain = ({ endpoint }: Way): boolean => endpoint?.startsWith('http:') ?? false;

/** A signature (OAuth 1.0a) is made over the vendor's own address, as a proxy would leave it. */
const led = (endpoint: string, { pathname, search }: URL): URL =>
  new URL(endpoint.replace(/\/$/, '') + pathname + search);

function bound(res: NodeJS.ReadableStream & { destroy(error: Error): void }): void {
  let bytes = 0;
  res.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) res.destroy(new Error('The answer is too long.'));
  });
}

const creates = ({ method, url }: Asked): boolean => method === 'POST' && url.endsWith('/2/tweets');

/** No whole answer came. Below 400 and above, half of one is as good as none. */
function lost(error: ApiRequestError | ApiPartialResponseError, cause: unknown, creates: boolean) {
  const arrived = error.type === 'partial-response' || leftUs({ cause });
  return new NetworkFailure(creates && arrived ? 'unknown' : 'retryable', 'no-answer');
}

function tellRate({ onRate }: Way, params: Asked, limits: TwitterRateLimit | undefined): void {
  const rate = resetOf(limits);
  if (rate && creates(params)) onRate?.({ remaining: rate.remaining, resetsAt: dateOf(rate.reset) });
}

const dateOf = (seconds: number): Rate['resetsAt'] => new Date(seconds * 1000);

/** Of its windows the one that ends last among those used up, else that of a quarter of an hour. */
function resetOf(limits: TwitterRateLimit | undefined) {
  if (!limits) return undefined;
  const used = [limits, limits.day, limits.userDay].filter((one) => one?.remaining === 0);
  return used.sort((a, b) => (b?.reset ?? 0) - (a?.reset ?? 0))[0] ?? limits;
}
