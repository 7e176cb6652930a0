import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type TaxStatement, taxStatement } from '../../src/giving/tax-statement.ts';
import { formatAmount } from '../../src/i18n.ts';
import { answer, table, withGround } from '../lib/cli.ts';

/** Exit code when gifts could not be named. */
const WANTING = 3;

/** `tax-statement`: what the Income Tax Department wants to know of a year's gifts. */
export default function taxStatementCommand(program: Command): void {
  program
    .command('tax-statement')
    .description(
      'Write the statement of donations (Form 113; Form 10BD before April 2026) as CSV; exit 3 when gifts lack a number or address',
    )
    .requiredOption('--year <year>', 'April to March, like 2026-27')
    .option('--out <file>', 'where to write it')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { year: string; out?: string; json?: boolean }) =>
      withGround(async (ground) => {
        const made = await taxStatement(ground, flags.year);
        const file = flags.out ?? `statement-of-donations-${made.year}.csv`;
        await writeFile(file, made.csv, { mode: 0o600 });
        const { form, year, lines, sum, problems } = made;
        answer(flags, { file, form, year, lines, paise: String(sum), problems }, () => inWords(made, file));
        if (problems.length) process.exitCode = WANTING;
      }),
    );
}

function inWords({ form, lines, sum, problems }: TaxStatement, file: string): string {
  const rows = problems.map(({ receipt, missing }) => ({ receipt, missing: missing.join(', ') }));
  return [
    `${form}: ${lines} donors with ${formatAmount(sum)}, in ${file}. It holds numbers of papers: keep it safe.`,
    ...(rows.length ? ['', 'These gifts are not in it, because something is missing:', table(rows)] : []),
  ].join('\n');
}
