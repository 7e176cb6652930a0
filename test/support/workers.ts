import { type RunningWorker, startWorker } from '../../jobs/worker.ts';
import type { Ground } from '../../src/ground.ts';
import { openQueues } from '../../src/queues.ts';

/** Workers on queues of their own over one database, as processes of their own would have. */
export function workers(ground: Ground): { start(): Promise<RunningWorker>; stopAll(): Promise<void> } {
  const running: { worker: RunningWorker; close(): Promise<void> }[] = [];
  const stop = async ({ worker, close }: (typeof running)[number]) => {
    await worker.stop();
    await close();
  };
  return {
    async start() {
      const { databaseUrl, log, config } = ground;
      const queues = openQueues({ databaseUrl, redisUrl: config.REDIS_URL, log });
      const worker = await startWorker({ ...ground, queues });
      running.push({ worker, close: queues.close });
      return worker;
    },
    stopAll: async () => void (await Promise.all(running.splice(0).map(stop))),
  };
}
