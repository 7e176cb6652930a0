import type { Command } from 'commander';

/** The group that each file of campaign commands adds to, made by whichever is loaded first. */
export const campaignGroup = (program: Command): Command =>
  program.commands.find((command) => command.name() === 'campaign') ??
  program
    .command('campaign')
    .description('write, schedule, approve and follow campaigns')
    .addHelpText('after', '\nA campaign is named by its name, its id, or the beginning of its id.');
