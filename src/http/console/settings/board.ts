import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import { basePath } from '../../base.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';

const BOARD = '/console/queues';

/** The board draws itself with styles inline; no other page may. What it would fetch elsewhere stays out. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Bull-board over our queues, to look at only: the queue wakes workers and Postgres is the truth, so there is
 * nothing in it that a hand should change. Only GET is in the table of routes.
 */
const board: Handler = (web) => {
  const serve = openBoard(web);
  return (req, res, next) => {
    // It calls its own root without a slash another page, whose files would lie beside it.
    if (req.path === BOARD && !req.originalUrl.split('?')[0]?.endsWith('/'))
      return res.redirect(303, `${BOARD}/`);
    res.set('Content-Security-Policy', CSP);
    req.url = req.url.slice(BOARD.length) || '/';
    serve(req, res, next);
  };
};

function openBoard({ ground }: Web): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(`${basePath(ground.config.publicUrl)}${BOARD}`);
  createBullBoard({
    queues: ground.queues.boards().map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'We Care', hideRedisDetails: true } },
  });
  return serverAdapter.getRouter();
}

export const boardRoutes: Route[] = [
  {
    ...{ method: 'get', path: `${BOARD}{/*rest}`, who: ADMINISTRATORS },
    ...{ does: 'shows what lies in the queues', handle: board },
  },
];
