import type { MailRecipient } from '../../channels/email/mail.ts';
import { type Compose, type Sent, sendMessage } from '../../channels/email/transaction.ts';
import type { Log } from '../log.ts';
import type { MailAccount } from './accounts.ts';
import type { Domains } from './domains.ts';
import type { Claim, Grant, Ledger, Outcome } from './ledger.ts';
import type { RunPlan } from './plans.ts';
import { type Recipient, returnPath } from './recipients.ts';
import type { Route, Routes } from './routes.ts';
import { asksForPatience, judge } from './verdict.ts';

/** One delivery on its way. */
export interface Task {
  plan: RunPlan;
  recipient: Recipient;
  /** Under which number its piece was taken. */
  epoch: bigint;
  /** Called once: its outcome is durable, or it was not sent and stays as it was. */
  settled(how: 'told' | 'refused' | 'released' | 'postponed' | 'rested'): void;
}

/** What the hands of a line share. */
export interface Bench {
  ledger: Ledger;
  domains: Domains;
  routes: Routes;
  log: Log;
  /** The next that may go by this account, or undefined when none may go now. */
  next(account: MailAccount | undefined): Task | undefined;
  putBack(task: Task): void;
  /** Whether more are on their way to its domain, itself included, than the account allows. */
  crowded(task: Task, account: MailAccount): boolean;
  /** No account will do: what waits stays in the ledger. */
  releaseAll(): void;
  /** A limit is far off: what waits stays in the ledger, so that other senders have their turn. */
  rest(ms: number): void;
  finished(task: Task): void;
  stopping(): boolean;
  /** Waits for new tasks, at most so many milliseconds. */
  sleep(ms: number): Promise<void>;
  hasWork(): boolean;
}

/** A connection that had nothing to do for so long says goodbye. */
const IDLE_MS = 3000;
const BUSY_DOMAIN_MS = 200;
const UNREADABLE_MS = 500;
/** Nobody stands here waiting for a limit for longer. */
const LONGEST_WAIT_MS = 5000;

/** One connection's life: claim, send, tell, again, until there is nothing to do. */
export async function work(bench: Bench): Promise<void> {
  const hand: Hand = { route: undefined, told: undefined };
  let idleSince = performance.now();
  try {
    while (true) {
      const task = bench.stopping() ? undefined : bench.next(hand.route?.account);
      if (task) {
        await handle(bench, hand, task);
        idleSince = performance.now();
      } else if (hand.told) await tell(bench, hand, null);
      else if (bench.stopping() || performance.now() - idleSince > IDLE_MS) break;
      else await bench.sleep(bench.hasWork() ? BUSY_DOMAIN_MS : IDLE_MS);
    }
  } finally {
    if (hand.told) await tell(bench, hand, null);
    if (hand.route) bench.routes.leave(hand.route);
  }
}

interface Hand {
  route: Route | undefined;
  /** The last message, whose outcome goes to the ledger with the next claim. */
  told: { outcome: Outcome; task: Task } | undefined;
}

async function handle(bench: Bench, hand: Hand, task: Task): Promise<void> {
  try {
    const open = bench.routes.serves(hand.route);
    const { route, waitMs } = open ? { route: hand.route, waitMs: 0 } : await wayOut(bench, hand.route);
    hand.route = route;
    if (!route || waitMs) return await waitOutside(bench, hand, { task, waitMs });
    // It was taken before the account was known.
    if (bench.crowded(task, route.account))
      return await waitOutside(bench, hand, { task, waitMs: BUSY_DOMAIN_MS });
    const message = await compose(task, route);
    const { plan, recipient, epoch } = task;
    const grant = await tell(bench, hand, { run: plan.run, seq: recipient.seq, epoch });
    if (!grant) return task.settled('refused');
    const outcome = await send(bench, hand, { task, grant, message });
    hand.told = { outcome: { run: plan.run, seq: recipient.seq, ...grant, ...outcome }, task };
  } catch (error) {
    // The piece calls whatever it finds in hand unknown when it is put down.
    bench.log.error({ err: error, run: String(task.plan.run) }, 'a delivery met a fault');
    task.settled('released');
  } finally {
    bench.finished(task);
  }
}

/** A limit is reached, or no account will do: the task goes back, the last outcome does not wait. */
async function waitOutside(
  bench: Bench,
  hand: Hand,
  { task, waitMs }: { task: Task; waitMs: number },
): Promise<void> {
  bench.putBack(task);
  if (hand.told) await tell(bench, hand, null);
  if (!waitMs) bench.releaseAll();
  else if (waitMs > LONGEST_WAIT_MS) bench.rest(waitMs);
  else await bench.sleep(waitMs);
}

async function tell(bench: Bench, hand: Hand, claim: Claim | null): Promise<Grant> {
  const done = hand.told;
  hand.told = undefined;
  try {
    return await bench.ledger.exchange(done?.outcome ?? null, claim);
  } finally {
    done?.task.settled('told');
  }
}

/** While the accounts cannot be read, what is planned waits. */
async function wayOut(bench: Bench, route: Route | undefined): ReturnType<Routes['ready']> {
  try {
    return await bench.routes.ready(route);
  } catch (err) {
    bench.log.warn({ err }, 'the accounts could not be read');
    return { ...(route && { route }), waitMs: UNREADABLE_MS };
  }
}

/**
 * Without a signature the mail is made as it leaves. A signature takes a while, so it is made before the
 * claim, in the connection's own buffer, which is free between two messages.
 */
async function compose({ plan, recipient }: Task, { account, session }: Route): Promise<Composed> {
  const mail = recipient.mail();
  const template = plan.mailIn(recipient.language);
  const { dkim } = account;
  if (!dkim) return { mail, make: (scratch) => template.write(mail, scratch) };
  try {
    const message = template.write(mail, session.scratch, dkim.room);
    await dkim.sign(message);
    return { mail, make: () => message };
  } catch (error) {
    // It fails when it is its turn; without its signature it does not leave.
    const fail: Compose = () => {
      throw error;
    };
    return { mail, make: fail };
  }
}

interface Composed {
  mail: MailRecipient;
  make: Compose;
}

type Granted = { task: Task; grant: NonNullable<Grant>; message: Composed };

async function send(
  bench: Bench,
  hand: Hand,
  { task, grant, message }: Granted,
): Promise<ReturnType<typeof judge>> {
  const sent = await attempt(bench, hand, { task, message });
  if (sent.kind === 'refused') await heed(bench, hand, { task, sent });
  return judge(sent, { ...task.plan.judgement(), attempt: grant.attempt });
}

/** What certainly did not leave goes out once more, on another connection or by another account. */
async function attempt(
  bench: Bench,
  hand: Hand,
  { task, message }: { task: Task; message: Composed },
): Promise<Sent> {
  const first = await over(hand.route as Route, task, message);
  if (first.kind !== 'notSent' || bench.stopping()) return first;
  const { route, waitMs } = await wayOut(bench, undefined);
  hand.route = route;
  // By its own account's key: another's signature would not pass there.
  return route && !waitMs ? over(route, task, await compose(task, route)) : first;
}

function over({ session, account }: Route, { plan }: Task, { mail, make }: Composed): Promise<Sent> {
  const from = returnPath(mail.token, account.returnPathDomain ?? plan.returnPathDomain);
  return sendMessage(session, { from, to: mail.address }, make);
}

/** A recipient's domain may ask for patience; a server may refuse us as the sender. */
async function heed(bench: Bench, hand: Hand, { task, sent }: { task: Task; sent: Sent }): Promise<void> {
  if (sent.kind !== 'refused') return;
  try {
    if (sent.stage === 'mail' && hand.route) await bench.routes.distrust(hand.route, sent);
    else if (asksForPatience(sent)) await bench.domains.slowDown(task.recipient.domain, sent.reply);
  } catch (err) {
    bench.log.warn({ err }, 'a server asked for patience, which could not be noted');
  }
}
