import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { correctRun } from '../../src/campaigns/corrections.ts';
import type { Contents } from '../../src/campaigns/versions.ts';
import { receivedIn } from '../../src/deliveries/receivers.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { campaignGroup } from '../lib/campaign-group.ts';
import {
  addTextOptions,
  readBody,
  readRun,
  readWholeContents,
  type TextOptions,
} from '../lib/campaign-options.ts';
import { correctionMadeInWords } from '../lib/campaign-words.ts';
import { addFileOptions, withFiles } from '../lib/carried-files.ts';
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
export default function correct(program: Command): void {
  const campaigns = campaignGroup(program);
  const correct = campaigns
    .command('correct <run>')
    .description('write to exactly those who received a run; schedule and approve it as any message')
    .requiredOption('--as <user>', 'e-mail address of the user who writes it')
    .option('--subject <text>', 'the subject')
    .option('--file <file>', 'MJML or JSON blocks')
    .option('--language <tag>', 'in which --subject and --file are written (usual: the one of the run)')
    .option('--name <name>', 'of the message (usual: Correction of run …)')
    .option('--unknown', 'also to those of whom it is not known whether they received it')
    .option('--json', 'answer in JSON');
  addFileOptions(addTextOptions(correct))
    .addHelpText(
      'after',
      '\nEach gets it in the language of the mail they received. Whoever withdrew, was suppressed or erased\nsince is left out; contact pressure does not hold it back.',
    )
    .action((number: string, options: CorrectOptions) =>
      withGround(async (ground) => {
        const run = readRun(number);
        const plain = await plainContents(ground, run, options);
        const { name, unknown } = options;
        const user = await findUser(ground, options.as);
        const written = { run, contents: { ...plain, ...(await readWholeContents(options)) }, name, unknown };
        const made = await correctRun(
          ground,
          await withFiles(ground, { plan: written, options, user }),
          user,
        );
        answer(options, made, () => correctionMadeInWords(made));
      }),
    );
}

async function plainContents(ground: Ground, run: bigint, options: CorrectOptions): Promise<Contents> {
  const { subject, file } = options;
  if (subject === undefined && file === undefined) return {};
  if (subject === undefined || file === undefined)
    throw new Refusal('A correction needs both --subject and --file.');
  const language = options.language ?? (await onlyLanguage(ground, run));
  return { [language]: { subject, body: await readBody(file) } };
}

/** A run that was received in several languages is corrected in each, so it must be said which this is. */
async function onlyLanguage({ sql }: Ground, run: bigint): Promise<string> {
  const languages = Object.keys(await receivedIn(sql, { run, unknown: true }));
  if (languages.length === 1 && languages[0]) return languages[0];
  const which = languages.length ? `was received in ${languages.join(', ')}` : 'was received by nobody';
  throw new Refusal(`Run ${run} ${which}. Say with --language in which --subject and --file are written.`);
}
