import type { Command } from 'commander';
import { v4 as uuid } from 'uuid';
import { findUser } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import { indianDay } from '../../src/giving/calendar.ts';
import { pay, withdraw } from '../../src/giving/disbursements/deeds.ts';
import { giveCharge, listCharges, offices } from '../../src/giving/disbursements/offices.ts';
import { propose } from '../../src/giving/disbursements/propose.ts';
import { listDisbursements, readDisbursement } from '../../src/giving/disbursements/read.ts';
import { purposes } from '../../src/giving/disbursements/rules.ts';
import { accounts } from '../../src/giving/journal.ts';
import { formatAmount } from '../../src/i18n.ts';
import { readRupees } from '../../src/money.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';
import { financeUser } from './gift.ts';

interface Wish {
  amount: string;
  fund: string;
  payeeKind: string;
  name: string;
  account: string;
  ifsc: string;
  purpose: string;
  about: string;
  document: string;
  as: string;
  json?: boolean;
}

/** `disburse …`: payments out of the fund. Signing is done in the console only, by each officer’s own sign-in. */
export default function disburse(program: Command): void {
  const group = program
    .command('disburse')
    .description(
      'Payments out of the fund; they are signed in the console, each officer by their own sign-in',
    );
  addPropose(group);
  group
    .command('list')
    .description('The last payments, and whose signature is missing')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listDisbursements(ground, { limit: 100 });
        answer(flags, all, () =>
          all.length
            ? table(
                all.map(({ id, day, state, amount, purpose, missing }) => ({
                  id,
                  day,
                  state,
                  amount: formatAmount(amount),
                  purpose,
                  missing: missing.join(', '),
                })),
              )
            : 'There are none yet: wecare disburse propose …',
        );
      }),
    );
  group
    .command('pay <id>')
    .description('Note that the bank has paid what is signed, which posts it')
    .requiredOption('--utr <reference>', 'the bank’s reference')
    .requiredOption('--as <user>', 'e-mail address of the user of finance')
    .option('--day <day>', 'on which day; today unless said')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: { utr: string; day?: string; as: string; json?: boolean }) =>
      withGround(async (ground) => {
        const day = flags.day ?? indianDay(ground.clock.now());
        await pay(ground, { id, utr: flags.utr, day }, await financeUser(ground, flags.as));
        answer(flags, { id, state: 'paid' }, () => 'Paid, and posted.');
      }),
    );
  group
    .command('withdraw <id>')
    .description('Take back a payment that is not made')
    .requiredOption('--as <user>', 'e-mail address of the user of finance')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: { as: string; json?: boolean }) =>
      withGround(async (ground) => {
        await withdraw(ground, id, await financeUser(ground, flags.as));
        answer(flags, { id, state: 'withdrawn' }, () => 'Withdrawn.');
      }),
    );
  addOffices(group);
}

function addPropose(group: Command): void {
  group
    .command('propose')
    .description('Propose a payment, which waits for two signatures')
    .requiredOption('--amount <rupees>', 'how much')
    .option('--fund <account>', 'out of which fund', accounts.general('domestic'))
    .requiredOption('--purpose <word>', `what for: ${purposes.join(', ')}`)
    .requiredOption('--about <text>', 'the same in a line')
    .requiredOption('--document <number>', 'the paper that it stands on')
    .option('--payee-kind <kind>', 'person or organisation', 'person')
    .requiredOption('--name <name>', 'who is paid, as the bank has it')
    .requiredOption('--account <number>', 'number of their bank account')
    .requiredOption('--ifsc <code>', 'IFSC of its branch')
    .requiredOption('--as <user>', 'e-mail address of the user of finance')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Wish) =>
      withGround(async (ground) => {
        const sum = readRupees(flags.amount);
        if (!sum.ok) throw new Refusal(`--amount is rupees such as 25,000, not "${flags.amount}".`);
        const kind = (['person', 'organisation'] as const).find((one) => one === flags.payeeKind);
        if (!kind) throw new Refusal('--payee-kind is person or organisation.');
        const { fund, purpose, about, document, name, account, ifsc } = flags;
        const wish = { formKey: uuid(), fund, amount: sum.paise, purpose, about, document };
        const user = await financeUser(ground, flags.as);
        const id = await propose(ground, { ...wish, payee: { kind, name, account, ifsc } }, user);
        const { missing, split } = await readDisbursement(ground, id);
        answer(
          flags,
          { id, missing, split },
          () => `Proposed: ${id}. It waits for ${missing.join(' and ')}.`,
        );
      }),
    );
}

function addOffices(group: Command): void {
  const charges = group.command('office').description('Who is in charge of the offices that sign');
  charges
    .command('give <office>')
    .description(`Give a user the charge of ${offices.join(', ')} from a day on`)
    .requiredOption('--to <user>', 'e-mail address of the user')
    .option('--since <day>', 'first day of the charge; today unless said')
    .option('--json', 'answer with one line of JSON')
    .action((office: string, flags: { to: string; since?: string; json?: boolean }) =>
      withGround(async (ground) => {
        const since = flags.since ?? indianDay(ground.clock.now());
        const { id: userId } = await findUser(ground, flags.to);
        await giveCharge(ground, { office, userId, since }, actor());
        answer(flags, { office, to: flags.to, since }, () => `${flags.to} is in charge from ${since} on.`);
      }),
    );
  charges
    .command('list')
    .description('Every charge with its dates')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listCharges(ground);
        answer(flags, all, () =>
          all.length
            ? table(
                all.map(({ office, name, since, until }) => ({ office, name, since, until: until ?? '' })),
              )
            : 'Nobody is in charge yet: wecare disburse office give …',
        );
      }),
    );
}
