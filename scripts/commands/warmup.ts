import type { Command } from 'commander';
import { endWarmup, listWarmups, startWarmup, USUAL, type Warmup } from '../../src/deliveries/warmup.ts';
import { found } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  json?: boolean;
}

const JSON_FLAG = ['--json', 'answer with one line of JSON'] as const;

/** `warmup …`: a daily ceiling that grows, for a sender domain that receivers do not know yet. */
export default function warmups(program: Command): void {
  const warmup = program.command('warmup').description('A growing daily ceiling for a new sender domain');
  addStart(warmup);
  warmup
    .command('show [domain]')
    .description('The plan, and what was sent on each day')
    .option(...JSON_FLAG)
    .action((domain: string | undefined, flags: Flags) =>
      withGround(async (ground) => {
        const all = (await listWarmups(ground)).filter((one) => !domain || one.domain === domain);
        if (domain) found(all[0], `${domain} has no warm-up. Start one with: wecare warmup start ${domain}`);
        answer(flags, all, () => all.map(inWords).join('\n\n') || 'No sender domain has a warm-up.');
      }),
    );
  warmup
    .command('end <domain>')
    .description('No ceiling any more')
    .option(...JSON_FLAG)
    .action((domain: string, flags: Flags) =>
      withGround(async (ground) => {
        await endWarmup(ground, domain, actor());
        answer(flags, { ended: domain }, () => `${domain} has no ceiling any more.`);
      }),
    );
}

function addStart(warmup: Command): void {
  warmup
    .command('start <domain>')
    .description('Send no more than a ceiling in 24 hours; it grows after each day that was used')
    .option('--first <mails>', 'mails in the first 24 hours', String(USUAL.first))
    .option('--growth <factor>', 'by what the ceiling grows', String(USUAL.growth))
    .option('--goal <mails>', 'the ceiling at which it ends', String(USUAL.goal))
    .option(...JSON_FLAG)
    .action((name: string, flags: Flags & { first: string; growth: string; goal: string }) =>
      withGround(async (ground) => {
        const numbers = {
          first: Number(flags.first),
          growth: Number(flags.growth),
          goal: Number(flags.goal),
        };
        const plan = { domain: name.toLowerCase(), ...numbers };
        await startWarmup(ground, plan, actor());
        const words = `${plan.domain} sends ${plan.first} mails in 24 hours, ${plan.growth} times as many after each day that was used, up to ${plan.goal}.`;
        answer(flags, plan, () => words);
      }),
    );
}

function inWords({ domain, first, growth, goal, ceiling, sent, endedAt, days }: Warmup): string {
  const plan = `${domain}: from ${first} by ${growth} a day to ${goal}`;
  const now = endedAt
    ? `ended on ${endedAt.toISOString().slice(0, 10)}`
    : `now ${ceiling} in 24 hours, ${sent} sent today`;
  return [`${plan}; ${now}.`, ...(days.length ? [table(days)] : [])].join('\n');
}
