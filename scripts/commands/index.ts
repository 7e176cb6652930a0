import type { Command } from 'commander';
import type { CommandFile } from '../lib/cli.ts';

interface Part {
  /** The first words it adds, or adds to. */
  words: string[];
  /** All of its second words, where it can be loaded without its word's other files. */
  second?: string[];
  load(): Promise<{ default: CommandFile }>;
}

/** Every file of commands, in the order in which `--help` lists them; one that adds to another stands behind it. */
const parts: Part[] = [
  { words: ['serve'], load: () => import('./serve.ts') },
  { words: ['work'], load: () => import('./work.ts') },
  { words: ['migrate'], load: () => import('./migrate.ts') },
  { words: ['doctor'], load: () => import('./doctor.ts') },
  { words: ['keys'], load: () => import('./keys.ts') },
  { words: ['audit'], load: () => import('./audit.ts') },
  { words: ['user'], load: () => import('./user.ts') },
  { words: ['api-key'], load: () => import('./api-key.ts') },
  { words: ['contacts', 'lists'], load: () => import('./contacts.ts') },
  { words: ['contacts'], load: () => import('./duplicates.ts') },
  { words: ['contacts'], load: () => import('./consents.ts') },
  { words: ['lists'], load: () => import('./public-lists.ts') },
  { words: ['segments'], load: () => import('./segments.ts') },
  { words: ['suppressions', 'suppress', 'unsuppress'], load: () => import('./suppressions.ts') },
  { words: ['bounces'], load: () => import('./bounces.ts') },
  { words: ['account'], load: () => import('./account.ts') },
  { words: ['phone'], load: () => import('./phone.ts') },
  { words: ['templates'], load: () => import('./templates.ts') },
  {
    ...{ words: ['campaign'], second: ['create', 'edit', 'schedule', 'approve'] },
    load: () => import('./campaign.ts'),
  },
  { words: ['campaign'], second: ['list', 'status'], load: () => import('./campaign-look.ts') },
  {
    ...{
      words: ['campaign'],
      second: ['test', 'watch', 'pause', 'resume', 'go-on', 'cancel', 'decide', 'report'],
    },
    load: () => import('./campaign-control.ts'),
  },
  { words: ['campaign'], second: ['correct'], load: () => import('./campaign-correct.ts') },
  {
    ...{ words: ['campaign'], second: ['duplicate'] },
    load: async () => ({ default: (await import('./plans.ts')).duplicate }),
  },
  { words: ['evergreen'], load: () => import('./evergreen.ts') },
  { words: ['plans'], load: () => import('./plans.ts') },
  { words: ['newsletter'], load: () => import('./newsletter.ts') },
  { words: ['project'], load: () => import('./project.ts') },
  { words: ['occasions'], load: () => import('./occasions.ts') },
  { words: ['posts'], load: () => import('./posts.ts') },
  { words: ['mail'], load: () => import('./mail.ts') },
  { words: ['media'], load: () => import('./media.ts') },
  { words: ['links'], load: () => import('./links.ts') },
  { words: ['hold', 'restored'], load: () => import('./hold.ts') },
  { words: ['pressure'], load: () => import('./pressure.ts') },
  { words: ['deliverability'], load: () => import('./deliverability.ts') },
  { words: ['warmup'], load: () => import('./warmup.ts') },
  { words: ['webhooks'], load: () => import('./webhooks.ts') },
  { words: ['gateway'], load: () => import('./gateway.ts') },
  { words: ['ledger'], load: () => import('./ledger.ts') },
  { words: ['donor'], load: () => import('./donor.ts') },
  { words: ['tax-statement'], load: () => import('./tax-statement.ts') },
  { words: ['gift'], load: () => import('./gift.ts') },
  { words: ['bank'], load: () => import('./bank.ts') },
  { words: ['period'], load: () => import('./period.ts') },
  { words: ['disburse'], load: () => import('./disburse.ts') },
  { words: ['refund'], load: () => import('./refund.ts') },
  { words: ['reconcile'], load: () => import('./reconcile.ts') },
  { words: ['site-text', 'receipts'], load: () => import('./site-text.ts') },
];

/**
 * Adds the commands that begin with a word, or with two, or all of them when none does. What a command does
 * not use is not loaded: all of it takes seconds and a fifth of the memory of a process that stays.
 */
export async function addCommands(program: Command, word?: string, second?: string): Promise<void> {
  const ofWord = parts.filter(({ words }) => word && words.includes(word));
  const ofBoth = ofWord.filter((part) => second && part.second?.includes(second));
  const chosen = [ofBoth, ofWord, parts].find(({ length }) => length) ?? parts;
  for (const { load } of chosen) (await load()).default(program);
}

/** Every first word. */
export const firstWords: string[] = [...new Set(parts.flatMap(({ words }) => words))];

/** Every first word with a second one of those that are loaded alone. */
export const firstTwoWords: [word: string, second: string][] = parts.flatMap(({ words, second = [] }) =>
  words.flatMap((word) => second.map((one): [string, string] => [word, one])),
);
