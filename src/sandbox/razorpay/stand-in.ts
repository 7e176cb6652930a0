import express, { Router } from 'express';
import { type Clock, systemClock } from '../../clock.ts';
import { drain, listen, portOf } from '../../listen.ts';
import type { Log } from '../../log.ts';
import { openPages, type Pages } from '../../render.ts';
import type { StandInAccount } from './account.ts';
import { makeApi } from './api.ts';
import { chargeDue } from './charging.ts';
import { type Attempt, openDeliveries } from './deliveries.ts';
import { addPages, refusePlainly } from './pages.ts';
import { ROOT } from './place.ts';
import { addPrograms } from './programs.ts';
import { changed, type Settings, type SettingsChange, settingsShape } from './settings.ts';
import { settle } from './settling.ts';
import { openStore } from './store.ts';
import { counterOf, type Vendor } from './vendor.ts';

export interface StandInOptions {
  accounts: StandInAccount[];
  /** Where what it knows is kept; in memory only when there is none. */
  file?: string;
  settings?: SettingsChange;
  clock?: Clock;
  /** With which its pages are shown; without them only programs are served. */
  pages?: Pages;
  /** Told of each attempt to deliver a webhook. */
  watch?: (attempt: Attempt) => void;
  log: Pick<Log, 'warn' | 'error'>;
}

/** The vendor's far end, to be mounted or to be given a port. */
export interface StandIn {
  vendor: Vendor;
  router: Router;
  /** Changes how it behaves. @throws ZodError */
  set(change: SettingsChange): Settings;
  close(): void;
}

const HOST = '127.0.0.1';
const STOP_MS = 1000;
const SETTLING_MS = 60_000;

/** Everything that Razorpay is to us, on this computer. No money moves. */
export function openStandIn({
  pages,
  accounts,
  file,
  settings: wish = {},
  clock = systemClock,
  watch,
  log,
}: StandInOptions): StandIn {
  const store = openStore(file);
  const settings = { now: settingsShape.parse(wish) };
  const deliveries = openDeliveries({ accounts, store, clock, settings, watch });
  const vendor: Vendor = { accounts, store, clock, log, settings, deliveries };
  const router = Router();
  if (pages) addPages(router, { ...vendor, pages });
  addPrograms(router, vendor);
  router.use('/v1', makeApi(vendor));
  router.use(refusePlainly);
  const settling = setInterval(() => {
    for (const { keyId } of accounts) {
      const counter = counterOf(vendor, keyId);
      if (!counter) continue;
      settle(counter);
      chargeDue(counter);
    }
  }, SETTLING_MS).unref();
  return {
    ...{ vendor, router },
    set(change) {
      settings.now = changed(settings.now, change);
      return settings.now;
    },
    close() {
      clearInterval(settling);
      deliveries.close();
      store.close();
    },
  };
}

/** A stand-in with a port of its own, for tests and benchmarks. */
export interface RunningStandIn extends StandIn {
  /** Without `/v1`. */
  url: string;
  end(): Promise<void>;
}

/** @param port 0 takes any free one. @throws Refusal when it is in use */
export async function startStandIn({
  port = 0,
  ...options
}: StandInOptions & { port?: number }): Promise<RunningStandIn> {
  const pages = options.pages ?? openPages();
  const standIn = openStandIn({ ...options, pages });
  const app = express().disable('x-powered-by').use(pages.assets.serve).use(ROOT, standIn.router);
  const server = await listen(app, { host: HOST, port, setting: 'SANDBOX_PORT' });
  return {
    ...standIn,
    url: `http://${HOST}:${portOf(server)}${ROOT}`,
    async end() {
      standIn.close();
      await drain(server, STOP_MS);
    },
  };
}
