import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { readPeriod } from '../../src/giving/books/period.ts';
import { type Difference, listDifferences, resolveDifference } from '../../src/giving/differences.ts';
import { askDisputes } from '../../src/giving/disputes.ts';
import { reconcileSettlements } from '../../src/giving/reconciling.ts';
import { assignParked, listParked } from '../../src/giving/suspense.ts';
import { formatAmount } from '../../src/i18n.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  json?: boolean;
  from?: string;
  over?: boolean;
  note: string;
  as: string;
  fund: string;
  name: string;
  address?: string;
}

/** `reconcile …`: whether books, gateway and bank agree. */
export default function reconcile(program: Command): void {
  const group = program.command('reconcile').description('Whether the books, the gateway and the bank agree');
  group
    .command('run')
    .description('Fetch settlements and compare them with the books now; 1 when a gateway could not be asked')
    .option('--from <day>', 'fetch again from this day of India’s calendar, as 2026-11-01')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Flags) =>
      withGround(async (ground) => {
        if (flags.from) readPeriod({ from: flags.from, to: flags.from });
        await askDisputes(ground);
        const done = await reconcileSettlements(ground, flags.from);
        answer(flags, done, () =>
          [
            `${done.settlements} settlements posted from ${done.days} days.`,
            `${done.found} differences are new, ${done.gone} are gone, ${done.open} are open.`,
          ].join('\n'),
        );
        if (done.failed) process.exitCode = 1;
      }),
    );
  addList(group);
  addResolve(group);
  addAssign(group);
}

function addList(group: Command): void {
  group
    .command('list')
    .description('Differences that are open, and payments whose money is in suspense')
    .option('--over', 'those that were resolved instead')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Flags) =>
      withGround(async (ground) => {
        const differences = await listDifferences(ground, { over: Boolean(flags.over), limit: 500 });
        const suspense = flags.over ? [] : await listParked(ground);
        const parked = suspense.map(({ payment, amount, takenAt }) => ({
          ...{ payment, amount: formatAmount(amount), taken: takenAt.toISOString() },
        }));
        answer(flags, { differences, suspense }, () =>
          [
            differences.length ? table(differences.map(row)) : 'There are no differences.',
            parked.length ? `In suspense:\n${table(parked)}` : 'No money is in suspense.',
          ].join('\n\n'),
        );
      }),
    );
}

function addResolve(group: Command): void {
  group
    .command('resolve <difference>')
    .description('Say what was found and done about a difference')
    .requiredOption('--note <words>', 'in one line, without names')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: Flags) =>
      withGround(async (ground) => {
        await resolveDifference(ground, { id, note: flags.note }, actor());
        answer(flags, { id }, () => 'Resolved.');
      }),
    );
}

function addAssign(group: Command): void {
  group
    .command('assign <payment>')
    .description('Say what money in suspense is for; it becomes a gift with a receipt')
    .requiredOption('--as <user>', 'e-mail address of the user who says so')
    .requiredOption('--fund <account>', 'such as fund.general.domestic')
    .requiredOption('--name <name>', 'the donor’s, as the receipt shall say it')
    .option('--address <words>', 'the donor’s')
    .requiredOption('--note <words>', 'how you know')
    .option('--json', 'answer with one line of JSON')
    .action((payment: string, flags: Flags) =>
      withGround(async (ground) => {
        const user = await findUser(ground, flags.as);
        const donor = { name: flags.name, address: flags.address ?? null };
        await assignParked(ground, { payment, fund: flags.fund, donor, note: flags.note }, user);
        answer(flags, { payment, fund: flags.fund }, () => `The money is in ${flags.fund}.`);
      }),
    );
}

const sum = (paise: bigint | null) => (paise === null ? '–' : formatAmount(paise));
const row = ({ id, kind, subject, ours, theirs, note }: Difference) => ({
  ...{ difference: id, kind, about: subject, ours: sum(ours), theirs: sum(theirs), note: note ?? '' },
});
