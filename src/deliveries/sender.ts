import { persistently } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Payload } from '../queues.ts';
import { accountsFor } from './accounts.ts';
import { openDomains } from './domains.ts';
import { openLedger } from './ledger.ts';
import { type Line, openLine, type Task } from './line.ts';
import { loadPlan, type RunPlan, runIsOpen } from './plans.ts';
import { putRange, type Range, takeRange } from './ranges.ts';
import { type Recipient, readRecipients, settleRefused } from './recipients.ts';
import type { Registration } from './workers.ts';

/** Sends pieces of runs from this process. */
export interface Sender {
  deliverRange(payload: Payload<'deliveries'>): Promise<void>;
  /** Finishes what is on the wire, writes the outcomes, gives back the rest. */
  stop(): Promise<void>;
}

/** Runs whose compiled mail is kept. */
const KEPT_PLANS = 16;

export async function openSender(ground: Ground, registration: Registration): Promise<Sender> {
  const ledger = await openLedger(ground.databaseUrl, registration, ground.log);
  const domains = openDomains(ground.sql, (err) =>
    ground.log.warn({ err }, 'paused domains could not be read'),
  );
  const lines = new Map<string, Line>();
  const plans = new Map<bigint, Promise<RunPlan>>();
  let stopped = false;

  const planOf = (run: bigint): Promise<RunPlan> => {
    const plan = plans.get(run) ?? loadPlan(ground, run);
    plans.delete(run);
    plans.set(run, plan);
    plan.catch(() => plans.delete(run));
    const oldest = plans.keys().next();
    if (plans.size > KEPT_PLANS && !oldest.done) plans.delete(oldest.value);
    return plan;
  };
  const lineOf = (senderDomain: string): Line => {
    const line =
      lines.get(senderDomain) ??
      openLine({
        ...{ senderDomain, ledger, domains, maxConnections: ground.config.SENDER_CONNECTIONS },
        loadAccounts: () => accountsFor(ground, senderDomain),
        routes: { sql: ground.sql, log: ground.log },
      });
    lines.set(senderDomain, line);
    return line;
  };
  /** Resolves when every delivery has its outcome or was given back. */
  const sendAll = (plan: RunPlan, recipients: Recipient[], epoch: bigint) =>
    new Promise<void>((resolve) => {
      let open = recipients.length;
      let asking = false;
      const line = lineOf(plan.senderDomain);
      // A refusal may mean this one person, or the whole run: then the rest need not ask.
      const checkRun = () => {
        if (asking) return;
        asking = true;
        void runIsOpen(ground, plan.run)
          .then((running) => (running ? undefined : line.release(plan.run)))
          .catch((err) => ground.log.warn({ err }, 'the run could not be read'))
          .finally(() => {
            asking = false;
          });
      };
      const settled: Task['settled'] = (how) => {
        if (how === 'refused') checkRun();
        if (--open === 0) resolve();
      };
      line.push(recipients.map((recipient) => ({ plan, recipient, epoch, settled })));
      if (!recipients.length) resolve();
    });

  return {
    async deliverRange(payload) {
      const range: Range = { ...payload, run: BigInt(payload.run) };
      const epoch = registration.epoch();
      if (stopped || !(await runIsOpen(ground, range.run)) || !(await takeRange(ground.sql, range, epoch))) return;
      try {
        const plan = await planOf(range.run);
        const recipients = await readRecipients(ground, range, plan.senderDomain);
        if (!stopped) await sendAll(plan, recipients, epoch);
        await settleRefused(ground, range, epoch);
      } finally {
        // A piece that stayed in the hand of a living sender would never be taken up again.
        await persistently(() => putRange(ground.sql, range, epoch));
      }
    },
    async stop() {
      stopped = true;
      await Promise.all([...lines.values()].map((line) => line.stop()));
      await ledger.drain();
      await ledger.close();
      domains.close();
    },
  };
}
