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
  /** Whether a message may go on this connection right now without asking anybody. */
  serves(route: Route | undefined): boolean;
  /**
   * A connection on which one message may go now, the given one if it still serves.
   * `waitMs` above 0: a limit is reached, ask again then. No route: no account will do for now.
   */
  ready(route: Route | undefined): Promise<{ route?: Route; waitMs: number }>;
  /** The server refuses our sender itself: that is the account's trouble, not the recipient's. */
  distrust(route: Route, refusal: { code: number; reply: string }): Promise<void>;
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
/** All connections that the account allows are taken: look again after so long. */
const FULL_MS = 200;
const REST_SECONDS = { retryable: 20, throttled: 60, permanent: 300, unauthorised: 300 };

export function openRoutes({ sql, log, loadAccounts }: RoutesOptions): Routes {
  const throttles = new Map<string, Throttle>();
  const open = new Set<Route>();
  const opening: string[] = [];
  let accounts: MailAccount[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const load = async () => {
    accounts = await loadAccounts();
    loadedAt = performance.now();
  };
  const fresh = async () => {
    if (isFresh()) return;
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
  const full = ({ id, connections }: MailAccount): boolean => {
    for (const route of open) if (route.session.wire.closed()) open.delete(route);
    const held = [...open].filter(({ account }) => account.id === id).length;
    return held + opening.filter((other) => other === id).length >= connections;
  };
  const connectTo = async (account: MailAccount): Promise<Route> => {
    opening.push(account.id);
    try {
      const route = { account, session: await openSession(account.smtp) };
      open.add(route);
      return route;
    } finally {
      opening.splice(opening.indexOf(account.id), 1);
    }
  };
  const connect = async (): Promise<Route | 'full' | undefined> => {
    for (let account = accounts[0]; account; account = accounts[0]) {
      if (full(account)) return 'full';
      try {
        return await connectTo(account);
      } catch (error) {
        if (!(error instanceof SmtpFailure)) throw error;
        // Another connection may have sent it to rest while this one was trying.
        if (accounts.includes(account)) await rest(account, error);
      }
    }
    return undefined;
  };
  const leave = (route: Route) => {
    open.delete(route);
    quit(route.session);
  };

  const isFresh = () => performance.now() - loadedAt < FRESH_MS && accounts.length > 0;
  const isStale = ({ session, account }: Route) =>
    session.wire.closed() || !accounts.some((other) => other.id === account.id);

  return {
    serves: (route) => route !== undefined && !route.account.limits.length && isFresh() && !isStale(route),
    async ready(current) {
      await fresh();
      const stale = current && isStale(current);
      if (stale) leave(current);
      const route = current && !stale ? current : await connect();
      if (!route) return { waitMs: 0 };
      if (route === 'full') return { waitMs: FULL_MS };
      // Its limits may have changed since it was opened.
      route.account = accounts.find(({ id }) => id === route.account.id) ?? route.account;
      const waitMs = await throttleOf(route.account).take();
      return { route, waitMs };
    },
    async distrust(route, { code, reply }) {
      leave(route);
      const { account } = route;
      const kind = code === 421 ? 'throttled' : code < 500 ? 'retryable' : 'permanent';
      if (accounts.some((a) => a.id === account.id)) await rest(account, { kind, message: reply });
    },
    leave,
    connections: () => accounts[0]?.connections,
    close: () => throttles.clear(),
  };
}
