import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { drain, listen, portOf } from '../listen.ts';
import { openPages } from '../render.ts';
import { say } from '../say.ts';
import { API_PATH } from './api/router.ts';
import { basePath, underPath } from './base.ts';
import { openShelf } from './brand.ts';
import { errorHandler, notFound, sayGoodbye } from './errors.ts';
import { requestLog } from './logging.ts';
import { openMetrics } from './metrics.ts';
import { openGuesses } from './occasions/guest/guessing.ts';
import { fromMemory } from './projects/front.ts';
import { openKeep } from './projects/keep.ts';
import { addRoutes, allows } from './routes.ts';
import type { Web } from './web.ts';

/** A running web. */
export interface RunningWeb {
  url: string;
  /** Answers what was asked, for STOP_SECONDS at most, and stops. */
  close(): Promise<void>;
}

/**
 * Starts the web on HOST and PORT (0 takes any free one).
 * @param options.inboxUrl address of the practice inbox where a sandbox runs, for the start page
 * @throws Refusal that names the port and PORT when it is in use
 */
export async function startWeb(ground: Ground, options: { inboxUrl?: string } = {}): Promise<RunningWeb> {
  const { HOST: host, PORT: port, STOP_SECONDS } = ground.config;
  const pages = openPages(basePath(ground.config.publicUrl));
  let stopping = false;
  const web: Web = {
    ground,
    pages,
    metrics: openMetrics(ground),
    brand: openShelf(ground),
    kept: openKeep(),
    guesses: openGuesses(),
    allows,
    inboxUrl: options.inboxUrl ?? null,
    stopping: () => stopping,
  };
  const app = makeApp(web);
  const server = await listen(app, { host, port, setting: 'PORT' });
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${portOf(server)}`,
    close: async () => {
      stopping = true;
      await drain(server, STOP_SECONDS * 1000);
    },
  };
}

function makeApp(web: Web): Express {
  const { config, log } = web.ground;
  const app = express();
  trustProxy(app, config.TRUST_PROXY);
  app.use(underPath(basePath(config.publicUrl)));
  app.use(fromMemory(web));
  app.use(requestLog(log), sayGoodbye(web.stopping), securityHeaders(config.publicUrl.startsWith('https:')));
  app.use(lendNothing, refuseNul);
  app.use(web.pages.assets.serve);
  addRoutes(app, web);
  app.use(notFound(web), errorHandler(web));
  return app;
}

/** What a browser could lend to a page and ours never ask for (W3C Permissions Policy). */
const NEVER_ASKED = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'midi']
  .concat([
    'display-capture',
    'fullscreen',
    'screen-wake-lock',
    'browsing-topics',
    'publickey-credentials-get',
  ])
  .map((feature) => `${feature}=()`)
  .join(', ');

const lendNothing: RequestHandler = (_req, res, next) => {
  res.set('Permissions-Policy', NEVER_ASKED);
  next();
};

/** No address of ours has a NUL, and the database takes none in a text. The API says so in its own way. */
const refuseNul: RequestHandler = (req, _res, next) =>
  next(
    req.url.includes('%00') && !req.path.startsWith(`${API_PATH}/`)
      ? new Refusal(say`There is no such page.`, 404)
      : undefined,
  );

/** Nothing but our own style sheets and pictures, and no script at all. */
function securityHeaders(secure: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Addresses hold tokens, which no other site should read in a Referer.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure && { maxAge: 31_536_000, includeSubDomains: false },
  });
}

/** A number of proxies, true or false, or names and networks, as Express takes them. */
function trustProxy(app: Express, setting: string): void {
  const flag = setting === 'true' || setting === 'false' ? setting === 'true' : undefined;
  try {
    app.set('trust proxy', flag ?? (/^\d+$/.test(setting) ? Number(setting) : setting));
  } catch {
    throw new Refusal(
      `TRUST_PROXY is “${setting}”. It takes a number of proxies, addresses or networks with commas between them, or loopback.`,
    );
  }
}
