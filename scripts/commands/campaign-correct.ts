import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { correctRun } from '../../src/campaigns/corrections.ts';
import type { Contents } from '../../src/campaigns/versions.ts';
import { Refusal } from '../../src/errors.ts';
import {
  addTextOptions,
  readBody,
  readRun,
  readWholeContents,
  type TextOptions,
} from '../lib/campaign-options.ts';
import { correctionMadeInWords } from '../lib/campaign-words.ts';
import { answer, withGround } from '../lib/cli.ts';

interface CorrectOptions extends TextOptions {
  as: string;
  subject?: string;
  file?: string;
  language?: string;
  name?: string;
  unknown?: boolean;
  json?: boolean;
}

/** A message to exactly those who received a run. */
export function addCorrect(campaigns: Command): void {
  const correct = campaigns
    .command('correct <run>')
    .description('write to exactly those who received a run; schedule and approve it as any message')
    .requiredOption('--as <user>', 'e-mail address of the user who writes it')
    .option('--subject <text>', 'the subject')
    .option('--file <file>', 'MJML or JSON blocks')
    .option('--language <tag>', 'in which --subject and --file are written', 'en')
    .option('--name <name>', 'of the message (usual: Correction of run …)')
    .option('--unknown', 'also to those of whom it is not known whether they received it')
    .option('--json', 'answer in JSON');
  addTextOptions(correct)
    .addHelpText(
      'after',
      '\nEach gets it in the language of the mail they received. Whoever withdrew, was suppressed or erased\nsince is left out; contact pressure does not hold it back.',
    )
    .action((number: string, options: CorrectOptions) =>
      withGround(async (ground) => {
        const contents = { ...(await plainContents(options)), ...(await readWholeContents(options)) };
        const { name, unknown } = options;
        const plan = { run: readRun(number), contents, name, unknown };
        const made = await correctRun(ground, plan, await findUser(ground, options.as));
        answer(options, made, () => correctionMadeInWords(made));
      }),
    );
}

async function plainContents({ subject, file, language = 'en' }: CorrectOptions): Promise<Contents> {
  if (subject === undefined && file === undefined) return {};
  if (subject === undefined || file === undefined)
    throw new Refusal('A correction needs both --subject and --file.');
  return { [language]: { subject, body: await readBody(file) } };
}
