import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { Refusal } from '../../src/errors.ts';
import { bookFormats, books, exportBook } from '../../src/giving/books/export.ts';
import { type LedgerHead, listHeads } from '../../src/giving/books/head.ts';
import { readPeriod } from '../../src/giving/books/period.ts';
import { type LedgerVerdict, sealJournals, verifyLedger } from '../../src/giving/seal.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

/** `ledger …`: the books. */
export default function ledger(program: Command): void {
  const group = program.command('ledger').description('The books of what was given');
  addExport(group);
  group
    .command('head')
    .description('The heads of the chain as they were mailed to the auditors, the newest first')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const heads = await listHeads(ground);
        answer(flags, heads, () => table(heads.map(headRow)) || 'None was told yet.');
      }),
    );
  group
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

interface ExportFlags {
  from?: string;
  to?: string;
  year?: string;
  format: string;
  out: string;
  json?: boolean;
}

function addExport(group: Command): void {
  group
    .command('export <book>')
    .description(
      'Write journal, trial-balance or receipts of a period to a file; only receipts tell who gave',
    )
    .option('--from <day>', 'the first day, as 2026-04-01')
    .option('--to <day>', 'the last day')
    .option('--year <year>', 'a financial year instead, as 2026-27')
    .option('--format <format>', 'csv, xlsx or, for the journal, tally', 'csv')
    .requiredOption('--out <file>', 'where to; - is the standard output')
    .option('--json', 'answer with one line of JSON')
    .action((word: string, flags: ExportFlags) =>
      withGround(async (ground) => {
        const wish = readWish(word, flags);
        const file = await exportBook(ground, wish, actor());
        if (flags.out === '-') return pipeline(Readable.from(file.chunks), process.stdout, { end: false });
        await pipeline(Readable.from(file.chunks), createWriteStream(flags.out, { mode: 0o600 }));
        answer(flags, { file: flags.out, ...wish.period }, () => `Written to ${flags.out}.`);
      }),
    );
}

function readWish(word: string, { format: form, ...days }: ExportFlags) {
  const book = books.find((one) => one === word);
  if (!book) throw new Refusal(`"${word}" is no book. There are ${books.join(', ')}.`);
  const format = bookFormats.find((one) => one === form);
  if (!format) throw new Refusal(`--format is one of ${bookFormats.join(', ')}, not "${form}".`);
  return { book, format, period: readPeriod(days) };
}

const headRow = ({ day, number, hash }: LedgerHead) => ({ day, number: Number(number), hash });

function inWords({ journals, unbalanced, chain, unsealed, totals_match: match }: LedgerVerdict): string {
  return [
    `${journals} journals, ${unsealed} of them not sealed yet.`,
    unbalanced ? `${unbalanced} do not balance.` : 'Each balances.',
    chain === 'ok' ? 'The chain of seals is whole.' : `The chain breaks at journal ${chain}.`,
    match ? 'Every fund holds what was given for it.' : 'A fund does not hold what was given for it.',
  ].join('\n');
}
