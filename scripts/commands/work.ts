import { setPriority } from 'node:os';
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
        stepBack();
        const { stop } = await startWorker(ground);
        const { backend } = ground.queues;
        return { words: `A worker is at it (queue on ${backend})`, facts: { queue: backend }, stop };
      }),
    );
}

/** Of the nicest that still gets its part: where web and worker share a processor, people wait for the web. */
const NICENESS = 5;

function stepBack(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // A system that forbids it, or was told to be nicer already.
  }
}
