import type { Command } from 'commander';
import { type LedgerVerdict, sealJournals, verifyLedger } from '../../src/giving/seal.ts';
import { answer, withGround } from '../lib/cli.ts';

/** `ledger …`: the books. */
export default function ledger(program: Command): void {
  program
    .command('ledger')
    .description('The books of what was given')
    .command('verify')
    .description(
      'Look through all of them: balance, chain, and the figures kept beside them; 1 when one is wrong',
    )
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        await sealJournals(ground);
        const verdict = await verifyLedger(ground);
        answer(flags, verdict, () => inWords(verdict));
        if (verdict.unbalanced || verdict.chain !== 'ok' || !verdict.totals_match) process.exitCode = 1;
      }),
    );
}

function inWords({ journals, unbalanced, chain, unsealed, totals_match: match }: LedgerVerdict): string {
  return [
    `${journals} journals, ${unsealed} of them not sealed yet.`,
    unbalanced ? `${unbalanced} do not balance.` : 'Each balances.',
    chain === 'ok' ? 'The chain of seals is whole.' : `The chain breaks at journal ${chain}.`,
    match ? 'Every fund holds what was given for it.' : 'A fund does not hold what was given for it.',
  ].join('\n');
}
