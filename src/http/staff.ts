import type { Request, RequestHandler, Response } from 'express';
import type { Entry, StaffUser } from '../access/sessions.ts';
import { allOf, oneOf, type Role, roles } from '../access/users.ts';
import { Refusal } from '../errors.ts';
import { translate } from '../i18n.ts';
import { readerLanguage } from '../reader.ts';
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
    if (!hasRole(res.locals.staff, allowed)) return tellNeeded(web, { req, res, allowed, user: entry.user });
    next();
  };
}

const staffFrom = ({ id, user, secondFactor }: Entry): Staff => ({ sessionId: id, user, secondFactor });

/** A page leads to the sign-in and back; a form or a program is told, so that nothing typed is lost. */
function askToSignIn(web: Web, req: Request, res: Response): void {
  const query = new URLSearchParams();
  if (isPart(req)) query.set('next', pageOf(req));
  else if (req.method === 'GET') query.set('next', req.url);
  if (res.locals.ended) query.set('why', res.locals.ended);
  const target = query.size ? `${SIGN_IN}?${query}` : SIGN_IN;
  if (isPart(req) || (req.method === 'GET' && wantsPage(req))) sendTo(req, res, target);
  else if (!wantsPage(req))
    throw new Refusal(say`You are not signed in. Sign in at /console/sign-in first.`, 401);
  else showPage(web, { req, res, name: 'access-signed-out', status: 401 });
}

function tellNeeded(
  web: Web,
  { req, res, allowed, user }: { req: Request; res: Response; allowed: readonly Role[]; user: StaffUser },
): void {
  if (!wantsPage(req))
    throw new Refusal(say`This needs the role ${oneOf(allowed)}; yours: ${allOf(user.roles)}.`, 403);
  const language = readerLanguage(req, user.language);
  const named = (list: readonly Role[]) =>
    listed(
      list.map((role) => translate(language, 'staff.role', { role })),
      language,
    );
  const data = { needed: named(allowed), theirs: named(user.roles) };
  showPage(web, { req, res, name: 'access-role', language, data, status: 403 });
}

/** The page from which htmx asks for a part; the sign-in takes it only when it is one of ours. */
function pageOf(req: Request): string {
  const page = req.get('hx-current-url') ?? '';
  if (!URL.canParse(page)) return '/console';
  const { pathname, search } = new URL(page);
  return `${pathname.slice(Math.max(0, pathname.indexOf('/console')))}${search}`;
}

/** `a, b or c` in a language. */
const listed = (words: string[], language: string): string =>
  new Intl.ListFormat(`${language}-IN`, { type: 'disjunction' }).format(words);

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
