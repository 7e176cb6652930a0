import type { Command } from 'commander';
import { startWorker } from '../../jobs/worker.ts';
import { runService } from '../lib/service.ts';

/** `wecare work`: a worker process. Any number of them may run. */
export default function add(program: Command): void {
  program
    .command('work')
    .description('run a worker until SIGINT or SIGTERM; what it has in hand is finished first')
    .option('--json', 'print one line of JSON with the queue once it works')
    .action((flags: { json?: boolean }) =>
      runService('worker', flags, async (ground) => {
        const { stop } = await startWorker(ground);
        const { backend } = ground.queues;
        return { words: `A worker is at it (queue on ${backend})`, facts: { queue: backend }, stop };
      }),
    );
}
