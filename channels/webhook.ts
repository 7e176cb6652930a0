import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { lookup as lookupAll } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

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

const MOST_BYTES = 1000;

/**
 * Posts a message as Standard Webhooks 1.0 says, and follows no redirect. Where the receiver's name leads
 * is looked at when the connection is made, so that it cannot change in between. Never throws.
 */
export function postWebhook(call: WebhookCall): Promise<WebhookOutcome> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  return (call.proxied ? sendByProxy : send)(call).then(
    (answered) => ({ kind: 'answered' as const, ms: ms(), ...answered }),
    (error: unknown) => ({ kind: 'failed' as const, ms: ms(), trouble: inWords(error, call.timeoutMs) }),
  );
}

interface Answered {
  status: number;
  excerpt: string;
  /** Seconds, where the receiver asked for them. */
  retryAfter: number | null;
}

async function send(call: WebhookCall): Promise<Answered> {
  const url = new URL(call.url);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // Node looks up names only; an address that stands in the URL is judged here.
  if (isIP(literal) && !call.allowPrivate && isPrivateAddress(literal)) throw new Error(PRIVATE);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(call.timeoutMs);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: 'POST',
        headers: headersOf(call),
        signal,
        agent: false,
        lookup: lookupFor(call.allowPrivate),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const done = () => {
          const excerpt = Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8').replaceAll('\0', '');
          const seconds = Number(answer.headers['retry-after']);
          const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
          resolve({ status: answer.statusCode ?? 0, excerpt, retryAfter });
          answer.destroy();
        };
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes >= MOST_BYTES) done();
        });
        answer.on('end', done).on('error', reject);
      },
    );
    asked.on('error', reject).end(call.body);
  });
}

/** The proxy makes the connection, so what can be known of the receiver is looked at before. */
async function sendByProxy(call: WebhookCall): Promise<Answered> {
  const url = new URL(call.url);
  if (!call.allowPrivate && (await leadsInside(url.hostname.replace(/^\[|\]$/g, ''))))
    throw new Error(PRIVATE);
  const { 'content-length': _, ...headers } = headersOf(call);
  const signal = AbortSignal.timeout(call.timeoutMs);
  const answer = await fetch(url, { method: 'POST', headers, body: call.body, redirect: 'manual', signal });
  const first = (await answer.body?.getReader().read())?.value ?? new Uint8Array();
  const seconds = Number(answer.headers.get('retry-after'));
  return {
    status: answer.status,
    excerpt: Buffer.from(first).subarray(0, MOST_BYTES).toString('utf8').replaceAll('\0', ''),
    retryAfter: seconds > 0 ? seconds : null,
  };
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
