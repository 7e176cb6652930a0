import { sendMessage } from '../../channels/email/transaction.ts';
import type { MailAccount } from './accounts.ts';
import type { Domains } from './domains.ts';
import type { Ledger, Outcome } from './ledger.ts';
import type { RunPlan } from './plans.ts';
import { type Recipient, returnPath } from './recipients.ts';
import { openRoutes, type Route } from './routes.ts';
import { asksForPatience, judge } from './verdict.ts';

/** One delivery on its way through a line. */
export interface Task {
  plan: RunPlan;
  recipient: Recipient;
  /** Under which number its piece was taken. */
  epoch: bigint;
  /** Called once: its outcome is durable, or it was not sent and stays as it was. */
  settled(how: 'told' | 'refused' | 'released' | 'postponed'): void;
}

/** All connections for one sender domain, and the deliveries that wait for them. */
export interface Line {
  push(tasks: Task[]): void;
  /** Gives back what waits and belongs to this run: it was paused, cancelled or held. */
  release(run: bigint): void;
  /** Takes nothing more; ends when all that is on the wire has its outcome. */
  stop(): Promise<void>;
}

export interface LineOptions {
  senderDomain: string;
  ledger: Ledger;
  domains: Domains;
  maxConnections: number;
  loadAccounts(): Promise<MailAccount[]>;
  routes: Omit<Parameters<typeof openRoutes>[0], 'loadAccounts'>;
}

/** A connection that had nothing to do for so long says goodbye. */
const IDLE_MS = 3000;
const NOT_SENT_TRIES = 2;

export function openLine(options: LineOptions): Line {
  const { ledger, domains } = options;
  const routes = openRoutes({ ...options.routes, loadAccounts: options.loadAccounts });
  const active = new Map<string, number>();
  const waiting: Task[] = [];
  const sleepers = new Set<() => void>();
  const workers = new Set<Promise<void>>();
  let stopping = false;

  /** The first that may go now; those to a paused or busy domain stay. */
  const next = (account: MailAccount | undefined): Task | undefined => {
    const limit = account?.domainConnections ?? 0;
    const free = (task: Task) =>
      !domains.paused(task.recipient.domain) && (!limit || (active.get(task.recipient.domain) ?? 0) < limit);
    const first = waiting[0];
    if (!first) return undefined;
    if (free(first)) return waiting.shift();
    const at = waiting.findIndex(free);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  const wake = () => {
    for (const rise of sleepers) rise();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const rise = () => {
        clearTimeout(timer);
        sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, ms);
      sleepers.add(rise);
    });

  /** While the accounts cannot be read, what is planned waits. */
  const wayOut = (route: Route | undefined): ReturnType<typeof routes.ready> =>
    routes.ready(route).catch((err) => {
      options.routes.log.warn({ err }, 'the accounts could not be read');
      return { ...(route && { route }), waitMs: 500 };
    });

  const work = async (): Promise<void> => {
    let route: Route | undefined;
    let told: { outcome: Outcome; task: Task } | undefined;
    const tell = async (claim: Parameters<Ledger['exchange']>[1]) => {
      const done = told;
      told = undefined;
      const grant = await ledger.exchange(done?.outcome ?? null, claim);
      done?.task.settled('told');
      return grant;
    };
    let idleSince = performance.now();
    while (true) {
      const task = stopping ? undefined : next(route?.account);
      if (!task) {
        if (told) await tell(null);
        else if (stopping || performance.now() - idleSince > IDLE_MS) break;
        else await sleep(waiting.length ? 200 : IDLE_MS);
        continue;
      }
      idleSince = performance.now();
      const { plan, recipient } = task;
      const open = await wayOut(route);
      route = open.route;
      if (!route || open.waitMs) {
        waiting.unshift(task);
        if (told) await tell(null);
        if (open.waitMs) await sleep(open.waitMs);
        else releaseAll();
        continue;
      }
      count(recipient.domain, 1);
      try {
        const grant = await tell({ run: plan.run, seq: recipient.seq, epoch: task.epoch });
        if (!grant) {
          task.settled('refused');
          continue;
        }
        const { outcome, next: after } = await deliver(task, grant, route);
        route = after;
        told = { outcome, task };
      } finally {
        count(recipient.domain, -1);
      }
    }
    if (route) routes.leave(route);
  };

  const deliver = async (task: Task, grant: { epoch: bigint; attempt: number }, via: Route) => {
    const { plan, recipient } = task;
    const { token, address } = recipient.mail;
    const message = await compose(task, via.account);
    let route: Route | undefined = via;
    let sent = await attempt(route);
    for (let tries = 1; sent.kind === 'notSent' && tries < NOT_SENT_TRIES && !stopping; tries++) {
      route = (await wayOut(undefined)).route;
      if (!route) break;
      sent = await attempt(route);
    }
    if (asksForPatience(sent) && sent.kind === 'refused' && sent.stage !== 'mail') {
      await domains.slowDown(recipient.domain, sent.reply);
    }
    if (sent.kind === 'refused' && sent.stage === 'mail' && route) await routes.distrust(route, sent.reply);
    const judged = judge(sent, { ...plan.judgement(), attempt: grant.attempt });
    return { outcome: { run: plan.run, seq: recipient.seq, ...grant, ...judged }, next: route };

    function attempt({ session, account }: Route) {
      const from = returnPath(token, account.returnPathDomain ?? plan.returnPathDomain);
      return sendMessage(session, { from, to: address }, message);
    }
  };

  const releaseAll = () => {
    for (const task of waiting.splice(0)) task.settled('released');
  };
  const count = (domain: string, by: number) => {
    const now = (active.get(domain) ?? 0) + by;
    if (now > 0) active.set(domain, now);
    else active.delete(domain);
  };
  const hire = () => {
    while (
      !stopping &&
      workers.size < Math.min(options.maxConnections, routes.connections() ?? Infinity, waiting.length)
    ) {
      const worker: Promise<void> = work()
        .catch((error) => {
          options.routes.log.error({ err: error }, 'a connection ended on a fault');
          releaseAll();
        })
        .finally(() => workers.delete(worker));
      workers.add(worker);
    }
  };

  return {
    push(tasks) {
      waiting.push(...tasks);
      if (stopping) releaseAll();
      hire();
      wake();
    },
    release(run) {
      const mine = waiting.filter((task) => task.plan.run === run);
      const others = waiting.filter((task) => task.plan.run !== run);
      waiting.splice(0, waiting.length, ...others);
      for (const task of mine) task.settled('released');
    },
    async stop() {
      stopping = true;
      releaseAll();
      wake();
      await Promise.all(workers);
      routes.close();
    },
  };
}

async function compose({ plan, recipient }: Task, account: MailAccount): Promise<string> {
  const message = plan.render(recipient);
  return account.dkim ? account.dkim.sign(message) : message;
}
