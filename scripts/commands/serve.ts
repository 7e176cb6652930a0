import type { Command } from 'commander';
import { startWeb } from '../../src/http/server.ts';
import { requireFreePorts } from '../lib/ports.ts';
import { runService } from '../lib/service.ts';

/** `wecare serve`: the web process. Any number of them may run. */
export default function add(program: Command): void {
  program
    .command('serve')
    .description('run the web process until SIGINT or SIGTERM')
    .option('--json', 'print one line of JSON with the address once it answers')
    .action((flags: { json?: boolean }) =>
      runService('web', flags, async (ground) => {
        await requireFreePorts(ground.config, ['PORT']);
        const { url, close } = await startWeb(ground);
        return { words: `The web process is at ${url}`, facts: { url }, stop: close };
      }),
    );
}
