import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Dispute, Order, Payment, QrCode, ReconLine, Refund, Settlement } from './entities.ts';
import type { Invoice, Plan, Subscription } from './subscription-entities.ts';

interface Kept<T> {
  id: string;
  /** Key id of the account it belongs to. */
  account: string;
  entity: T;
}

/** How the donor came, and where the browser is to go afterwards. */
export interface Way {
  door: 'hosted' | 'standard' | 'code' | 'program';
  callbackUrl: string | null;
  cancelUrl: string | null;
  name: string;
}

export interface Records {
  order: Kept<Order> & { capture: 'automatic' | 'manual' };
  payment: Kept<Payment> & {
    qrId: string | null;
    settledIn: string | null;
    way: Way;
    capturedAt: number | null;
  };
  refund: Kept<Refund> & { key: string | null; request: string; settledIn: string | null };
  qr: Kept<QrCode>;
  dispute: Kept<Dispute> & { settledIn: string | null };
  settlement: Kept<Settlement> & { lines: ReconLine[] };
  plan: Kept<Plan>;
  /** `planned`: the plan from the next charge on; `failures` of the charge that is tried now. */
  subscription: Kept<Subscription> & { planned: string | null; failures: number };
  invoice: Kept<Invoice>;
  /** A webhook; its body as it was first written, since that is what is signed. */
  event: Kept<string> & { name: string; done: boolean };
}
export type Kind = keyof Records;

/** What the vendor knows. It is a far end: it keeps its own books, and shares no database with anybody. */
export interface Store {
  put<K extends Kind>(kind: K, record: Records[K]): Records[K];
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  /** In the order they came: of an account, of an order, a receipt, a payment, a code, a key. */
  of<K extends Kind>(kind: K, owner: string): Records[K][];
  close(): void;
}

const owners: { [K in Kind]: (record: Records[K]) => (string | null)[] } = {
  order: ({ account, entity }) => [account, entity.receipt === null ? null : `${account} ${entity.receipt}`],
  payment: ({ account, entity, qrId }) => [account, entity.order_id, qrId],
  refund: ({ account, entity, key }) => [
    account,
    entity.payment_id,
    key === null ? null : `${account} ${key}`,
  ],
  qr: ({ account }) => [account],
  dispute: ({ account, entity }) => [account, entity.payment_id],
  settlement: ({ account }) => [account],
  plan: ({ account }) => [account],
  subscription: ({ account, entity }) => [account, entity.plan_id],
  invoice: ({ account, entity }) => [account, entity.subscription_id, entity.order_id],
  event: ({ done }) => [done ? null : 'waiting'],
};

/**
 * Keeps what it is given in memory and, where a file is named, as a line in that file: what was written
 * outlives a killed process.
 */
export function openStore(file?: string): Store {
  const maps = new Map<Kind, Map<string, Records[Kind]>>();
  const index = new Map<string, Set<string>>();
  const mapOf = (kind: Kind) => {
    const map = maps.get(kind) ?? new Map<string, Records[Kind]>();
    maps.set(kind, map);
    return map;
  };
  const keep = <K extends Kind>(kind: K, record: Records[K]) => {
    const old = mapOf(kind).get(record.id) as Records[K] | undefined;
    for (const owner of old ? owners[kind](old) : []) index.get(`${kind} ${owner}`)?.delete(record.id);
    for (const owner of owners[kind](record)) {
      if (owner === null) continue;
      const ids = index.get(`${kind} ${owner}`) ?? new Set<string>();
      index.set(`${kind} ${owner}`, ids.add(record.id));
    }
    mapOf(kind).set(record.id, record);
  };
  for (const [kind, record] of file ? readLines(file) : []) keep(kind, record as never);
  let journal = file === undefined ? undefined : openJournal(file, maps);
  return {
    put(kind, record) {
      keep(kind, record);
      if (journal !== undefined) writeSync(journal, line(kind, record));
      return record;
    },
    get: <K extends Kind>(kind: K, id: string) => mapOf(kind).get(id) as Records[K] | undefined,
    of: <K extends Kind>(kind: K, owner: string) =>
      [...(index.get(`${kind} ${owner}`) ?? [])].map((id) => mapOf(kind).get(id) as Records[K]),
    /** What comes after it is not written: a webhook whose answer was on its way is told again. */
    close() {
      if (journal !== undefined) closeSync(journal);
      journal = undefined;
    },
  };
}

const line = (kind: Kind, record: object) => `${JSON.stringify([kind, record])}\n`;

/** The last line may have been cut by the end of its process. */
function readLines(file: string): [Kind, Records[Kind]][] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((text) => JSON.parse(text) as [Kind, Records[Kind]]);
}

/** Begins a file with one line for each record, and goes on writing to it. */
function openJournal(file: string, maps: Map<Kind, Map<string, Records[Kind]>>): number {
  mkdirSync(path.dirname(file), { recursive: true });
  const all = [...maps].flatMap(([kind, map]) => [...map.values()].map((record) => line(kind, record)));
  writeFileSync(`${file}.new`, all.join(''));
  renameSync(`${file}.new`, file);
  return openSync(file, 'a');
}
