import { Command } from 'commander';
import { addCommands } from './commands/index.ts';
import { exitCodeOf } from './lib/cli.ts';
import { outliveReader } from './lib/quiet-pipe.ts';

outliveReader(process.stdout);
/** Exit codes: 0 done, 1 a fault of ours, 2 refused (the sentence says why), 3 checked and found wanting, 64 the command's words are off. */
const program = new Command('wecare')
  .description('Campaigns and outreach for We Care')
  .version('0.1.0')
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .showHelpAfterError('(add --help for what this command takes)');

await addCommands(program, process.argv[2], process.argv[3]);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
