import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { openAlarms } from '../deliveries/alarms.ts';
import { senderRates } from '../deliveries/rates.ts';
import type { Ground } from '../ground.ts';
import { readVitals, within } from './vitals.ts';

/** The figures that Prometheus reads. */
export interface Metrics {
  contentType: string;
  read(): Promise<string>;
}

const FINAL_STATES = ['sent', 'failed', 'unknown', 'skipped', 'cancelled'] as const;

/** Figures of this process, and of the engine by one cheap query each, read when they are asked for. */
export function openMetrics(ground: Ground): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `wecare_${name}`, help, labelNames, registers: [registry] });
  const up = gauge('up', '1 when database and queue answered this time');
  const deliveries = gauge('deliveries', 'Deliveries that came to an end, by state', ['state']);
  const queued = gauge('queue_waiting', 'Jobs waiting, by queue', ['queue']);
  const workers = gauge('workers_alive', 'Workers whose lease has not run out');
  const overdue = gauge('overdue_seconds', 'Age of the oldest delivery past its time; 0 when none is late');
  const received = gauge(
    'received_7d',
    'Mails of the last 7 days by sender domain: sent, complaint, hard, soft',
    ['sender', 'what'],
  );
  const alarms = gauge('deliverability_alarms', 'Sender domains with too many complaints or bounces', [
    'level',
  ]);
  const open = gauge('returns_waiting', 'Bounces and complaints that came in and are not applied yet');

  const readings = [
    async () => {
      const sums = await readSums(ground);
      for (const state of FINAL_STATES) deliveries.set({ state }, Number(sums[state] ?? 0));
    },
    async () => {
      const waiting = await within(ground.queues.waiting(), 'The queue');
      for (const [queue, count] of Object.entries(waiting)) queued.set({ queue }, count);
    },
    async () => {
      const vitals = await readVitals(ground);
      workers.set(vitals.workers);
      overdue.set(vitals.overdueSeconds ?? 0);
    },
    async () => {
      for (const { domain: sender, ...rate } of await within(senderRates(ground), 'The database')) {
        received.set({ sender, what: 'sent' }, rate.sent);
        received.set({ sender, what: 'complaint' }, rate.complaints);
        received.set({ sender, what: 'hard' }, rate.hardBounces);
        received.set({ sender, what: 'soft' }, rate.softBounces);
      }
    },
    async () => {
      const standing = await within(openAlarms(ground.sql), 'The database');
      for (const level of ['alarm', 'pause'])
        alarms.set({ level }, standing.filter((alarm) => alarm.level === level).length);
    },
    async () => {
      const waiting = 'SELECT count(*)::int AS n FROM return_inbox WHERE applied_at IS NULL';
      open.set((await within(ground.sql.query(waiting), 'The database')).rows[0].n);
    },
  ];
  return {
    contentType: registry.contentType,
    async read() {
      // A figure of yesterday would be believed, so what cannot be read is not shown.
      for (const one of [deliveries, queued, workers, overdue, received, alarms, open]) one.reset();
      const outcomes = await Promise.allSettled(readings.map((read) => read()));
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of failed) ground.log.warn({ err: reason }, 'a figure could not be read');
      up.set(failed.length ? 0 : 1);
      return registry.metrics();
    },
  };
}

/** A row per run, sender and lane: some thousands after years, against a delivery table of millions. */
async function readSums({ sql }: Pick<Ground, 'sql'>): Promise<Record<string, string>> {
  const sums = FINAL_STATES.map((state) => `coalesce(sum(${state}), 0)::text AS ${state}`).join(', ');
  const { rows } = await within(sql.query(`SELECT ${sums} FROM run_counter`), 'The database');
  return rows[0];
}
