import { Command } from 'commander';
import { type CommandFile, exitCodeOf } from './lib/cli.ts';
import { outliveReader } from './lib/quiet-pipe.ts';

outliveReader(process.stdout);
/** Exit codes: 0 done, 1 a fault of ours, 2 refused (the sentence says why), 3 checked and found wanting, 64 the command's words are off. */
const program = new Command('wecare')
  .description('Campaigns and outreach for We Care')
  .version('0.1.0')
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .showHelpAfterError('(add --help for what this command takes)');

/** A process that stays loads only what it does: the rest of the commands would be a fifth of its memory. */
const alone: Record<string, () => Promise<{ default: CommandFile }>> = {
  serve: () => import('./commands/serve.ts'),
  work: () => import('./commands/work.ts'),
};
const own = alone[process.argv[2] ?? ''];
const files = own ? [(await own()).default] : (await import('./commands/index.ts')).commandFiles;
for (const add of files) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
