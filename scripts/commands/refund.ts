import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import { askRefund, decideRefund } from '../../src/giving/refund-asking.ts';
import { listRefunds, type RefundLine, readRefund, refundStates } from '../../src/giving/refund-list.ts';
import { sendRefunds } from '../../src/giving/refund-sending.ts';
import { formatAmount } from '../../src/i18n.ts';
import { readRupees } from '../../src/money.ts';
import { answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  as: string;
  amount?: string;
  reason: string;
  json?: boolean;
}

/** `refund …`: money that goes back, by two persons. */
export default function refund(program: Command): void {
  const group = program
    .command('refund')
    .description('Money that goes back: one person asks, another approves');
  addAsk(group);
  addApprove(group);
  addDecline(group);
  addList(group);
}

function addAsk(group: Command): void {
  group
    .command('ask <payment>')
    .description('Ask for a refund of a payment (pay_…); nothing leaves before another person approves')
    .requiredOption('--as <user>', 'e-mail address of the user who asks')
    .requiredOption('--reason <words>', 'why, in one line and without names')
    .option('--amount <rupees>', 'as 1500 or 1,500.50; all that is left unless said')
    .option('--json', 'answer with one line of JSON')
    .action((payment: string, flags: Flags) =>
      withGround(async (ground) => {
        const user = await findUser(ground, flags.as);
        const id = await askRefund(ground, { payment, amount: amountOf(flags), reason: flags.reason }, user);
        const line = await readRefund(ground, id);
        answer(
          flags,
          line,
          () => `Asked for ${formatAmount(line.amount)}. Another person decides: wecare refund approve ${id}`,
        );
      }),
    );
}

function addApprove(group: Command): void {
  group
    .command('approve <refund>')
    .description('Approve a refund that another person asked for, and send it')
    .requiredOption('--as <user>', 'e-mail address of the user who approves')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: Flags) =>
      withGround(async (ground) => {
        await decideRefund(ground, { id, approve: true }, await findUser(ground, flags.as));
        await sendRefunds(ground);
        const line = await readRefund(ground, id);
        answer(flags, line, () => `Approved. The refund is ${line.state}.`);
      }),
    );
}

function addDecline(group: Command): void {
  group
    .command('decline <refund>')
    .description('Decline a refund that another person asked for')
    .requiredOption('--as <user>', 'e-mail address of the user who declines')
    .requiredOption('--reason <words>', 'why not, for whoever asked')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: Flags) =>
      withGround(async (ground) => {
        const user = await findUser(ground, flags.as);
        await decideRefund(ground, { id, approve: false, answer: flags.reason }, user);
        answer(flags, await readRefund(ground, id), () => 'Declined. The money stays.');
      }),
    );
}

function addList(group: Command): void {
  group
    .command('list')
    .description('The last hundred refunds, the newest first')
    .option('--state <state>', refundStates.join(', '))
    .option('--json', 'answer with one line of JSON')
    .action((flags: { state?: string; json?: boolean }) =>
      withGround(async (ground) => {
        const state = refundStates.find((one) => one === flags.state);
        if (flags.state && !state) throw new Refusal(`--state is one of ${refundStates.join(', ')}.`);
        const all = await listRefunds(ground, { state });
        answer(flags, all, () => (all.length ? table(all.map(row)) : 'There are no such refunds.'));
      }),
    );
}

function amountOf({ amount }: Flags): bigint | null {
  if (amount === undefined) return null;
  const read = readRupees(amount);
  if (read.ok) return read.paise;
  throw new Refusal(`--amount is a sum of rupees, such as 1500 or 1,500.50, not "${amount}".`);
}

const row = ({ id, payment, amount, state, askedAt, reason }: RefundLine) => ({
  ...{ refund: id, payment, amount: formatAmount(amount), state, asked: askedAt.toISOString() },
  reason: reason ?? '',
});
