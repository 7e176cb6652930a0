import { persistently } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Payload } from '../queues.ts';
import { say } from '../say.ts';
import { accountsFor } from './accounts.ts';
import { FIRST_PAUSE, openDomains } from './domains.ts';
import type { Task } from './hand.ts';
import { openLedger } from './ledger.ts';
import { type Line, openLine } from './line.ts';
import { loadPlan, type RunPlan, runIsOpen } from './plans.ts';
import { forgetQueued, putRange, type Range, takeRange } from './ranges.ts';
import { postpone, type Recipient, readRecipients, settleRefused } from './recipients.ts';
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
  const domains = openDomains(
    ground.sql,
    (err) => ground.log.warn({ err }, 'paused domains could not be read'),
    Math.min(FIRST_PAUSE, ground.config.DEFER_FIRST_SECONDS),
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
        ...{ ledger, domains, sql: ground.sql, log: ground.log },
        maxConnections: ground.config.SENDER_CONNECTIONS,
        loadAccounts: () => accountsFor(ground, senderDomain),
      });
    lines.set(senderDomain, line);
    return line;
  };
  /** Resolves when every delivery has its outcome or was given back. */
  const sendAll = (plan: RunPlan, recipients: Recipient[], epoch: bigint) =>
    new Promise<GivenBack>((resolve) => {
      const back: GivenBack = { postponed: [], released: 0 };
      let open = recipients.length;
      const line = lineOf(plan.senderDomain);
      const checkRun = once(() => releaseIfClosed(plan.run, line));
      const settle = (recipient: Recipient, how: Parameters<Task['settled']>[0]) => {
        if (how === 'refused') checkRun();
        if (how === 'postponed') back.postponed.push(recipient);
        if (how === 'released') back.released++;
        if (--open === 0) resolve(back);
      };
      line.push(
        recipients.map((recipient) => ({ plan, recipient, epoch, settled: (how) => settle(recipient, how) })),
      );
      if (!recipients.length) resolve(back);
    });
  /** A refusal may mean this one person, or the whole run: then the rest need not ask. */
  const releaseIfClosed = async (run: bigint, line: Line) => {
    try {
      if (!(await runIsOpen(ground, run))) line.release(run);
    } catch (err) {
      ground.log.warn({ err }, 'the run could not be read');
    }
  };
  const postponeAll = async (run: bigint, recipients: Recipient[]) => {
    for (const [domain, those] of byDomain(recipients)) {
      const seconds = Math.max(5, domains.secondsLeft(domain));
      await postpone(ground, run, { seqs: those.map((r) => r.seq), seconds });
    }
  };

  return {
    async deliverRange(payload) {
      const range: Range = { ...payload, run: BigInt(payload.run) };
      const epoch = registration.epoch();
      if (stopped) return;
      if (!(await runIsOpen(ground, range.run))) return forgetQueued(ground.sql, range);
      const plan = await planOf(range.run);
      // Held in hand, pieces of a run that waits for tomorrow would leave no place for others.
      if (lineOf(plan.senderDomain).rests()) return;
      if (!(await takeRange(ground.sql, range, epoch))) return;
      try {
        const recipients = await readRecipients(ground, range, plan.senderDomain);
        if (!stopped) {
          const { postponed, released } = await sendAll(plan, recipients, epoch);
          await postponeAll(range.run, postponed);
          if (released && !stopped) await noteStuck(ground, plan);
        }
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

interface GivenBack {
  postponed: Recipient[];
  released: number;
}

/** What a running run waits for is shown with it; most often it is an account. */
async function noteStuck({ sql }: Ground, { run, senderDomain }: RunPlan): Promise<void> {
  const reason = String(
    say`No SMTP account can send for ${senderDomain} now. See "wecare account list"; it goes on by itself.`,
  );
  await sql.query("UPDATE run SET reason = $2 WHERE id = $1 AND state = 'running'", [run, reason]);
}

/** Runs `work` unless it is under way already. */
function once(work: () => Promise<void>): () => void {
  let underWay = false;
  return () => {
    if (underWay) return;
    underWay = true;
    void work().finally(() => {
      underWay = false;
    });
  };
}

function byDomain(recipients: Recipient[]): Map<string, Recipient[]> {
  const groups = new Map<string, Recipient[]>();
  for (const recipient of recipients)
    groups.set(recipient.domain, [...(groups.get(recipient.domain) ?? []), recipient]);
  return groups;
}
