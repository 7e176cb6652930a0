import type { Clock } from '../../clock.ts';
import { type StandInAccount, sign } from './account.ts';
import type { Settings } from './settings.ts';
import type { Records, Store } from './store.ts';

/** One attempt to tell something, for whoever looks. */
export interface Attempt {
  at: Date;
  event: string;
  name: string;
  /** HTTP status, 0 when there was no answer, -1 when it was lost on purpose. */
  status: number;
  ms: number;
  /** Counted from one. */
  attempt: number;
}

/** The vendor's messengers: at least once, in any order. */
export interface Deliveries {
  take(event: Records['event']): void;
  /** The last of them, the newest first. */
  attempts(): Attempt[];
  /** How many wait or are on their way, copies and retries included. */
  waiting(): number;
  close(): void;
}

/** The vendor gives up after 24 hours; the last pauses are that long. */
const MOST_ATTEMPTS = 16;
const LONGEST_PAUSE_MS = 3_600_000;
const REMEMBERED = 200;

export interface Sending {
  accounts: StandInAccount[];
  store: Store;
  clock: Clock;
  settings: { now: Settings };
  /** Told of each attempt. */
  watch?: ((attempt: Attempt) => void) | undefined;
}

/** Sends events as the settings say. What was not delivered when the last process ended is sent again. */
export function openDeliveries({ accounts, store, clock, settings, watch }: Sending): Deliveries {
  const queue: (() => Promise<void>)[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const attempts: Attempt[] = [];
  let busy = 0;
  let closed = false;

  const work = () => {
    while (!closed && queue.length && busy < settings.now.webhooks.atOnce) {
      const job = queue.shift() as () => Promise<void>;
      busy += 1;
      void job().finally(() => {
        busy -= 1;
        work();
      });
    }
  };
  const later = (ms: number, job: () => Promise<void>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      queue.push(job);
      work();
    }, ms);
    timers.add(timer);
  };
  const note = (event: Records['event'], attempt: number, { status = 0, ms = 0 }) => {
    const made = { at: clock.now(), event: event.id, name: event.name, status, ms, attempt };
    attempts.unshift(made);
    watch?.(made);
    attempts.length = Math.min(attempts.length, REMEMBERED);
  };
  /** What was told is not needed any more. */
  const done = (event: Records['event']) => void store.put('event', { ...event, entity: '', done: true });
  const deliver = async (event: Records['event'], attempt: number): Promise<void> => {
    const account = accounts.find(({ keyId }) => keyId === event.account);
    if (!account?.webhookUrl) return done(event);
    const answered = await post(account, event, settings.now.webhooks.timeoutMs);
    note(event, attempt, answered);
    if (answered.status >= 200 && answered.status < 300) return done(event);
    if (attempt >= MOST_ATTEMPTS) return done(event);
    const pause = settings.now.webhooks.retryMs * 2 ** (attempt - 1);
    later(Math.min(pause, LONGEST_PAUSE_MS), () => deliver(event, attempt + 1));
  };
  const take = (event: Records['event']) => {
    const { lost, duplicates, delayMs, jitterMs } = settings.now.webhooks;
    if (Math.random() < lost) {
      note(event, 1, { status: -1 });
      return done(event);
    }
    for (let copy = 0; copy <= duplicates; copy++)
      later(delayMs + Math.random() * jitterMs, () => deliver(event, 1));
  };
  for (const event of store.of('event', 'waiting')) take(event);
  return {
    take,
    attempts: () => [...attempts],
    waiting: () => queue.length + timers.size + busy,
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Posts the bytes that are signed, with the event's number. */
async function post(account: StandInAccount, event: Records['event'], timeoutMs: number) {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const answer = await fetch(account.webhookUrl ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-razorpay-event-id': event.id.replace('evt_', ''),
        'x-razorpay-signature': sign(account.webhookSecret, event.entity),
      },
      body: event.entity,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.arrayBuffer();
    return { status: answer.status, ms: ms() };
  } catch {
    return { status: 0, ms: ms() }; // nobody there, or no answer in time: told again
  }
}
