import type { Request, Response } from 'express';
import { findFollower, leaveProject } from '../pages/leaving.ts';
import { showPage } from './pages.ts';
import type { Route } from './routes.ts';
import type { Handler, Web } from './web.ts';

/** Asks first: scanners fetch it, so it changes nothing (RFC 8058 section 3.2). */
const ask: Handler = (web) => (req, res) => show(web, { req, res, name: 'follow-leave' });

/** Ends the news at once; the answer is the page itself, never a redirect (RFC 8058 section 3.1). */
const leave: Handler = (web) => (req, res) => show(web, { req, res, name: 'follow-left' });

async function show(web: Web, { req, res, name }: { req: Request; res: Response; name: string }) {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  const follower = await findFollower(web.ground, String(req.params.token));
  if (!follower) return showPage(web, { req, res, name: 'broken', status: 404 });
  if (name === 'follow-left') await leaveProject(web.ground, follower.id);
  const { language, title: project, slug } = follower;
  showPage(web, { req, res, name, language, data: { project, slug, action: req.path } });
}

const path = '/follow/:token';

/** Whoever holds the signed address of a mail ends what it brought; nothing else is in it. */
export const followRoutes: Route[] = [
  { method: 'get', path, who: 'anyone', does: 'asks before a project’s news end', handle: ask },
  { method: 'post', path, who: 'anyone', does: 'ends a project’s news', limit: 'machine', handle: leave },
];
