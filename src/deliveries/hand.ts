import type { Envelope } from '../../channels/email/commands.ts';
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
  const hand: Hand = { route: undefined, told: undefined, next: undefined };
  let idleSince = performance.now();
  try {
    while (true) {
      const task = bench.stopping() ? undefined : (hand.next?.task ?? bench.next(hand.route?.account));
      if (task) {
        await handle(bench, hand, task);
        idleSince = performance.now();
      } else if (hand.told) await tell(bench, hand, null);
      else if (bench.stopping() || performance.now() - idleSince > IDLE_MS) break;
      else await bench.sleep(bench.hasWork() ? BUSY_DOMAIN_MS : IDLE_MS);
    }
  } finally {
    giveBackNext(bench, hand);
    if (hand.told) await tell(bench, hand, null);
    if (hand.route) bench.routes.leave(hand.route);
  }
}

interface Hand {
  route: Route | undefined;
  /** The last message, whose outcome goes to the ledger with the next claim. */
  told: { outcome: Outcome; task: Task } | undefined;
  /** Taken when the last message left, so that it could be announced with it; claimed in its turn. */
  next: Letter | undefined;
}

/** A delivery as a server hears of it. */
interface Letter {
  task: Task;
  mail: MailRecipient;
  envelope: Envelope;
}

function letterFor(task: Task, account: MailAccount, mail = task.recipient.mail()): Letter {
  const from = returnPath(mail.token, account.returnPathDomain ?? task.plan.returnPathDomain);
  return { task, mail, envelope: { from, to: mail.address } };
}

/** It was never claimed: whoever takes its piece sends it. */
function giveBackNext(bench: Bench, hand: Hand): void {
  const task = hand.next?.task;
  hand.next = undefined;
  if (!task) return;
  bench.finished(task);
  task.settled('released');
}

async function handle(bench: Bench, hand: Hand, task: Task): Promise<void> {
  const announced = hand.next;
  hand.next = undefined;
  try {
    const open = bench.routes.serves(hand.route);
    const { route, waitMs } = open ? { route: hand.route, waitMs: 0 } : await wayOut(bench, hand.route);
    hand.route = route;
    if (!route || waitMs) return await waitOutside(bench, hand, { task, waitMs });
    // It was taken before the account was known.
    if (bench.crowded(task, route.account))
      return await waitOutside(bench, hand, { task, waitMs: BUSY_DOMAIN_MS });
    const known = announced && route.session.ahead === announced.envelope;
    const letter = known ? announced : letterFor(task, route.account, announced?.mail);
    const make = await compose(letter, route);
    const { plan, recipient, epoch } = task;
    const grant = await tell(bench, hand, { run: plan.run, seq: recipient.seq, epoch });
    if (!grant) return refuse(bench, hand, task);
    const outcome = await send(bench, hand, { letter, grant, make });
    hand.told = { outcome: { run: plan.run, seq: recipient.seq, ...grant, ...outcome }, task };
  } catch (error) {
    // The piece calls whatever it finds in hand unknown when it is put down.
    bench.log.error({ err: error, run: String(task.plan.run) }, 'a delivery met a fault');
    task.settled('released');
  } finally {
    bench.finished(task);
  }
}

/** It may not be sent. A server that waits for it already would take whatever is said for the message. */
function refuse({ routes }: Bench, hand: Hand, task: Task): void {
  if (hand.route?.session.ahead) routes.leave(hand.route);
  task.settled('refused');
}

/** A limit is reached, or no account will do: the task goes back, the last outcome does not wait. */
async function waitOutside(
  bench: Bench,
  hand: Hand,
  { task, waitMs }: { task: Task; waitMs: number },
): Promise<void> {
  bench.putBack(task);
  if (hand.route?.session.ahead) bench.routes.leave(hand.route);
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
async function compose({ task, mail }: Letter, { account, session }: Route): Promise<Compose> {
  const template = task.plan.mailIn(task.recipient.language);
  const { dkim } = account;
  if (!dkim) return (scratch) => template.write(mail, scratch);
  try {
    const message = template.write(mail, session.scratch, dkim.room);
    await dkim.sign(message);
    return () => message;
  } catch (error) {
    // It fails when it is its turn; without its signature it does not leave.
    return () => {
      throw error;
    };
  }
}

interface Granted {
  letter: Letter;
  grant: NonNullable<Grant>;
  make: Compose;
}

async function send(bench: Bench, hand: Hand, granted: Granted): Promise<ReturnType<typeof judge>> {
  const { task } = granted.letter;
  const sent = await attempt(bench, hand, granted);
  if (sent.kind === 'refused') await heed(bench, hand, { task, sent });
  return judge(sent, { ...task.plan.judgement(), attempt: granted.grant.attempt });
}

/** What certainly did not leave goes out once more, on another connection or by another account. */
async function attempt(bench: Bench, hand: Hand, { letter, make }: Granted): Promise<Sent> {
  const { session } = hand.route as Route;
  const first = await sendMessage(session, letter.envelope, make, () => takeNext(bench, hand));
  if (first.kind !== 'notSent' || bench.stopping()) return first;
  const { route, waitMs } = await wayOut(bench, undefined);
  hand.route = route;
  if (!route || waitMs) return first;
  // By its own account's key: another's signature would not pass there.
  const again = letterFor(letter.task, route.account, letter.mail);
  return sendMessage(route.session, again.envelope, await compose(again, route));
}

/** Only where it needs no leave to follow on this connection. */
function takeNext(bench: Bench, hand: Hand): Envelope | undefined {
  const { route } = hand;
  if (!route || bench.stopping() || !bench.routes.serves(route)) return undefined;
  const task = bench.next(route.account);
  hand.next = task && letterFor(task, route.account);
  return hand.next?.envelope;
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
