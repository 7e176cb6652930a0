import express, { type Express } from 'express';
import type { Role } from '../access/users.ts';
import { API_PATH, openApi } from './api/router.ts';
import { freshBrand } from './brand.ts';
import { brandRoutes } from './brand-css.ts';
import { accessRoutes } from './console/access/routes.ts';
import { socialAccountRoutes } from './console/accounts/routes.ts';
import { attentionRoutes } from './console/attention/routes.ts';
import { bankRoutes } from './console/bank/routes.ts';
import { bookRoutes } from './console/books/routes.ts';
import { calendarRoutes } from './console/calendar/routes.ts';
import { campaignRoutes } from './console/campaigns/routes.ts';
import { componentRoutes } from './console/components.ts';
import { contactRoutes } from './console/contacts/routes.ts';
import { disbursementRoutes } from './console/disbursements/routes.ts';
import { donorRoutes } from './console/donors/routes.ts';
import { evergreenRoutes } from './console/evergreen/routes.ts';
import { findRoutes } from './console/find/routes.ts';
import { consoleGiftRoutes } from './console/gifts/routes.ts';
import { holdRoutes } from './console/hold.ts';
import { homeRoutes } from './console/home/routes.ts';
import { mediaPageRoutes } from './console/media/routes.ts';
import { messageRoutes } from './console/messages/routes.ts';
import { newsletterRoutes } from './console/newsletters/routes.ts';
import { occasionDeskRoutes } from './console/occasions/routes.ts';
import { offlineRoutes } from './console/offline/routes.ts';
import { periodRoutes } from './console/periods/routes.ts';
import { phoneMessageRoutes } from './console/phone-messages/routes.ts';
import { planPageRoutes } from './console/plans/routes.ts';
import { postRoutes } from './console/posts/routes.ts';
import { projectDeskRoutes } from './console/projects/routes.ts';
import { segmentRoutes } from './console/segments/routes.ts';
import { boardRoutes } from './console/settings/board.ts';
import { settingsRoutes } from './console/settings/routes.ts';
import { consoleFrame } from './console-frame.ts';
import { giftRoutes } from './giving/gift.ts';
import { giveRoutes } from './giving/give.ts';
import { gatewayHookRoutes } from './giving/hooks.ts';
import { myRoutes } from './giving/my/routes.ts';
import { receiptRoutes } from './giving/receipts.ts';
import { guardOf, type Who } from './guards.ts';
import { alive, metrics, ready } from './health.ts';
import { type LimitClass, openLimits } from './limits.ts';
import { mediaRoutes } from './media.ts';
import { newsRoutes } from './news.ts';
import { familyRoutes } from './occasions/family/routes.ts';
import { guestRoutes } from './occasions/guest/routes.ts';
import { invitationRoutes } from './occasions/invitations.ts';
import { makeRoutes } from './occasions/make/routes.ts';
import { startPage } from './pages.ts';
import { phoneHookRoutes } from './phone-hooks.ts';
import { preferenceRoutes } from './preferences.ts';
import { projectRoutes } from './projects/routes.ts';
import { returnRoutes } from './returns.ts';
import { reviewRoutes } from './reviews/review.ts';
import { siteTextRoutes } from './site-texts.ts';
import { subscribeRoutes } from './subscribe.ts';
import { showUnsubscribe, undo, withdraw } from './unsubscribe.ts';
import { follow, pixel } from './visits.ts';
import type { Handler, Web } from './web.ts';

export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  who: Who;
  does: string;
  /** How often one caller may ask, see limits.ts; `view` unless said, and `staff` where roles are needed. */
  limit?: LimitClass;
  /**
   * The longest body it takes; 16 kB unless said, which is enough for every form. `stream`: the handler
   * takes it as it comes, as multipart.ts does with files.
   */
  body?: string;
  handle: Handler;
}

/**
 * The whole map of addresses, with who may call what:
 *
 * - `anyone`: everybody on the internet.
 * - `bearer`: who holds the signed token of a mail that we sent. The token is the proof, so mail
 *   programs may post without cookie or origin (RFC 8058 section 3.1); others see a page that says the
 *   link is broken.
 * - `gift`: who holds the signed address of a gift, which its donor was led to. The gateway's page returns
 *   there by a form of its own; what it says counts only if the gateway signed it.
 * - `donor`: who holds a signed link to a donor's own page that was sent to their mailbox lately and not
 *   signed out since. Forms of another site know no such link.
 * - `draft`: who holds the signed address of a page that a family is making; nobody has proven a contact yet.
 * - `family`: who holds a link to a family's own page that was sent to a proven contact lately and not ended since.
 * - `inside`: callers from a private or loopback address.
 * - roles: who is signed in and has one of them, at this very moment. Such pages lie under /console, where
 *   nothing is taken from another site's form (console-frame.ts).
 *
 * GET changes nothing anywhere; a visit may be kept, and the way back from a network is used up. The API has a table of its own, with the scope that
 * each operation needs: api/operations.ts.
 */
export const routes: Route[] = [
  // First, because thousands come in a minute and each address before them is compared.
  ...gatewayHookRoutes,
  ...returnRoutes,
  ...phoneHookRoutes,
  { method: 'get', path: '/', who: 'anyone', does: 'says what this is', handle: startPage },
  {
    method: 'get',
    path: '/healthz',
    who: 'anyone',
    does: 'says that the process lives',
    limit: 'machine',
    handle: alive,
  },
  {
    method: 'get',
    path: '/readyz',
    who: 'anyone',
    does: 'says whether mails can leave',
    limit: 'machine',
    handle: ready,
  },
  {
    method: 'get',
    path: '/metrics',
    who: 'inside',
    does: 'figures for Prometheus',
    limit: 'machine',
    handle: metrics,
  },
  {
    method: 'get',
    path: '/l/:code{/:token}',
    who: 'anyone',
    does: 'leads on, keeps the visit',
    limit: 'machine',
    handle: follow,
  },
  {
    method: 'get',
    path: '/o/:token.gif',
    who: 'anyone',
    does: 'keeps the opening of a mail',
    limit: 'machine',
    handle: pixel,
  },
  {
    method: 'get',
    path: '/u/:token',
    who: 'bearer',
    does: 'asks before unsubscribing',
    handle: showUnsubscribe,
  },
  {
    method: 'post',
    path: '/u/:token',
    who: 'bearer',
    does: 'unsubscribes at once',
    limit: 'machine',
    handle: withdraw,
  },
  ...mediaRoutes,
  ...brandRoutes,
  { method: 'post', path: '/u/:token/undo', who: 'bearer', does: 'takes the step back', handle: undo },
  ...newsRoutes,
  ...giveRoutes,
  ...giftRoutes,
  ...receiptRoutes,
  ...myRoutes,
  ...projectRoutes,
  ...makeRoutes,
  ...familyRoutes,
  ...invitationRoutes,
  ...guestRoutes,
  ...siteTextRoutes,
  ...reviewRoutes,
  ...preferenceRoutes,
  ...subscribeRoutes,
  ...accessRoutes,
  ...homeRoutes,
  ...findRoutes,
  ...holdRoutes,
  ...campaignRoutes,
  ...calendarRoutes,
  ...planPageRoutes,
  ...evergreenRoutes,
  ...contactRoutes,
  ...settingsRoutes,
  ...boardRoutes,
  ...componentRoutes,
  ...segmentRoutes,
  ...newsletterRoutes,
  ...projectDeskRoutes,
  ...occasionDeskRoutes,
  ...messageRoutes,
  ...postRoutes,
  ...phoneMessageRoutes,
  ...socialAccountRoutes,
  ...attentionRoutes,
  ...mediaPageRoutes,
  ...offlineRoutes,
  ...bankRoutes,
  ...disbursementRoutes,
  ...periodRoutes,
  ...consoleGiftRoutes,
  ...donorRoutes,
  ...bookRoutes,
];

/** Whether one of these roles opens an address as it stands in the table. */
export function allows(roles: readonly Role[], method: string, path: string): boolean {
  const route = routes.find((one) => one.method === method && one.path === path);
  return Array.isArray(route?.who) && route.who.some((role) => roles.includes(role));
}

/** Adds every route: first how often, then by whom, then its body as bytes. */
export function addRoutes(app: Express, web: Web): void {
  const limits = openLimits(web.ground);
  app.use('/console', ...consoleFrame(web));
  for (const { method, path, who, limit, body = '16kb', handle } of routes) {
    const bytes = body === 'stream' ? [] : [express.raw({ type: () => true, limit: body })];
    const often = limits[limit ?? (typeof who === 'string' ? 'view' : 'staff')];
    // Before the guard, which shows pages too.
    const brand = limit === 'gateway' || (method === 'get' && limit === 'machine') ? [] : [freshBrand(web)];
    app[method](path, often, ...brand, guardOf(web, who), ...bytes, handle(web));
  }
  app.use(API_PATH, openApi(web, limits));
}
