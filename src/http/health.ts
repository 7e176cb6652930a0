import { openAlarms } from '../deliveries/alarms.ts';
import type { Ground } from '../ground.ts';
import { readVitals, type Vitals, within } from './vitals.ts';
import type { Handler } from './web.ts';

/** Alive: this process answers. Asks nothing else, so that a database at rest restarts no web. */
export const alive: Handler = () => (_req, res) => {
  res.set('Cache-Control', 'no-store').json({ alive: true });
};

/** Ready: database and queue answer, and somebody sends what is due. 503 with the reasons otherwise. */
export const ready: Handler = (web) => async (_req, res) => {
  const [vitals, queue, alarms] = await Promise.allSettled([
    readVitals(web.ground),
    within(web.ground.queues.ping(), 'The queue'),
    within(openAlarms(web.ground.sql), 'The database'),
  ]);
  const found = vitals.status === 'fulfilled' ? vitals.value : null;
  const reasons = [
    ...(found ? reasonsOf(found) : ['The database does not answer.']),
    ...(queue.status === 'fulfilled' ? [] : ['The queue does not answer.']),
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

/** Late mails with workers at it are a figure, not a reason: rate limits may want them to wait. */
function reasonsOf({ overdueSeconds, workers }: Vitals): string[] {
  if (overdueSeconds === null || workers > 0) return [];
  return [`Mails are due since ${overdueSeconds} seconds and no worker is alive. Start one: wecare work.`];
}

const tell = ({ log }: Ground, err: unknown) => log.warn({ err }, 'not ready');
