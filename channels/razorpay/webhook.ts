import { createHash } from 'node:crypto';
import type { GatewayEvent, WebhookHeaders } from '../gateway.ts';
import { isSigned } from './signatures.ts';

/** The largest event is a few kilobytes. */
const MOST_BYTES = 1024 * 1024;
const ID = /^[A-Za-z0-9]{6,40}$/;
const NAME = /^[a-z_]+(\.[a-z_]+){1,3}$/;

type Lists = Pick<
  GatewayEvent,
  'paymentIds' | 'orderIds' | 'refundIds' | 'qrIds' | 'settlementIds' | 'disputeIds' | 'subscriptionIds'
>;

/** Which entities of a payload are told of, in which list, with which prefix. */
const TOLD: Record<string, [list: keyof Lists, prefix: string]> = {
  payment: ['paymentIds', 'pay'],
  order: ['orderIds', 'order'],
  refund: ['refundIds', 'rfnd'],
  qr_code: ['qrIds', 'qr'],
  settlement: ['settlementIds', 'setl'],
  dispute: ['disputeIds', 'disp'],
  subscription: ['subscriptionIds', 'sub'],
};

/**
 * Reads an event that one of the secrets signed (the older one keeps signing what is told again after a
 * change). The raw bytes are what is signed: a body that was parsed and written anew does not fit.
 *
 * @returns null when no secret fits, or for what is no event; never throws
 */
export function readEvent(raw: Buffer, headers: WebhookHeaders, secrets: string[]): GatewayEvent | null {
  if (raw.length > MOST_BYTES) return null;
  const signature = headerOf(headers, 'x-razorpay-signature');
  // Every secret is tried, so that the time taken does not tell which one fits.
  if (!secrets.map((secret) => isSigned(secret, raw, signature)).includes(true)) return null;
  const body = parse(raw);
  const name = body?.event;
  if (body?.entity !== 'event' || typeof name !== 'string' || !NAME.test(name)) return null;
  const at = timeOf(body.created_at);
  if (!at || !isObject(body.payload)) return null;
  return { id: eventId(raw, headers), name, at, ...idsIn(body.payload) };
}

/** The header is not signed and may be missing; what tells of the same then has the same bytes. */
function eventId(raw: Buffer, headers: WebhookHeaders): string {
  const told = headerOf(headers, 'x-razorpay-event-id');
  if (told && /^[\w-]{1,100}$/.test(told)) return told;
  return `sha256-${createHash('sha256').update(raw).digest('hex')}`;
}

/** A header that came more than once says nothing certain. */
function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value;
}

function parse(raw: Buffer): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
    return isObject(body) ? body : null;
  } catch {
    return null; // no JSON, or no UTF-8
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the payload holds, and what the entities in it point to. */
function idsIn(payload: Record<string, unknown>): Lists {
  const found = Object.fromEntries(Object.values(TOLD).map(([list]) => [list, new Set<string>()]));
  const note = (kind: string, id: unknown) => {
    const [list, prefix] = TOLD[kind] ?? [];
    const prefixed = prefix && withPrefix(prefix, id);
    if (list && prefixed) found[list]?.add(prefixed);
  };
  for (const kind of Object.keys(TOLD)) {
    const wrapped = Object.hasOwn(payload, kind) ? payload[kind] : undefined;
    const entity = isObject(wrapped) && Object.hasOwn(wrapped, 'entity') ? wrapped.entity : undefined;
    if (!isObject(entity)) continue;
    note(kind, entity.id);
    note('payment', entity.payment_id);
    note('order', entity.order_id);
    note('subscription', entity.subscription_id);
  }
  return Object.fromEntries(Object.entries(found).map(([list, ids]) => [list, [...ids]])) as unknown as Lists;
}

/** `payment_link.paid` gives an order's id without the prefix that the interface wants. */
function withPrefix(prefix: string, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const bare = id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : id;
  return ID.test(bare) ? `${prefix}_${bare}` : undefined;
}

function timeOf(value: unknown): Date | null {
  const at = typeof value === 'number' && Number.isSafeInteger(value) ? new Date(value * 1000) : null;
  return at && at.getTime() > 0 && at.getUTCFullYear() < 2200 ? at : null;
}
