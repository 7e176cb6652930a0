import { openSession, quit, type Session, SmtpFailure } from '../../channels/email/smtp.ts';
import type { Sql } from '../db.ts';
import type { Log } from '../log.ts';
import { type MailAccount, restAccount } from './accounts.ts';
import { openThrottle, type Throttle } from './throttle.ts';

/** An open connection of an account. */
export interface Route {
  account: MailAccount;
  session: Session;
}

/** The ways out for one sender domain: the best account that is not resting, with the others behind it. */
export interface Routes {
  /**
   * A connection on which one message may go now, the given one if it still serves.
   * `waitMs` above 0: a limit is reached, ask again then. No route: no account will do for now.
   */
  ready(route: Route | undefined): Promise<{ route?: Route; waitMs: number }>;
  /** The server refuses our sender itself: that is the account's trouble, not the recipient's. */
  distrust(route: Route, reply: string): Promise<void>;
  leave(route: Route): void;
  /** How many connections the best account allows, once that is known. */
  connections(): number | undefined;
  close(): void;
}

export interface RoutesOptions {
  sql: Sql;
  log: Log;
  loadAccounts(): Promise<MailAccount[]>;
}

const FRESH_MS = 3000;
const REST_SECONDS = { retryable: 20, throttled: 60, permanent: 300, unauthorised: 300 };

export function openRoutes({ sql, log, loadAccounts }: RoutesOptions): Routes {
  const throttles = new Map<string, Throttle>();
  let accounts: MailAccount[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const load = async () => {
    accounts = await loadAccounts();
    loadedAt = performance.now();
  };
  const fresh = async () => {
    if (performance.now() - loadedAt < FRESH_MS && accounts.length) return;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    await loading;
  };
  const throttleOf = ({ id, limits }: MailAccount): Throttle => {
    const key = `${id} ${JSON.stringify(limits)}`;
    const known = throttles.get(key) ?? openThrottle(sql, `account:${id}`, limits);
    throttles.set(key, known);
    return known;
  };
  const rest = async (account: MailAccount, { kind, message }: Pick<SmtpFailure, 'kind' | 'message'>) => {
    log.warn({ account: account.id, kind, trouble: message }, 'an SMTP account rests');
    accounts = accounts.filter((other) => other.id !== account.id);
    await restAccount({ sql }, account.id, { seconds: REST_SECONDS[kind], trouble: message });
  };
  const connect = async (): Promise<Route | undefined> => {
    for (let account = accounts[0]; account; account = accounts[0]) {
      try {
        return { account, session: await openSession(account.smtp) };
      } catch (error) {
        if (!(error instanceof SmtpFailure)) throw error;
        // Another connection may have sent it to rest while this one was trying.
        if (accounts.includes(account)) await rest(account, error);
      }
    }
    return undefined;
  };

  return {
    async ready(current) {
      await fresh();
      const stale =
        current && (current.session.wire.closed() || !accounts.some((a) => a.id === current.account.id));
      if (stale) quit(current.session);
      const route = current && !stale ? current : await connect();
      if (!route) return { waitMs: 0 };
      const waitMs = await throttleOf(route.account).take();
      return { route, waitMs };
    },
    async distrust({ account, session }, reply) {
      quit(session);
      if (accounts.some((a) => a.id === account.id))
        await rest(account, { kind: 'permanent', message: reply });
    },
    leave: ({ session }) => quit(session),
    connections: () => accounts[0]?.connections,
    close: () => throttles.clear(),
  };
}
