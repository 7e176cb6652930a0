import { persistently } from '../src/db.ts';
import { deliverNotice } from '../src/deliveries/notices.ts';
import { publishOne } from '../src/deliveries/publications/publish.ts';
import { listenForReturns } from '../src/deliveries/returns/listen.ts';
import { openSenders } from '../src/deliveries/senders.ts';
import { deliverWebhooks } from '../src/deliveries/webhooks/deliver.ts';
import { registerWorker } from '../src/deliveries/workers.ts';
import { applyWebhooks } from '../src/giving/inbox.ts';
import type { Ground } from '../src/ground.ts';
import { drawPapers } from '../src/pages/occasions/papers/papers.ts';
import { drawWaitingPhoto } from '../src/pages/occasions/photos.ts';
import { startCron } from './cron.ts';

/** Pieces of runs in hand at once; their deliveries share this process's connections. */
const RANGES_AT_ONCE = 4;
const NOTICES_AT_ONCE = 4;
/** Posts at once; each waits for its network most of the time. */
const PUBLICATIONS_AT_ONCE = 24;
/** Endpoints at once; one that does not answer holds its place for some seconds and then rests. */
const WEBHOOKS_AT_ONCE = 8;
/** Pieces of what a gateway told at once; each event asks it once or twice. */
const PAYMENTS_AT_ONCE = 6;
/** Photographs and papers of families; each takes a processor for a moment. */
const DRAWINGS_AT_ONCE = 1;

export interface RunningWorker {
  /** Takes no more work, finishes what is on the wire, writes the outcomes, gives back the rest. */
  stop(): Promise<void>;
}

/** Starts this process as a worker: the queues' handlers and the clock. */
export async function startWorker(ground: Ground): Promise<RunningWorker> {
  // A worker may be started before its database is.
  const registration = await persistently(() => registerWorker(ground));
  const sender = await openSenders(ground, registration);
  ground.queues.work('deliveries', (payload) => sender.deliverRange(payload), RANGES_AT_ONCE);
  ground.queues.work('notices', ({ notice }) => deliverNotice(ground, notice, registration), NOTICES_AT_ONCE);
  ground.queues.work(
    'publications',
    ({ publication }) => publishOne(ground, registration, publication),
    PUBLICATIONS_AT_ONCE,
  );
  ground.queues.work('webhooks', ({ endpoint }) => deliverWebhooks(ground, endpoint), WEBHOOKS_AT_ONCE);
  ground.queues.work('gateway', ({ inbox }) => applyWebhooks(ground, inbox), PAYMENTS_AT_ONCE);
  ground.queues.work(
    'occasions',
    ({ occasion, photo }) => (photo ? drawWaitingPhoto(ground, photo) : drawPapers(ground, occasion)),
    DRAWINGS_AT_ONCE,
  );
  const stopCron = await startCron(ground);
  const closeListener = await listenWhereSet(ground);
  return {
    async stop() {
      await Promise.all([stopCron(), closeListener(), sender.stop(), ground.queues.stopWorking()]);
      await registration.leave();
    },
  };
}

/** One process of a computer has the port; the others work without. @returns how to stop listening */
async function listenWhereSet(ground: Ground): Promise<() => Promise<void>> {
  const { BOUNCE_LISTEN: address } = ground.config;
  if (!address) return async () => undefined;
  try {
    const { close } = await listenForReturns(ground, address);
    return close;
  } catch (err) {
    ground.log.warn({ err }, 'this worker takes no bounces from a mail server');
    return async () => undefined;
  }
}
