import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { lookup as lookupAll } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface WebhookCall {
  url: string;
  /** Unique of the message, the same at each attempt. */
  id: string;
  body: string;
  /** `whsec_…`, the newest first; each signs. */
  secrets: string[];
  /** Unix time of this attempt, in seconds. */
  timestamp: number;
  timeoutMs: number;
  /** Whether the receiver may be on a private network. */
  allowPrivate: boolean;
  /** Whether this process reaches others through the proxy of its `fetch`. */
  proxied?: boolean;
}

/** What came of it: an answer of any status, or none and why. */
export type WebhookOutcome = { ms: number } & (
  | { kind: 'answered'; status: number; excerpt: string; retryAfter: number | null }
  | { kind: 'failed'; trouble: string }
);

/** What is kept of an answer, and how long is waited for it once its status is there. */
const MOST_BYTES = 1000;
const EXCERPT_MS = 2000;

/**
 * Posts a message as Standard Webhooks 1.0 says, and follows no redirect. Where the receiver's name leads
 * is looked at when the connection is made, so that it cannot change in between. Never throws.
 */
export async function postWebhook(call: WebhookCall): Promise<WebhookOutcome> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  const ending = new AbortController();
  const late = setTimeout(() => ending.abort(new DOMException('late', 'TimeoutError')), call.timeoutMs);
  try {
    const { body, ...said } = await (call.proxied ? sendByProxy : send)(call, ending.signal);
    return { kind: 'answered', ms: ms(), ...said, excerpt: await startOf(body) };
  } catch (error) {
    return { kind: 'failed', ms: ms(), trouble: inWords(error, call.timeoutMs) };
  } finally {
    clearTimeout(late);
    ending.abort(); // what more it would say is not read
  }
}

interface Answer {
  status: number;
  /** Seconds, where the receiver asked for them. */
  retryAfter: number | null;
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function send(call: WebhookCall, signal: AbortSignal): Promise<Answer> {
  const url = new URL(call.url);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // Node looks up names only; an address that stands in the URL is judged here.
  if (isIP(literal) && !call.allowPrivate && isPrivateAddress(literal)) throw new Error(PRIVATE);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = headersOf(call);
  const how = {
    method: 'POST',
    headers,
    signal,
    agent: false,
    lookup: lookupFor(call.allowPrivate),
  } as const;
  return new Promise((resolve, reject) => {
    const asked = request(url, how, (body) => {
      body.on('error', () => undefined); // startOf meets it too
      const retryAfter = secondsOf(body.headers['retry-after']);
      resolve({ status: body.statusCode ?? 0, retryAfter, body });
    });
    asked.on('error', reject).end(call.body);
  });
}

/** The proxy makes the connection, so what can be known of the receiver is looked at before. */
async function sendByProxy(call: WebhookCall, signal: AbortSignal): Promise<Answer> {
  const url = new URL(call.url);
  if (!call.allowPrivate && (await leadsInside(url.hostname.replace(/^\[|\]$/g, ''))))
    throw new Error(PRIVATE);
  const { 'content-length': _, ...headers } = headersOf(call);
  const answer = await fetch(url, { method: 'POST', headers, body: call.body, redirect: 'manual', signal });
  const retryAfter = secondsOf(answer.headers.get('retry-after'));
  return { status: answer.status, retryAfter, body: answer.body ?? [] };
}

function secondsOf(header: string | null | undefined): number | null {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** The start of what it says, for the log. Its status counts, whether the rest comes, drips or breaks off. */
async function startOf(body: Answer['body']): Promise<string> {
  const chunks: Uint8Array[] = [];
  const read = async () => {
    let bytes = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_BYTES) return;
    }
  };
  const brokenOff = () => undefined;
  await Promise.race([read().catch(brokenOff), wait(EXCERPT_MS, undefined, { ref: false })]);
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8').replaceAll('\0', '');
}

/** A name that only the proxy can look up is not one of ours. */
async function leadsInside(host: string): Promise<boolean> {
  if (isIP(host)) return isPrivateAddress(host);
  const addresses = await lookupAll(host, { all: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return [];
    throw error;
  });
  return addresses.some(({ address }) => isPrivateAddress(address));
}

function headersOf({ id, body, secrets, timestamp }: WebhookCall): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'WeCare-Outreach/1',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets
      .map((secret) => `v1,${signWebhook(secret, { id, timestamp, body })}`)
      .join(' '),
  };
}

/** HMAC-SHA256 of `id.timestamp.body` in base64 (Standard Webhooks 1.0, symmetric signatures). */
export function signWebhook(
  secret: string,
  { id, timestamp, body }: Pick<WebhookCall, 'id' | 'timestamp' | 'body'>,
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

const PRIVATE = 'The address is on a private network, which is not written to (WEBHOOK_PRIVATE_ADDRESSES).';

/** One address of the name that is private spoils all: nobody may choose among them. */
const lookupFor =
  (allowPrivate: boolean): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const first = addresses[0];
      if (!first) return done(new Error(`${hostname} has no address.`), '', 0);
      if (!allowPrivate && addresses.some(({ address }) => isPrivateAddress(address)))
        return done(new Error(PRIVATE), '', 0);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

const closed = new BlockList();
for (const [net, bits] of [
  ...[
    ['0.0.0.0', 8] as const,
    ['10.0.0.0', 8] as const,
    ['100.64.0.0', 10] as const,
    ['127.0.0.0', 8] as const,
  ],
  ...[['169.254.0.0', 16] as const, ['172.16.0.0', 12] as const, ['192.0.0.0', 24] as const],
  ...[['192.0.2.0', 24] as const, ['192.168.0.0', 16] as const, ['198.18.0.0', 15] as const],
  ...[['198.51.100.0', 24] as const, ['203.0.113.0', 24] as const, ['224.0.0.0', 3] as const],
])
  closed.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ...[['::', 96] as const, ['64:ff9b::', 32] as const, ['100::', 64] as const, ['2001:db8::', 32] as const],
  ...[['2001::', 32] as const, ['2002::', 16] as const, ['fc00::', 7] as const, ['fe80::', 9] as const],
  ['ff00::', 8] as const,
])
  closed.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is not one of the open internet (the special-purpose registries of RFC 6890). */
export function isPrivateAddress(address: string): boolean {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return closed.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function inWords(error: unknown, timeoutMs: number): string {
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError')
    return `No answer within ${timeoutMs / 1000} seconds.`;
  return `${message || 'The connection failed.'}${code ? ` (${code})` : ''}`.slice(0, 300);
}
