import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { drain, listen, portOf } from '../listen.ts';
import { openPages } from '../render.ts';
import { makeSandboxApp } from './app.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { startSmtp } from './smtp.ts';

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
  close(): Promise<void>;
}

/**
 * Starts the stand-ins: a mail server on SANDBOX_SMTP_PORT and the page of its inbox on SANDBOX_PORT,
 * both for this computer only (0 takes any free port).
 * @throws Refusal in production, or when a port is in use
 */
export async function startSandbox({
  config,
  clock,
  log,
}: Pick<Ground, 'config' | 'clock' | 'log'>): Promise<RunningSandbox> {
  if (config.production) {
    throw new Refusal(
      'There is no sandbox in production, since its mails reach nobody. Add an SMTP account instead.',
    );
  }
  const inbox = openInbox(BOUNDS);
  const smtpPlace = { host: HOST, port: config.SANDBOX_SMTP_PORT, setting: 'SANDBOX_SMTP_PORT' };
  const smtp = await startSmtp(inbox, clock, smtpPlace);
  const app = makeSandboxApp({ inbox, log, pages: openPages(), smtp: { host: HOST, port: smtp.port } });
  const server = await listen(app, { host: HOST, port: config.SANDBOX_PORT, setting: 'SANDBOX_PORT' }).catch(
    async (error: unknown) => {
      await smtp.close();
      throw error;
    },
  );
  return {
    ...{ inbox, smtpPort: smtp.port, url: `http://${HOST}:${portOf(server)}/sandbox/inbox` },
    close: async () => void (await Promise.all([smtp.close(), drain(server, STOP_MS)])),
  };
}
