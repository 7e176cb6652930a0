import type { Command } from 'commander';
import { startWorker } from '../../jobs/worker.ts';
import { open } from '../lib/open.ts';

/** `wecare work`: this process as a worker. SIGTERM drains. */
export function work(program: Command): void {
  program
    .command('work')
    .description('Run a worker: sends what is due')
    .action(async () => {
      const { ground, end } = await open('worker');
      const worker = await startWorker(ground);
      await new Promise<void>((done) => {
        process.once('SIGTERM', done);
        process.once('SIGINT', done);
      });
      await worker.stop();
      await end();
    });
}
