import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import type { Log } from '../log.ts';
import { type Lane, openLane } from './lane.ts';

/** How one attempt ended. Only what the far end said, or that it said nothing. */
export interface Outcome {
  run: bigint;
  seq: number;
  epoch: bigint;
  /** The number the claim gave to this attempt; an outcome of an older one changes nothing. */
  attempt: number;
  state: 'sent' | 'deferred' | 'failed' | 'unknown' | 'planned';
  code?: number;
  reason?: string;
  reply?: string;
  /** For `deferred`: seconds from now until the next attempt. */
  retryAfter?: number;
  /** For `failed`: the address does not exist, so nobody writes to it again. */
  suppress?: boolean;
}

export interface Claim {
  run: bigint;
  seq: number;
  /** Under which number the piece was taken; a sender that has another by now gets nothing. */
  epoch: bigint;
}

/** What a claim gave: the attempt's number, or null when this delivery may not be sent now. */
export type Grant = { epoch: bigint; attempt: number } | null;

export interface Ledger {
  /**
   * Writes the outcome of a connection's last message and claims its next, in one statement where
   * both are of one run. Resolves when both are durable. Only what was granted may be sent.
   */
  exchange(outcome: Outcome | null, claim: Claim | null): Promise<Grant>;
  /** Waits until all that was asked for is written. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Who sends, as the ledger must know at each flush; both may change while the process lives. */
export interface Sender {
  epoch(): bigint;
  /** The newest restore mark this process has seen; a database with an older one gets no claims. */
  mark(): bigint;
}

export interface Entry {
  outcome: Outcome | null;
  claim: Claim | null;
  resolve(grant: Grant): void;
  reject(error: unknown): void;
}

/** Two statements are in flight at most: one is being made durable while the next is gathered. */
const LANES = 2;
/** How long the first of a flush waits for company, in milliseconds. */
const GATHER_MS = 1;
const FLUSH_ROWS = 128;

/**
 * Group commit for deliveries: all connections of a process put their outcome and next claim here,
 * and each flush is one set-based statement.
 * @param channel of the runs that are sent through it
 */
export async function openLedger(
  databaseUrl: string,
  sender: Sender,
  log: Log,
  channel = EMAIL_CHANNEL,
): Promise<Ledger> {
  const waiting = new Map<bigint, Entry[]>();
  const lanes: Lane[] = [];
  for (let n = 0; n < LANES; n++)
    lanes.push(await openLane({ databaseUrl, number: n, channel, sender, log }));
  let gathering = false;

  const schedule = () => {
    if (gathering) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      flushIdle();
    }, GATHER_MS);
  };
  const flushIdle = () => {
    for (const lane of lanes) {
      const batch = lane.busy() ? null : takeBatch(waiting);
      if (batch) void lane.flush(batch.run, batch.entries).then(afterFlush);
    }
  };
  const afterFlush = () => (waiting.size ? schedule() : undefined);
  const put = (run: bigint, outcome: Outcome | null, claim: Claim | null) =>
    new Promise<Grant>((resolve, reject) => {
      const entries = waiting.get(run) ?? [];
      entries.push({ outcome, claim, resolve, reject });
      waiting.set(run, entries);
      schedule();
    });

  return {
    async exchange(outcome, claim) {
      if (outcome && claim && outcome.run !== claim.run) await put(outcome.run, outcome, null);
      const together = outcome?.run === claim?.run || !claim ? outcome : null;
      const run = claim?.run ?? outcome?.run;
      return run === undefined ? null : put(run, together, claim);
    },
    async drain() {
      while (waiting.size || lanes.some((lane) => lane.busy())) {
        flushIdle();
        await Promise.race([...lanes.map((lane) => lane.idle()), new Promise((done) => setImmediate(done))]);
      }
    },
    close: async () => void (await Promise.all(lanes.map((lane) => lane.close()))),
  };
}

/** The oldest waiting run goes first, so that a large one cannot starve a small one. */
function takeBatch(waiting: Map<bigint, Entry[]>): { run: bigint; entries: Entry[] } | null {
  const next = waiting.entries().next();
  if (next.done) return null;
  const [run, all] = next.value;
  waiting.delete(run);
  const entries = all.splice(0, FLUSH_ROWS);
  if (all.length) waiting.set(run, all);
  return { run, entries };
}
