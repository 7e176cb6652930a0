import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { accountIdOf, type StandInAccount } from './account.ts';
import type { Deliveries } from './deliveries.ts';
import { newId, secondsOf } from './entities.ts';
import { bodyOf, type EventName, type Told } from './events.ts';
import { missing } from './refused.ts';
import type { Settings } from './settings.ts';
import type { Kind, Records, Store } from './store.ts';

/** The far end: its books, its clock, its messengers. */
export interface Vendor {
  accounts: StandInAccount[];
  store: Store;
  clock: Clock;
  log: Pick<Log, 'warn' | 'error'>;
  settings: { now: Settings };
  deliveries: Deliveries;
}

/** The vendor as one account sees it. */
export type Counter = Vendor & { account: StandInAccount };

export const counterOf = (vendor: Vendor, keyId: string): Counter | undefined => {
  const account = vendor.accounts.find((one) => one.keyId === keyId);
  return account && { ...vendor, account };
};

/** The account a record belongs to. @throws Refused when there is none */
export function ownerOf(vendor: Vendor, record: { account: string } | undefined): Counter {
  const counter = record && counterOf(vendor, record.account);
  if (!counter) throw missing();
  return counter;
}

export const nowOf = ({ clock }: Pick<Vendor, 'clock'>): number => secondsOf(clock.now());

/** What is this account's own. @throws Refused for anything else, in the vendor's words */
export function mine<K extends Kind>({ store, account }: Counter, kind: K, id: string): Records[K] {
  const record = store.get(kind, id);
  if (!record || record.account !== account.keyId) throw missing();
  return record;
}

/** Writes a webhook down, and sends it on its way. */
export function tell(counter: Counter, name: EventName, told: Told): void {
  const { account, store, deliveries } = counter;
  const entity = JSON.stringify(bodyOf(name, told, { accountId: accountIdOf(account), at: nowOf(counter) }));
  deliveries.take(
    store.put('event', { id: newId('evt'), account: account.keyId, entity, name, done: false }),
  );
}
