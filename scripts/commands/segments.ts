import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  countSegment,
  createSegment,
  listSegments,
  requireSegments,
} from '../../src/contacts/segments/segments.ts';
import { Refusal } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean };

/** `segments …`: contacts who match a saved rule now. */
export default function segments(program: Command): void {
  const segments = program.command('segments').description('Contacts who match saved rules now');
  addList(segments);
  addCreate(segments);
  addCount(segments);
}

function addList(segments: Command): void {
  segments
    .command('list')
    .description('List the segments with their rules')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Common) =>
      withGround(async (ground) => {
        const all = await listSegments(ground);
        const row = ({ name, rules }: (typeof all)[number]) => ({ name, rules: JSON.stringify(rules) });
        answer(flags, all, () => (all.length ? table(all.map(row)) : 'There are no segments yet.'));
      }),
    );
}

function addCreate(segments: Command): void {
  segments
    .command('create <name>')
    .description('Save rules under a name')
    .requiredOption('--rules <file>', 'JSON, such as {"all": [{"language": "ml"}, {"opened": {"days": 90}}]}')
    .option('--json', 'answer with one line of JSON')
    .action((name: string, flags: Common & { rules: string }) =>
      withGround(async (ground) => {
        const made = await createSegment(ground, { name, rules: await readRules(flags.rules) }, actor());
        const { count } = await countSegment(ground, made.rules);
        answer(flags, { ...made, count }, () => `Made the segment "${made.name}". ${count} match now.`);
      }),
    );
}

/** @throws Refusal when the file cannot be read or holds no JSON */
async function readRules(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      `The file ${file} cannot be read (${error.code}). Write the rules into a file and name it with --rules.`,
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(`${file} holds no JSON: ${(error as Error).message}`);
  }
}

function addCount(segments: Command): void {
  segments
    .command('count <name>')
    .description('Count who matches now')
    .option('--sample <contacts>', 'show so many of them', '0')
    .option('--json', 'answer with one line of JSON')
    .action((name: string, flags: Common & { sample: string }) =>
      withGround(async (ground) => {
        if (!/^\d{1,3}$/.test(flags.sample)) throw new Refusal('--sample is a number up to 999, such as 5.');
        const [rules] = await requireSegments(ground.sql, [name]);
        if (!rules) throw new Refusal('Name a segment.');
        const found = await countSegment(ground, rules, Number(flags.sample));
        const shown = found.sample.length ? `\n${table(found.sample)}` : '';
        answer(flags, { name, ...found }, () => `${found.count} match "${name}" now.${shown}`);
      }),
    );
}
