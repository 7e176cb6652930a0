import { isIP } from 'node:net';
import type { RequestHandler, Response } from 'express';
import type { Role } from '../access/users.ts';
import { findRecipient, type Recipient } from '../deliveries/unsubscribe.ts';
import { Refusal } from '../errors.ts';
import { type Giver, openDoor } from '../giving/donor-link.ts';
import { readGiftToken } from '../giving/gift-token.ts';
import { requireDraft, requireFamily } from './occasions/doors.ts';
import { showPage } from './pages.ts';
import { requireStaff } from './staff.ts';
import type { Handler, Web } from './web.ts';

type Word = 'anyone' | 'bearer' | 'gift' | 'donor' | 'draft' | 'family' | 'inside';

/** Who may call an address: a word that src/http/routes.ts explains, or who is signed in with one of these roles. */
export type Who = Word | readonly Role[];

const guards: Record<Word, Handler> = {
  anyone: () => (_req, _res, next) => next(),
  inside: () => requireInside,
  bearer: requireToken,
  gift: requireGift,
  donor: requireDonor,
  draft: (web) => privately(requireDraft(web)),
  family: (web) => privately(requireFamily(web)),
};

export const guardOf = (web: Web, who: Who): RequestHandler =>
  typeof who === 'string' ? guards[who](web) : requireStaff(web, who);

/** The recipient whose token the `bearer` guard has read. */
export const recipientOf = (res: Response): Recipient => res.locals.recipient;

/** Finds the recipient of `:token`; without one the page says so, and nothing changes. */
function requireToken(web: Web): RequestHandler {
  return async (req, res, next) => {
    keepPrivate(res);
    const recipient = await findRecipient(web.ground, String(req.params.token));
    if (!recipient) return showPage(web, { req, res, name: 'broken', status: 404 });
    res.locals.recipient = recipient;
    next();
  };
}

/** The order whose token the `gift` guard has read. */
export const giftOf = (res: Response): string => res.locals.gift;

/** Reads the order of `:token`; without one the page says so, and nothing changes. */
function requireGift(web: Web): RequestHandler {
  return (req, res, next) => {
    keepPrivate(res);
    res.locals.gift = readGiftToken(web.ground.keys, String(req.params.token));
    if (!res.locals.gift) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
    next();
  };
}

/** Whose page it is, as the `donor` guard has read it. */
export const giverOf = (res: Response): Giver => res.locals.giver;

/** Reads the donor of `:token`; one that is too old leads to where another is asked for. */
function requireDonor(web: Web): RequestHandler {
  return async (req, res, next) => {
    keepPrivate(res);
    res.locals.giver = await openDoor(web.ground, String(req.params.token));
    if (!res.locals.giver) return showPage(web, { req, res, name: 'my-gone', status: 404 });
    next();
  };
}

const privately =
  (guard: RequestHandler): RequestHandler =>
  (req, res, next) => {
    keepPrivate(res);
    return guard(req, res, next);
  };

/** Pages of one person stay out of caches and search engines. */
function keepPrivate(res: Response): void {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
}

const requireInside: RequestHandler = (req, _res, next) => {
  if (isPrivate(req.ip ?? '')) return next();
  throw new Refusal('Figures are given to private addresses only. Ask from inside the network.', 403);
};

/** RFC 1918, RFC 4193, loopback and link-local addresses. */
function isPrivate(ip: string): boolean {
  const plain = ip.replace(/^::ffff:/i, '');
  if (isIP(plain) === 4) {
    return /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(plain);
  }
  return plain === '::1' || /^(f[cd]|fe[89ab])/i.test(plain);
}
