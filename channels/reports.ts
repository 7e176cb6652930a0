import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NetworkFailure } from './failure.ts';
import type { Credentials } from './social.ts';

/** What a network tells later of one message. */
export interface Report {
  /** The network's id of the message. */
  id: string;
  /** The key of the intent, where the network gives it back. */
  key: string | null;
  state: 'accepted' | 'delivered' | 'read' | 'failed';
  at: Date;
  /** Of `failed`, translated as a refusal at once would have been. */
  failure?: NetworkFailure;
}

/** A webhook as it was posted. */
export interface Posted {
  body: Buffer;
  header(name: string): string | undefined;
}

/** How a network tells what became of messages. */
export interface Reports {
  /** Whether it comes from there; without a secret nothing does. */
  signed(posted: Posted, credentials: Credentials): boolean;
  /** Reports of this account; null for a body that is no such thing. */
  read(body: unknown, account: { settings: Record<string, string | undefined> }): Report[] | null;
  /** Telephones in E.164 whose owners answered this account that they want no more; nothing else is read. */
  leaving?(body: unknown, account: { settings: Record<string, string | undefined> }): string[];
  /** Where the network asks first whether somebody listens: what it wants to hear, or null. */
  greet?(query: (name: string) => string | undefined, credentials: Credentials): string | null;
}

/** HMAC-SHA256 of the raw body as `sha256=HEX`, compared in the same time whatever it is. */
export function hasHmac({ body, header }: Posted, name: string, secret: string | undefined): boolean {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header(name) ?? '')?.[1];
  if (!secret || !given) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), expected);
}
