import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { drain, listen, portOf } from '../listen.ts';
import { openPages } from '../render.ts';
import { makeSandboxApp } from './app.ts';
import { type Inbox, openInbox } from './inbox.ts';
import type { StandInAccount } from './razorpay/account.ts';
import { ROOT } from './razorpay/place.ts';
import { practiceAccounts } from './razorpay/practice.ts';
import { openStandIn, type StandIn } from './razorpay/stand-in.ts';
import { startSmtp } from './smtp.ts';
import { openSocial, SOCIAL, type SocialSandbox } from './social/social.ts';

/** Nobody outside this computer may send to it or look into it. */
const HOST = '127.0.0.1';
const BOUNDS = { mails: 5000, bytes: 64 * 1024 * 1024 };
const STOP_MS = 1000;

/** A running sandbox. */
export interface RunningSandbox {
  smtpPort: number;
  /** Address of the practice inbox's page. */
  url: string;
  inbox: Inbox;
  gateway: PracticeGateway;
  social: PracticeSocial;
  close(): Promise<void>;
}

/** The payment company on this computer, with its accounts. */
export interface PracticeGateway {
  /** Of its interface, without `/v1`; a browser finds its desk there. */
  url: string;
  accounts: Record<'domestic' | 'foreign', StandInAccount>;
  standIn: StandIn;
}

/** The social networks on this computer. */
export interface PracticeSocial extends SocialSandbox {
  /** Each is under this and its name; a browser finds their timelines at `pageUrl`. */
  url: string;
  pageUrl: string;
}

/**
 * Starts the stand-ins: a mail server on SANDBOX_SMTP_PORT, and on SANDBOX_PORT the page of its inbox,
 * the payment company and the social networks, all for this computer only (0 takes any free port).
 *
 * @param books a file in which the company remembers what was paid, when its server is to be started again
 * @throws Refusal in production, or when a port is in use
 */
export async function startSandbox(
  { config, clock, log }: Pick<Ground, 'config' | 'clock' | 'log'>,
  books: { file?: string } = {},
): Promise<RunningSandbox> {
  if (config.production) {
    throw new Refusal(
      'There is no sandbox in production, since its mails reach nobody. Add an SMTP account instead.',
    );
  }
  const inbox = openInbox(BOUNDS);
  const smtpPlace = { host: HOST, port: config.SANDBOX_SMTP_PORT, setting: 'SANDBOX_SMTP_PORT' };
  const smtp = await startSmtp(inbox, clock, smtpPlace);
  const pages = openPages();
  const accounts = practiceAccounts();
  const settings = { settleAfterSeconds: config.SANDBOX_SETTLE_SECONDS };
  const standIn = openStandIn({ ...books, accounts: Object.values(accounts), settings, pages, clock, log });
  const smtpAt = { host: HOST, port: smtp.port };
  const social = openSocial();
  const app = makeSandboxApp({ inbox, log, pages, gateway: standIn.router, social, smtp: smtpAt });
  const server = await listen(app, { host: HOST, port: config.SANDBOX_PORT, setting: 'SANDBOX_PORT' }).catch(
    async (error: unknown) => {
      standIn.close();
      await smtp.close();
      throw error;
    },
  );
  const url = `http://${HOST}:${portOf(server)}`;
  return {
    ...{ inbox, smtpPort: smtp.port, url: `${url}/sandbox/inbox` },
    gateway: { url: `${url}${ROOT}`, accounts, standIn },
    social: { ...social, url: `${url}${SOCIAL}`, pageUrl: `${url}/sandbox/social` },
    async close() {
      standIn.close();
      await Promise.all([smtp.close(), drain(server, STOP_MS)]);
    },
  };
}
