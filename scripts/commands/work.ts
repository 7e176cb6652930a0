import type { Command } from 'commander';
import { startWorker } from '../../jobs/worker.ts';
import { runService } from '../lib/service.ts';

/** `wecare work`: a worker process. Any number of them may run. */
export default function add(program: Command): void {
  program
    .command('work')
    .description('run a worker until SIGINT or SIGTERM; what it has in hand is finished first')
    .action(() =>
      runService('worker', async (ground) => {
        const { stop } = await startWorker(ground);
        return { words: `A worker is at it (queue on ${ground.queues.backend})`, stop };
      }),
    );
}
