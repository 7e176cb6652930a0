import pg from 'pg';
import { passes } from '../db.ts';
import type { Log } from '../log.ts';
import { EXCHANGE, REREAD } from './claim.sql.ts';
import type { Entry, Outcome, Sender } from './ledger.ts';

/** One connection on which the ledger's statements run, one at a time. */
export interface Lane {
  busy(): boolean;
  /** Resolves when the statement in hand is done. */
  idle(): Promise<void>;
  /** Writes a batch of one run; never rejects, the entries learn what became of them. */
  flush(run: bigint, entries: Entry[]): Promise<void>;
  close(): Promise<void>;
}

export interface LaneOptions {
  databaseUrl: string;
  number: number;
  /** Of the runs it writes; consent and suppression are asked for it. */
  channel: string;
  sender: Sender;
  log: Log;
}

const MAX_PAUSE_MS = 2000;

/** A fresh partition has no statistics yet, and the only right plan is known: index look-ups. */
const PLAN = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
  SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off;
  SET synchronous_commit = on; SET jit = off`;

export async function openLane({ databaseUrl, number, channel, sender, log }: LaneOptions): Promise<Lane> {
  let client: pg.Client | undefined = await connect(databaseUrl);
  let inHand: Promise<void> | undefined;
  let closed = false;

  const flush = async (run: bigint, entries: Entry[]): Promise<void> => {
    const epoch = sender.epoch();
    let pending = entries;
    for (let pause = 50; pending.length; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      try {
        const retried = pending !== entries || !client;
        client ??= await connect(databaseUrl);
        if (retried) pending = await resolveGranted(client, { run, epoch, entries: pending });
        await write(client, { run, epoch, entries: pending });
        return;
      } catch (error) {
        if (!passes(error) || closed) return pending.forEach((entry) => void entry.reject(error));
        log.warn({ err: error, lane: number }, 'the ledger waits for the database');
        await dropBroken();
        pending = [...pending];
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  };
  const write = async (on: pg.Client, { run, epoch, entries }: Batch) => {
    const outcomes = entries.flatMap((entry) => entry.outcome ?? []);
    const claims = entries.flatMap(({ claim }) => (claim?.epoch === epoch ? claim.seq : []));
    const values = [run, epoch, number, sender.mark(), channel, ...columns(outcomes), plain(claims)];
    const { rows } = await on.query<Granted>({ name: 'exchange', text: EXCHANGE, values });
    answer(entries, epoch, rows);
  };
  const dropBroken = async () => {
    const broken = client;
    client = undefined;
    await broken?.end().catch((error: Error) => log.debug({ err: error }, 'a broken connection was closed'));
  };

  return {
    busy: () => inHand !== undefined,
    idle: async () => inHand,
    flush(run, entries) {
      inHand = flush(run, entries).finally(() => {
        inHand = undefined;
      });
      return inHand;
    },
    async close() {
      closed = true;
      await inHand;
      await client?.end();
    },
  };
}

interface Batch {
  run: bigint;
  epoch: bigint;
  entries: Entry[];
}
interface Granted {
  seq: number;
  attempts: number;
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'wecare-ledger', keepAlive: true });
  // A connection lost between two statements shows at the next one; without a listener it would end us.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(PLAN);
  return client;
}

/** The commit may have come through although its answer did not: ask before claiming again. */
async function resolveGranted(client: pg.Client, { run, epoch, entries }: Batch): Promise<Entry[]> {
  // Only what was asked for under this number: the same delivery may be in another hand of ours under it.
  const claims = entries.flatMap(({ claim }) => (claim?.epoch === epoch ? claim.seq : []));
  const { rows } = await client.query<Granted>(REREAD, [run, claims, epoch]);
  const granted = new Map(rows.map((row) => [row.seq, row.attempts]));
  return entries.map((entry) => {
    const attempt = entry.claim?.epoch === epoch ? granted.get(entry.claim.seq) : undefined;
    return attempt === undefined ? entry : grantedBefore(entry, { epoch, attempt });
  });
}

/** Its outcome is still written again (that is harmless), its claim is answered from what was read. */
function grantedBefore(entry: Entry, grant: { epoch: bigint; attempt: number }): Entry {
  return { ...entry, claim: null, resolve: () => entry.resolve(grant) };
}

function answer(entries: Entry[], epoch: bigint, rows: Granted[]): void {
  const granted = new Map(rows.map((row) => [row.seq, row.attempts]));
  for (const { claim, resolve } of entries) {
    const attempt = claim?.epoch === epoch ? granted.get(claim.seq) : undefined;
    resolve(attempt === undefined ? null : { epoch, attempt });
  }
}

function columns(outcomes: Outcome[]): unknown[] {
  return [
    plain(outcomes.map((o) => o.seq)),
    plain(outcomes.map((o) => o.epoch)),
    plain(outcomes.map((o) => o.attempt)),
    plain(outcomes.map((o) => o.state)),
    plain(outcomes.map((o) => o.code ?? null)),
    outcomes.map((o) => o.reason ?? null),
    outcomes.map((o) => o.reply?.slice(0, 200) ?? null),
    plain(outcomes.map((o) => o.retryAfter ?? 0)),
    plain(outcomes.map((o) => o.suppress ?? false)),
  ];
}

/** Array literal of what needs no quotes; pg's own looks at each number for some, which costs this path a thirtieth. */
const plain = (values: (number | bigint | boolean | Outcome['state'] | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;
