import type { Request, RequestHandler, Response } from 'express';
import type { Entry, StaffUser } from '../access/sessions.ts';
import { allOf, oneOf, type Role, roles } from '../access/users.ts';
import { Refusal } from '../errors.ts';
import { askedLanguage } from '../reader.ts';
import { say } from '../say.ts';
import { showPage } from './pages.ts';
import type { Web } from './web.ts';

/** Everybody who is signed in. */
export const ANYONE_SIGNED_IN: readonly Role[] = roles;
/** Who may see contacts, campaigns and their figures. */
export const READERS: readonly Role[] = ['administrator', 'author', 'approver', 'finance', 'auditor'];
/** Who writes and plans. */
export const WRITERS: readonly Role[] = ['administrator', 'author'];
/** Who may let a campaign go. */
export const APPROVERS: readonly Role[] = ['administrator', 'approver'];
/** Who looks after the money, and who may read what they see. */
export const FINANCE: readonly Role[] = ['administrator', 'finance'];
export const MONEY_READERS: readonly Role[] = ['administrator', 'finance', 'auditor'];
/** Who may decide about a refund that somebody else asked for, and who may read about it. */
export const REFUND_READERS: readonly Role[] = ['administrator', 'finance', 'approver', 'auditor'];
export const ADMINISTRATORS: readonly Role[] = ['administrator'];
/** Who keeps the books and says what receipts say. */
export const TREASURERS: readonly Role[] = ['administrator', 'finance'];
/** Who may look at how gifts come in. */
export const GIFT_READERS: readonly Role[] = ['administrator', 'finance', 'auditor'];
/** Who may read what everybody did. */
export const INSPECTORS: readonly Role[] = ['administrator', 'auditor'];

/** Who asks, as the guard has found them; their roles are those of this very moment. */
export interface Staff {
  user: StaffUser;
  /** For the list of sessions; not what the cookie carries. */
  sessionId: string;
  secondFactor: boolean;
}

/** Who asks, on routes whose `who` is roles. */
export const staffOf = (res: Response): Staff => res.locals.staff;

/** Whether one of these roles is theirs. */
export const hasRole = ({ user }: Staff, allowed: readonly Role[]): boolean =>
  user.roles.some((role) => allowed.includes(role));

export const SIGN_IN = '/console/sign-in';
export const SECOND_FACTOR = '/console/account/second-factor';
/** What somebody may open whose role needs a second factor which they have not set up yet. */
const BEFORE_SECOND_FACTOR = /^\/console\/account(\/|$)/;

/** Lets in who is signed in with one of these roles; others are led to the sign-in, or told what is needed. */
export function requireStaff(web: Web, allowed: readonly Role[]): RequestHandler {
  return (req, res, next) => {
    const entry = req.session?.entry;
    if (entry?.stage !== 'in') return askToSignIn(web, req, res);
    res.locals.staff = staffFrom(entry);
    if (entry.secondFactorDue && !entry.secondFactor && !BEFORE_SECOND_FACTOR.test(req.path))
      return sendTo(req, res, SECOND_FACTOR);
    if (!hasRole(res.locals.staff, allowed))
      throw new Refusal(say`This needs the role ${oneOf(allowed)}; yours: ${allOf(entry.user.roles)}.`, 403);
    next();
  };
}

const staffFrom = ({ id, user, secondFactor }: Entry): Staff => ({ sessionId: id, user, secondFactor });

/** Who is signed in, also where no guard has looked; from now on the pages of this request know. */
export function whoIsIn(req: Request, res: Response): Staff | null {
  const entry = req.session?.entry;
  const ready = entry?.stage === 'in' && (entry.secondFactor || !entry.secondFactorDue);
  if (ready) res.locals.staff ??= staffFrom(entry);
  return res.locals.staff ?? null;
}

/** A page leads to the sign-in and back; a form or a program is told, so that nothing typed is lost. */
function askToSignIn(web: Web, req: Request, res: Response): void {
  const query = new URLSearchParams();
  if (isPart(req)) query.set('next', pageOf(req));
  else if (req.method === 'GET') query.set('next', req.url);
  if (res.locals.ended) query.set('why', res.locals.ended);
  const language = askedLanguage(req);
  if (language) query.set('lang', language);
  const target = query.size ? `${SIGN_IN}?${query}` : SIGN_IN;
  if (isPart(req) || (req.method === 'GET' && wantsPage(req))) sendTo(req, res, target);
  else if (!wantsPage(req))
    throw new Refusal(say`You are not signed in. Sign in at /console/sign-in first.`, 401);
  else showPage(web, { req, res, name: 'access-signed-out', status: 401 });
}

/** The page from which htmx asks for a part; the sign-in takes it only when it is one of ours. */
function pageOf(req: Request): string {
  const page = req.get('hx-current-url') ?? '';
  if (!URL.canParse(page)) return '/console';
  const { pathname, search } = new URL(page);
  return `${pathname.slice(Math.max(0, pathname.indexOf('/console')))}${search}`;
}

/** Where htmx asks, only it can lead the whole page elsewhere (https://htmx.org/headers/hx-redirect/). */
function sendTo(req: Request, res: Response, address: string): void {
  if (!isPart(req)) {
    res.redirect(303, address);
    return;
  }
  res.status(401);
  // Express puts the path of PUBLIC_URL before a Location; here it is ours to do.
  res.location(address);
  res.set('HX-Redirect', res.get('Location') ?? address).removeHeader('Location');
  res.end();
}

const isPart = (req: Request): boolean => req.get('hx-request') === 'true';
const wantsPage = (req: Request): boolean => req.accepts(['html', 'json']) === 'html';
