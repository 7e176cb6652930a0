import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { saveSiteText } from '../../src/access/site-texts.ts';
import { saveReceiptSettings } from '../../src/giving/issuer.ts';
import { actor, answer, withGround } from '../lib/cli.ts';

interface ReceiptFlags {
  registration: string;
  deductionEn?: string;
  deductionMl?: string;
  urn?: string;
  urnDate?: string;
  json?: boolean;
}

/** `site-text …`, `receipts …`: what pages and papers of giving say. */
export default function siteTextCommands(program: Command): void {
  program
    .command('site-text')
    .description('What donors read before giving: refunds, privacy, terms, grievances, helpline')
    .command('set <page> <language> <file>')
    .description('Write a page from a text file; an empty file brings back the usual words')
    .option('--json', 'answer with one line of JSON')
    .action((page: string, language: string, file: string, flags: { json?: boolean }) =>
      withGround(async (ground) => {
        await saveSiteText(ground, { page, words: { [language]: await readFile(file, 'utf8') } }, actor());
        answer(flags, { page, language }, () => 'Saved. The page says it from now on.');
      }),
    );
  program
    .command('receipts')
    .description('What receipts say of the fund')
    .command('set')
    .description('Set the fund’s numbers; without both --deduction texts no tax deduction is printed')
    .option('--registration <text>', 'registration and approval numbers', '')
    .option('--deduction-en <text>', 'what may be deducted, in the words of the approval')
    .option('--deduction-ml <text>', 'the same in Malayalam')
    .option('--urn <number>', 'unique registration number of the approval, for the statement of donations')
    .option('--urn-date <day>', 'the day it was given, like 2026-05-31')
    .option('--json', 'answer with one line of JSON')
    .action((flags: ReceiptFlags) =>
      withGround(async (ground) => {
        const { registration, deductionEn: en = '', deductionMl: ml = '', urn = '', urnDate = '' } = flags;
        const wish = {
          ...{ registration, deduction: en || ml ? { en, ml } : null },
          approval: urn || urnDate ? { urn, issuedOn: urnDate } : null,
        };
        await saveReceiptSettings(ground, wish, actor());
        answer(flags, wish, () => 'Saved. Receipts from now on say it; those that were issued stay.');
      }),
    );
}
