import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { persistently } from '../../src/db.ts';
import { saveGatewayAccount } from '../../src/giving/accounts.ts';
import { accounts } from '../../src/giving/journal.ts';
import { placeOrder } from '../../src/giving/orders.ts';
import { sealJournals, verifyLedger } from '../../src/giving/seal.ts';
import type { StandInAccount } from '../../src/sandbox/razorpay/account.ts';
import type { Attempt } from '../../src/sandbox/razorpay/deliveries.ts';
import { authorise, payOrder } from '../../src/sandbox/razorpay/paying.ts';
import { createRefund } from '../../src/sandbox/razorpay/refunding.ts';
import { type RunningStandIn, startStandIn } from '../../src/sandbox/razorpay/stand-in.ts';
import { type Counter, counterOf } from '../../src/sandbox/razorpay/vendor.ts';
import { freePort } from '../lib/ports.ts';
import { openScratch, type Scratch, startBuilt, until } from '../lib/scratch.ts';

const PAYMENTS = Number(process.env.BENCH_PAYMENTS ?? 20_000);
/** Webhooks a second, copies included. */
const RATE = Number(process.env.BENCH_RATE ?? 500);
const KILLS = 10;
/** Of each payment three are sent, twice: authorised, captured, order paid. */
const EVENTS_EACH = 6;
/** Every so many are given back at once, so that the refund may be told of before the payment. */
const REFUND_EVERY = 20;
const AT_ONCE = 16;
const account: StandInAccount = {
  ...{ keyId: 'rzp_test_bench', keySecret: 'bench-key-secret' },
  ...{ webhookUrl: null, webhookSecret: 'bench-webhook-secret' },
};

/**
 * Real processes, web and worker, hear of payments by webhooks that come twice, in any order;
 * no browser comes back; five in a hundred are refunded at once; the processes are killed in turn.
 */
export async function bench(): Promise<void> {
  const port = await freePort();
  const scratch = await openScratch({ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` });
  const acks: Attempt[] = [];
  const mischief = { duplicates: 1, jitterMs: 3000, retryMs: 300 };
  const options = {
    accounts: [account],
    log: { warn: quiet, error: quiet },
    watch: (one: Attempt) => void acks.push(one),
  };
  const standIn = await startStandIn({ ...options, settings: { webhooks: mischief } });
  try {
    const orders = await plant(scratch, standIn, port);
    const seconds = await happen({ scratch, standIn, port, orders });
    print(await judge(scratch, { acks, seconds, orders }));
  } finally {
    await standIn.end();
    await scratch.end();
  }
}

const quiet = () => undefined;
const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** The orders as donors would have made them. @returns what the gateway calls them */
async function plant({ ground }: Scratch, standIn: RunningStandIn, port: number): Promise<string[]> {
  const secrets = { keySecret: account.keySecret, webhookSecrets: [account.webhookSecret] };
  const till = {
    stream: 'domestic' as const,
    keyId: account.keyId,
    secrets,
    settings: { baseUrl: standIn.url },
  };
  const id = await saveGatewayAccount(ground, till, 'cli:bench');
  account.webhookUrl = `http://127.0.0.1:${port}/hooks/gateway/${id}`;
  const orders: string[] = [];
  const numbers = Array.from({ length: PAYMENTS }, (_, n) => n);
  const hand = async () => {
    for (let n = numbers.pop(); n !== undefined; n = numbers.pop())
      orders.push((await placeOrder(ground, wish(n))).order.gatewayId as string);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  return orders;
}

const wish = (n: number): Parameters<typeof placeOrder>[1] => ({
  ...{
    formKey: randomUUID(),
    stream: 'domestic',
    amount: BigInt(10_000 + n),
    fund: accounts.general('domestic'),
  },
  ...{
    language: n % 2 ? 'ml' : 'en',
    anonymous: false,
    message: null,
    dedication: null,
    touch: null,
    consents: [],
  },
  donor: {
    ...{ kind: 'individual', name: `Donor ${n}`, email: `d${n}@people.example`, phone: null, address: null },
    ...{ language: 'en', identity: null, source: {} },
  },
});

interface Theatre {
  scratch: Scratch;
  standIn: RunningStandIn;
  port: number;
  orders: string[];
}

/** Donors pay at a steady rate while processes die. @returns how long it took until all was applied */
async function happen({ scratch, standIn, orders }: Theatre): Promise<number> {
  const counter = counterOf(standIn.vendor, account.keyId) as Counter;
  const processes: ChildProcess[] = [
    await startBuilt(['serve'], scratch.env, 'ignore'),
    await startBuilt(['work'], scratch.env, 'ignore'),
  ];
  const began = performance.now();
  let paid = 0;
  const due = () =>
    Math.min(orders.length, Math.floor(((performance.now() - began) / 1000) * (RATE / EVENTS_EACH)));
  const paying = setInterval(() => {
    for (; paid < due(); paid++) payOne(counter, orders[paid] as string, paid);
  }, 20);
  for (let n = 1; n <= KILLS; n++) {
    await until(
      async () => paid >= (orders.length * n) / (KILLS + 1),
      `${n} parts of the payments are made`,
      50,
    );
    await replace(processes, n % 2, scratch.env);
  }
  await until(
    async () => paid === orders.length && standIn.vendor.deliveries.waiting() === 0,
    'all webhooks are told',
    200,
  );
  clearInterval(paying);
  await until(async () => (await open(scratch)) === 0, 'all payments are applied', 500);
  const seconds = (performance.now() - began) / 1000;
  for (const child of processes) child.kill('SIGTERM');
  await Promise.all(processes.map((child) => new Promise((done) => child.once('exit', done))));
  return seconds;
}

function payOne(counter: Counter, order: string, n: number): void {
  const way = { door: 'program' as const, callbackUrl: null, cancelUrl: null, name: '' };
  const { id } = authorise(counter, payOrder(counter, order, { method: n % 3 ? 'upi' : 'card', way }).id);
  if (n % REFUND_EVERY === 0) createRefund(counter, id, { amount: 5000 }, null);
}

async function replace(processes: ChildProcess[], at: number, env: Record<string, string>): Promise<void> {
  const victim = processes[at] as ChildProcess;
  const gone = new Promise((done) => victim.once('exit', done));
  victim.kill('SIGKILL');
  await gone;
  processes[at] = await startBuilt([at ? 'work' : 'serve'], env, 'ignore');
}

/** What waits: kept events, and paid orders of which nobody has told us. */
async function open({ ground }: Scratch): Promise<number> {
  const { rows } = await persistently(() =>
    ground.sql.query(
      `SELECT (SELECT count(*) FROM webhook_inbox WHERE applied_at IS NULL)::int
            + (SELECT count(*) FROM gift_order WHERE paid_at IS NULL)::int AS n`,
    ),
  );
  return rows[0].n;
}

interface Seen {
  acks: Attempt[];
  seconds: number;
  orders: string[];
}

async function judge({ ground }: Scratch, { acks, seconds, orders }: Seen) {
  await sealJournals(ground);
  const { rows } = await ground.sql.query(
    `SELECT count(*) FILTER (WHERE gifts = 0)::int AS lost, count(*) FILTER (WHERE gifts > 1 OR receipts > gifts)::int AS doubled,
            coalesce(sum(refunded), 0)::int AS refunded
       FROM (SELECT o.id, count(DISTINCT d.id) AS gifts, count(r.id) AS receipts, coalesce(max(d.refunded), 0) AS refunded
               FROM gift_order o LEFT JOIN payment p ON p.order_id = o.id LEFT JOIN donation d ON d.payment_id = p.id
               LEFT JOIN receipt r ON r.donation_id = d.id AND r.cancelled_at IS NULL GROUP BY o.id) g`,
  );
  const { lost, doubled, refunded } = rows[0];
  const ledger = await verifyLedger(ground);
  const sound = !ledger.unbalanced && ledger.chain === 'ok' && ledger.totals_match;
  const due = Math.ceil(orders.length / REFUND_EVERY) * 5000;
  const answered = acks
    .filter(({ status }) => status === 200)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return {
    ...{ sent: answered.length, payments: orders.length, lost: lost + (refunded < due ? 1 : 0), doubled },
    ack_p99_ms: answered[Math.floor(answered.length * 0.99)] ?? 0,
    per_s: Math.round(answered.length / seconds),
    ...{ kills: KILLS, refused_or_dead: acks.filter(({ status }) => status !== 200 && status !== -1).length },
    ...{ journal: sound ? 'ok' : ledger, seconds: Math.round(seconds) },
  };
}
