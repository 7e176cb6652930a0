import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Refusal } from '../../src/errors.ts';
import { type Stream, streams } from '../../src/giving/accounts.ts';
import { saveBankAccount } from '../../src/giving/bank/account.ts';
import { type Columns, headOf, roles } from '../../src/giving/bank/columns.ts';
import { beginImport, chooseColumns, previewImport, takeImport } from '../../src/giving/bank/imports.ts';
import type { Ground } from '../../src/ground.ts';
import { actor, answer, withGround } from '../lib/cli.ts';
import { financeUser } from './gift.ts';

interface Flags {
  account: string;
  as: string;
  map: string[];
  dryRun?: boolean;
  json?: boolean;
}

/** `bank …`: our accounts at the bank and their statements. */
export default function bank(program: Command): void {
  const group = program
    .command('bank')
    .description('Our bank accounts, one for each stream, and their statements');
  group
    .command('account <stream>')
    .description('Say which bank account domestic or fcra money has')
    .requiredOption('--bank <name>', 'the bank with its branch')
    .requiredOption('--last4 <figures>', 'the last four figures of the account’s number')
    .option('--json', 'answer with one line of JSON')
    .action((word: string, flags: { bank: string; last4: string; json?: boolean }) =>
      withGround(async (ground) => {
        const stream = streamIn(word);
        await saveBankAccount(ground, { stream, bank: flags.bank, last4: flags.last4 }, actor());
        answer(flags, { stream, bank: flags.bank, last4: flags.last4 }, () => 'Saved.');
      }),
    );
  group
    .command('import <file>')
    .description(
      'Take a statement as CSV: each line once, however many statements tell it; nothing is posted',
    )
    .requiredOption('--account <stream>', 'domestic or fcra')
    .requiredOption('--as <user>', 'e-mail address of the user of finance who takes it')
    .option(
      '--map <role=column...>',
      `which column is which, where it is not recognised: ${roles.join(', ')}`,
      [],
    )
    .option('--dry-run', 'say what would be taken, and write nothing')
    .option('--json', 'answer with one line of JSON')
    .action((file: string, flags: Flags) => withGround((ground) => take(ground, file, flags)));
}

function streamIn(word: string): Stream {
  const stream = streams.find((one) => one === word);
  if (!stream) throw new Refusal(`"${word}" is no stream. There are domestic and fcra.`);
  return stream;
}

async function take(ground: Ground, file: string, flags: Flags): Promise<void> {
  const stream = streamIn(flags.account);
  const user = await financeUser(ground, flags.as);
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`${file} cannot be read (${error.code ?? 'unknown'}). Check the name and the folder.`);
  });
  const id = await beginImport(ground, { stream, fileName: path.basename(file), content }, user);
  if (flags.map.length) await chooseColumns(ground, id, columnsIn(flags.map));
  if (!flags.dryRun) {
    const taken = await takeImport(ground, id, user);
    return answer(
      flags,
      taken,
      () => `${taken.lines} lines taken, ${taken.known} known before, ${taken.matched} matched.`,
    );
  }
  const { lines, problems, known, columns, heads } = await previewImport(ground, id);
  const said = {
    ...{ lines: lines.length, known: known.size, columns, heads },
    problems: problems.map(({ row, what }) => ({ row, what: String(what) })),
  };
  if (!columns || problems.length) process.exitCode = 3;
  answer(flags, said, () =>
    columns
      ? [
          `${lines.length} lines, ${known.size} of them known.`,
          ...said.problems.map(({ row, what }) => `Row ${row}: ${what}`),
        ].join('\n')
      : `The columns are not recognised. Say them with --map: ${heads.join(', ')}`,
  );
}

function columnsIn(pairs: string[]): Columns {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', column = ''] = pair.split(/=(.*)/s);
      const role = roles.find((one) => one === name);
      if (!role || !column)
        throw new Refusal(`Write --map as role=column, with a role of ${roles.join(', ')}.`);
      return [role, headOf(column)];
    }),
  );
}
