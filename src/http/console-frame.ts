import type { Request, RequestHandler } from 'express';
import { callingFrom } from '../access/origin.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';
import { showError } from './pages.ts';
import { openSessions } from './session.ts';
import type { Web } from './web.ts';

/** What stands before every address under /console. */
export const consoleFrame = (web: Web): RequestHandler[] => [
  keepPrivate,
  ownScripts,
  fromHere(web),
  requireSecure(web),
  (req, _res, next) => callingFrom(req.ip ?? '', next),
  ...openSessions(web.ground),
];

/**
 * Pages of staff stay out of caches, search engines and other sites. With `no-referrer` a browser would
 * hide from us, too, which page a form came from.
 */
const keepPrivate: RequestHandler = (_req, res, next) => {
  res.set({
    ...{ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' },
    'Referrer-Policy': 'same-origin',
  });
  next();
};

/** The console's own scripts, and nothing inline; a mail that is looked at lies in a frame of our own. */
const ownScripts: RequestHandler = (_req, res, next) => {
  res.set('Content-Security-Policy', CSP);
  next();
};

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "font-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CHANGES_NOTHING = ['GET', 'HEAD', 'OPTIONS'];

/** Takes forms from our own pages only (OWASP, Cross-Site Request Forgery Prevention, Fetch Metadata). */
function fromHere(web: Web): RequestHandler {
  const ours = new URL(web.ground.config.publicUrl).origin;
  return (req, res, next) => {
    if (CHANGES_NOTHING.includes(req.method) || isOwn(req, ours)) return next();
    if (req.accepts(['html', 'json']) === 'html') {
      showError(web, { req, res, kind: 'site', status: 403 });
      return;
    }
    throw new Refusal(say`This came from another site. Open the page here and press its button again.`, 403);
  };
}

/** Browsers say it by Sec-Fetch-Site over https and on this computer, and by Origin elsewhere. */
function isOwn(req: Request, ours: string): boolean {
  const site = req.get('sec-fetch-site');
  if (site) return site === 'same-origin' || site === 'none';
  const origin = req.get('origin') ?? '';
  return origin === ours || (URL.canParse(origin) && new URL(origin).host === req.host);
}

/** A cookie for https would be thrown away by the browser, and nobody would know why sign-in fails. */
function requireSecure({ ground }: Web): RequestHandler {
  const wanted = ground.config.publicUrl.startsWith('https:');
  return (req, _res, next) => {
    if (!wanted || req.secure) return next();
    throw new Refusal(
      say`The console is opened by https, as PUBLIC_URL says. Where a proxy in front speaks https, it must send X-Forwarded-Proto, and TRUST_PROXY must name it.`,
    );
  };
}
