import type { Request, Response } from 'express';
import { readGuestToken, refuseInvitations } from '../../pages/occasions/guests.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';

const PATH = '/invitations/:token';
const PRIVATE = { 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' };

interface Guest {
  req: Request;
  res: Response;
  token: string;
  /** Of their mailbox. */
  hash: string;
}

/** Finds the mailbox of `:token`; without one the page says so, and nothing changes. */
const withGuest =
  (then: (web: Web, guest: Guest) => Promise<void> | void): Handler =>
  (web) =>
  async (req, res) => {
    res.set(PRIVATE);
    const token = String(req.params.token);
    const hash = readGuestToken(web.ground.keys, token);
    if (!hash) return showPage(web, { req, res, name: 'broken', status: 404 });
    await then(web, { req, res, token, hash });
  };

/** One page with one button: scanners fetch it, so it changes nothing (RFC 8058 section 3.2). */
const ask = withGuest((web, { req, res, token }) =>
  showPage(web, { req, res, name: 'invitation-end', data: { action: `/invitations/${token}` } }),
);

/** Ends them at once; a mail program may press the button for its reader. */
const end = withGuest(async (web, { req, res, hash }) => {
  await refuseInvitations(web.ground, hash);
  showPage(web, { req, res, name: 'invitation-ended' });
});

/** The way out of the invitations of families. */
export const invitationRoutes: Route[] = [
  { method: 'get', path: PATH, who: 'anyone', does: 'asks before invitations end', handle: ask },
  {
    ...{ method: 'post', path: PATH, who: 'anyone', does: 'ends invitations of families at once' },
    ...{ limit: 'machine', handle: end },
  },
];
