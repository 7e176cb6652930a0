#!/usr/bin/env -S npx tsx
import { Command, CommanderError } from 'commander';
import { Refusal } from '../src/errors.ts';
import { commandFiles } from './commands/index.ts';

/** Exit codes: 0 done, 1 a fault of ours, 2 refused (the sentence says why), 64 the command's words are off. */
const program = new Command('wecare')
  .description('Campaigns and outreach for We Care')
  .version('0.1.0')
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .showHelpAfterError('(add --help for what this command takes)');

for (const add of commandFiles) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
