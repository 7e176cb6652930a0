import type { Command } from 'commander';
import { closePeriod, listPeriods } from '../../src/giving/periods.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { financeUser } from './gift.ts';

/** `period …`: months of the books. */
export default function period(program: Command): void {
  const group = program
    .command('period')
    .description('Months of the books; a closed one is never opened again');
  group
    .command('close <month>')
    .description('Close a month such as 2026-10; what is told later stands on the first open day')
    .requiredOption('--as <user>', 'e-mail address of the user of finance who closes it')
    .option('--json', 'answer with one line of JSON')
    .action((month: string, flags: { as: string; json?: boolean }) =>
      withGround(async (ground) => {
        await closePeriod(ground, month, await financeUser(ground, flags.as));
        answer(flags, { month, closed: true }, () => `${month} is closed.`);
      }),
    );
  group
    .command('list')
    .description('Closed months')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listPeriods(ground);
        answer(flags, all, () =>
          all.length
            ? table(all.map((one) => ({ ...one, closedAt: one.closedAt.toISOString() })))
            : 'No month is closed yet.',
        );
      }),
    );
}
