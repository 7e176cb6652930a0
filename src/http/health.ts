import { openAlarms } from '../deliveries/alarms.ts';
import { currentHold, type Hold } from '../deliveries/holds.ts';
import { ENGINE } from '../deliveries/mark.ts';
import { freeMegabytes, LEAST_MB } from '../disk.ts';
import type { Ground } from '../ground.ts';
import { readVitals, type Vitals, within } from './vitals.ts';
import type { Handler } from './web.ts';

/** Alive: this process answers. Asks nothing else, so that a database at rest restarts no web. */
export const alive: Handler = () => (_req, res) => {
  res.set('Cache-Control', 'no-store').json({ alive: true });
};

/** Ready: database and queue answer, and somebody sends what is due. 503 with the reasons otherwise. */
export const ready: Handler = (web) => async (_req, res) => {
  const [vitals, queue, alarms, hold, room] = await Promise.allSettled([
    readVitals(web.ground),
    within(web.ground.queues.ping(), 'The queue'),
    within(openAlarms(web.ground.sql), 'The database'),
    within(currentHold(web.ground.sql), 'The database'),
    freeMegabytes(web.ground.config.dataDir),
  ]);
  const held = hold.status === 'fulfilled' ? hold.value : null;
  const found = vitals.status === 'fulfilled' ? vitals.value : null;
  const reasons = [
    ...restoredOf(held),
    ...(found ? reasonsOf(found) : ['The database does not answer.']),
    ...(queue.status === 'fulfilled' ? [] : ['The queue does not answer.']),
    ...(room.status === 'fulfilled' ? crowdedOf(room.value) : []),
  ];
  for (const one of [vitals, queue]) if (one.status === 'rejected') tell(web.ground, one.reason);
  const body = {
    ready: reasons.length === 0,
    reasons,
    database: found ? 'ok' : 'down',
    queue: queue.status === 'fulfilled' ? 'ok' : 'down',
    queueBackend: web.ground.queues.backend,
    overdueSeconds: found?.overdueSeconds ?? null,
    workers: found?.workers ?? null,
    /** Why campaigns wait; null when nobody holds them. */
    held: held?.reason ?? null,
    /** Sender domains with too many complaints or bounces; "wecare deliverability" says which. */
    alarms: alarms.status === 'fulfilled' ? alarms.value.length : null,
  };
  res
    .status(reasons.length ? 503 : 200)
    .set('Cache-Control', 'no-store')
    .json(body);
};

/** Prometheus text format 0.0.4. */
export const metrics: Handler = (web) => async (_req, res) => {
  const text = await web.metrics.read();
  res.set({ 'Content-Type': web.metrics.contentType, 'Cache-Control': 'no-store' }).send(text);
};

/** A hold that somebody placed is their will; the engine's own waits for whoever keeps the server. */
const restoredOf = (held: Hold | null): string[] => (held?.madeBy === ENGINE ? [held.reason] : []);

/** Uploads and exports lie there, and an embedded database, which then writes nothing more. */
const crowdedOf = (free: number): string[] =>
  free < LEAST_MB
    ? [`The disk is full: ${free} MB are free where the data folder (DATA_DIR) lies. Free some space.`]
    : [];

/** Late mails with workers at it are a figure, not a reason: rate limits may want them to wait. */
function reasonsOf({ overdueSeconds, workers }: Vitals): string[] {
  if (overdueSeconds === null || workers > 0) return [];
  return [`Mails are due since ${overdueSeconds} seconds and no worker is alive. Start one: wecare work.`];
}

const tell = ({ log }: Ground, err: unknown) => log.warn({ err }, 'not ready');
