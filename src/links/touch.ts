import type { Keys } from '../keys.ts';

const MAC_BYTES = 10;

/**
 * What rides in our own addresses: the link somebody came by, signed. It names no person, so that it may stand
 * where others read it, such as in the notes of an order at the gateway.
 */
export const touchToken = (keys: Keys, code: string): string =>
  `${code}.${keys.sign('touch', Buffer.from(code), MAC_BYTES).toString('base64url')}`;

/** @returns the code of the link; null for what we did not sign */
export function readTouchToken(keys: Keys, text: string): string | null {
  const [, code, mac] = /^([A-Za-z0-9]{1,20})\.([A-Za-z0-9_-]{10,40})$/.exec(text) ?? [];
  if (!code || !mac) return null;
  const bytes = Buffer.from(mac, 'base64url');
  // One spelling only: the last letter of base64 has bits that mean nothing, and a part of a signature is none.
  if (bytes.length !== 1 + MAC_BYTES || bytes.toString('base64url') !== mac) return null;
  return keys.verify('touch', Buffer.from(code), bytes) ? code : null;
}

/** Our own pages that keep by which link somebody came. */
const KEEPING = /^\/(give|occasions)\/?$/;

/** The address to which a link of ours leads, with its touch where the page keeps one. */
export function withTouch(
  keys: Keys,
  { url, code, site }: { url: string; code: string; site: string },
): string {
  const [to, ours] = [new URL(url), new URL(site)];
  const base = ours.pathname.replace(/\/$/, '');
  const within = to.origin === ours.origin && to.pathname.startsWith(base);
  if (!within || !KEEPING.test(to.pathname.slice(base.length)) || to.searchParams.has('touch')) return url;
  to.searchParams.set('touch', touchToken(keys, code));
  return to.href;
}
