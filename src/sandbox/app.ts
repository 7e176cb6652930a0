import express, { type Express, type Request, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { Log } from '../log.ts';
import type { Pages } from '../render.ts';
import type { Inbox } from './inbox.ts';
import { showInbox, showJson, showMail } from './pages.ts';
import { sendHtml, sendPart, sendSource } from './parts.ts';
import { ROOT } from './razorpay/place.ts';
import { sendPicture, showSocial, showSocialJson } from './social/page.ts';
import { type PracticePhones, showPhones } from './social/phones.ts';
import { SOCIAL, type SocialSandbox } from './social/social.ts';

/** What the sandbox's pages stand on. */
export interface Sandbox {
  inbox: Inbox;
  pages: Pages;
  log: Log;
  /** The payment company's stand-in. */
  gateway: Router;
  /** The networks that speak to telephones. */
  phones: PracticePhones;
  /** The social networks' stand-ins. */
  social: SocialSandbox;
  /** Where mails are taken in. */
  smtp: { host: string; port: number };
}

/**
 * The sandbox's own addresses. Mails come in by SMTP only; what pays and is paid lies under
 * `/razorpay`, the networks under `/social/NAME`.
 */
export function makeSandboxApp(sandbox: Sandbox): Express {
  const app = express();
  app.use(ROOT, sandbox.gateway); // its pages have a policy of their own
  app.use(sandbox.phones.router);
  app.use(SOCIAL, sandbox.social.router); // so have those that ask
  app.use(securityHeaders(), sandbox.pages.assets.serve);
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  app.get(['/', '/sandbox'], (_req, res) => res.redirect('/sandbox/inbox'));
  app.get('/sandbox/sms', showPhones(sandbox.phones, sandbox.pages));
  app.get('/sandbox/inbox', showInbox(sandbox));
  app.get('/sandbox/inbox.json', showJson(sandbox));
  app.get('/sandbox/inbox/:id', showMail(sandbox));
  app.get('/sandbox/inbox/:id/html', sendHtml(sandbox));
  app.get('/sandbox/inbox/:id/source.eml', sendSource(sandbox));
  app.get('/sandbox/inbox/:id/parts/:part', sendPart(sandbox));
  app.get('/sandbox/social', showSocial(sandbox));
  app.get('/sandbox/social.json', showSocialJson(sandbox));
  app.get('/sandbox/social/media/:network/:hash', sendPicture(sandbox));
  app.use((_req: Request, res: Response) => res.redirect('/sandbox/inbox'));
  app.use((error: unknown, _req: Request, res: Response, _next: express.NextFunction) => {
    sandbox.log.error({ err: error }, 'a page of the sandbox failed');
    res.status(500).type('text').send('The sandbox met a fault; its log says which.\n');
  });
  return app;
}

function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        // A message on a telephone shows the picture that its network fetched from us.
        imgSrc: ["'self'", 'data:', 'http:', 'https:'],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
    originAgentCluster: false, // mails in frames are of an origin of their own
  });
}
