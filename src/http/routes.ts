import type { Express } from 'express';
import { guards, type Who } from './guards.ts';
import { alive, metrics, ready } from './health.ts';
import { startPage } from './pages.ts';
import { showUnsubscribe, undo, withdraw } from './unsubscribe.ts';
import { follow, pixel } from './visits.ts';
import type { Handler, Web } from './web.ts';

interface Route {
  method: 'get' | 'post';
  path: string;
  who: Who;
  does: string;
  handle: Handler;
}

/**
 * The whole map of addresses, with who may call what:
 *
 * - `anyone`: everybody on the internet.
 * - `bearer`: who holds the signed token of a mail that we sent. The token is the proof, so mail
 *   programs may post without cookie or origin (RFC 8058 section 3.1); others see a page that says the
 *   link is broken.
 * - `inside`: callers from a private or loopback address.
 *
 * GET changes nothing anywhere; a visit may be kept.
 */
export const routes: Route[] = [
  { method: 'get', path: '/', who: 'anyone', does: 'says what this is', handle: startPage },
  { method: 'get', path: '/healthz', who: 'anyone', does: 'says that the process lives', handle: alive },
  { method: 'get', path: '/readyz', who: 'anyone', does: 'says whether mails can leave', handle: ready },
  { method: 'get', path: '/metrics', who: 'inside', does: 'figures for Prometheus', handle: metrics },
  {
    method: 'get',
    path: '/l/:code{/:token}',
    who: 'anyone',
    does: 'leads on, keeps the visit',
    handle: follow,
  },
  { method: 'get', path: '/o/:token.gif', who: 'anyone', does: 'keeps the opening of a mail', handle: pixel },
  {
    method: 'get',
    path: '/u/:token',
    who: 'bearer',
    does: 'asks before unsubscribing',
    handle: showUnsubscribe,
  },
  { method: 'post', path: '/u/:token', who: 'bearer', does: 'unsubscribes at once', handle: withdraw },
  { method: 'post', path: '/u/:token/undo', who: 'bearer', does: 'takes the step back', handle: undo },
];

/** Adds every route with the guard of who may call it. */
export function addRoutes(app: Express, web: Web): void {
  for (const { method, path, who, handle } of routes) app[method](path, guards[who](web), handle(web));
}
