import type { Sql } from '../db.ts';
import type { Log } from '../log.ts';
import type { MailAccount } from './accounts.ts';
import type { Domains } from './domains.ts';
import { type Bench, type Task, work } from './hand.ts';
import type { Ledger } from './ledger.ts';
import { openRoutes } from './routes.ts';

/** All connections for one sender domain, and the deliveries that wait for them. */
export interface Line {
  push(tasks: Task[]): void;
  /** Gives back what waits and belongs to this run: it was paused, cancelled or held. */
  release(run: bigint): void;
  /** Whether it waits for a limit that is far off; pieces then stay where they are. */
  rests(): boolean;
  /** Takes nothing more; ends when all that is on the wire has its outcome. */
  stop(): Promise<void>;
}

export interface LineOptions {
  ledger: Ledger;
  domains: Domains;
  maxConnections: number;
  sql: Sql;
  log: Log;
  loadAccounts(): Promise<MailAccount[]>;
}

/** Meanwhile a limit may be raised, or another account come back. */
const LONGEST_REST_MS = 15_000;

export function openLine({ ledger, domains, maxConnections, sql, log, loadAccounts }: LineOptions): Line {
  const routes = openRoutes({ sql, log, loadAccounts });
  const active = new Map<string, number>();
  const waiting: Task[] = [];
  const sleepers = new Set<() => void>();
  const hands = new Set<Promise<void>>();
  let restsUntil = 0;
  let stopping = false;

  const count = ({ recipient: { domain } }: Task, by: number) => {
    const now = (active.get(domain) ?? 0) + by;
    if (now > 0) active.set(domain, now);
    else active.delete(domain);
  };
  /** The first that may go now; those to a busy domain stay. */
  const takeFree = (account: MailAccount | undefined): Task | undefined => {
    const limit = account?.domainConnections || Number.POSITIVE_INFINITY;
    const free = ({ recipient: { domain } }: Task) =>
      !domains.paused(domain) && (active.get(domain) ?? 0) < limit;
    const at = waiting.findIndex(free);
    return at > 0 ? waiting.splice(at, 1)[0] : at === 0 ? waiting.shift() : undefined;
  };
  const giveBack = (which: (task: Task) => boolean, how: 'released' | 'postponed' | 'rested') => {
    const mine = waiting.filter(which);
    if (mine.length) waiting.splice(0, waiting.length, ...waiting.filter((task) => !which(task)));
    for (const task of mine) task.settled(how);
  };
  const releaseAll = () => giveBack(() => true, 'released');
  /** Those to a domain that asked for patience wait in the ledger, not here. */
  const postponePaused = () => {
    if (domains.any()) giveBack(({ recipient }) => domains.paused(recipient.domain), 'postponed');
  };
  const wake = () => {
    for (const rise of sleepers) rise();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stopping) return resolve();
      const rise = () => {
        clearTimeout(timer);
        sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, ms);
      sleepers.add(rise);
    });
  const bench: Bench = {
    ...{ ledger, domains, routes, log, sleep, releaseAll },
    rest(ms) {
      restsUntil = performance.now() + Math.min(ms, LONGEST_REST_MS);
      giveBack(() => true, 'rested');
    },
    next(account) {
      postponePaused();
      const task = takeFree(account);
      if (task) count(task, 1);
      return task;
    },
    finished: (task) => count(task, -1),
    putBack: (task) => void waiting.unshift(task),
    crowded: ({ recipient: { domain } }, { domainConnections }) =>
      domainConnections > 0 && (active.get(domain) ?? 0) > domainConnections,
    stopping: () => stopping,
    hasWork: () => waiting.length > 0,
  };
  const hire = () => {
    const limit = Math.min(maxConnections, routes.connections() ?? Number.POSITIVE_INFINITY);
    while (!stopping && hands.size < Math.min(limit, waiting.length)) {
      const hand: Promise<void> = work(bench)
        .catch((err) => log.error({ err }, 'a connection ended on a fault'))
        .finally(() => {
          hands.delete(hand);
          if (!hands.size) hire(); // what waits must not wait for the next piece
        });
      hands.add(hand);
    }
  };

  return {
    push(tasks) {
      waiting.push(...tasks);
      if (stopping) releaseAll();
      hire();
      wake();
    },
    rests: () => performance.now() < restsUntil,
    release: (run) => giveBack((task) => task.plan.run === run, 'released'),
    async stop() {
      stopping = true;
      releaseAll();
      wake();
      await Promise.all(hands);
      releaseAll(); // a hand that was still connecting has put its task back
      routes.close();
    },
  };
}
