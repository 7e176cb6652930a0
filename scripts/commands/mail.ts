import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkFile } from '../../src/campaigns/check/check.ts';
import type { Finding } from '../../src/campaigns/check/finding.ts';
import { checkWritten } from '../../src/campaigns/check/written.ts';
import { Refusal } from '../../src/errors.ts';
import { answer, withGround } from '../lib/cli.ts';

const MOST_BYTES = 10 << 20;

/** `wecare mail`: looks at mails before they are sent. */
export default function mail(program: Command): void {
  program
    .command('mail')
    .description('look at mails before they are sent')
    .command('check <file-or-message>')
    .description('check an .eml, .mjml, .json or .html file, a message or a campaign; exit code 3 for errors')
    .option('--json', 'answer in JSON')
    .action(async (wish: string, options: { json?: boolean }) => {
      const findings = await findingsOf(wish);
      answer(options, findings, () => findings.map(inWords).join('\n') || 'Nothing was found.');
      if (findings.some(({ level }) => level === 'error')) process.exitCode = 3;
    });
}

async function findingsOf(wish: string): Promise<Finding[]> {
  const size = await stat(wish).then(
    (file) => (file.isFile() ? file.size : null),
    () => null,
  );
  if (size === null) {
    if (/\.(eml|mjml|json|html?)$/i.test(wish)) throw new Refusal(`There is no file ${wish}.`);
    return withGround((ground) => checkWritten(ground, wish));
  }
  if (size > MOST_BYTES) throw new Refusal(`${wish} is larger than 10 MB; no mail is.`);
  return checkFile(wish, await readFile(wish));
}

const inWords = ({ level, where, words, code }: Finding) =>
  `${level.padEnd(7)}  ${where}: ${words} [${code}]`;
