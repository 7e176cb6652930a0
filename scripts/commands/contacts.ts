import path from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { erasePerson, exportPerson } from '../../src/campaigns/persons.ts';
import { type ImportResult, importContacts, previewImport } from '../../src/contacts/import.ts';
import { addList, listLists } from '../../src/contacts/lists.ts';
import { searchContacts } from '../../src/contacts/search.ts';
import type { Ground } from '../../src/ground.ts';
import { actor, answer, table, toJson, withGround } from '../lib/cli.ts';
import { oneContact } from '../lib/one-contact.ts';

/** `contacts …` and `lists …`. */
export default function contacts(program: Command): void {
  const contacts = program.command('contacts').description('People and organisations we may write to');
  addImport(contacts);
  addSearch(contacts);
  addPersonal(contacts);
  addLists(program.command('lists').description('Lists that contacts joined, with how many did'));
}

const collect = (value: string, before: string[]) => [...before, value];

interface ImportFlags {
  list: string[];
  purpose: string;
  basis: string;
  sms?: boolean;
  sheet?: string;
  convertLegacy?: boolean;
  map: string[];
  dryRun?: boolean;
  rejects?: string;
  json?: boolean;
}

function addImport(contacts: Command): void {
  contacts
    .command('import <file>')
    .description(
      'Import contacts from a CSV file or Excel workbook; repeat the same command to go on after an interruption',
    )
    .option('--list <name>', 'list that they join, made when it is not there; may be repeated', collect, [])
    .requiredOption('--purpose <purpose>', 'what they agreed to hear about, such as appeals')
    .requiredOption('--basis <text>', 'why we may write to them, kept as proof of their consent')
    .option('--sheet <name>', 'sheet of the workbook (default: the first)')
    .option('--map <column=field>', 'what a column is, kept for such files; may be repeated', collect, [])
    .option('--dry-run', 'show the columns, the first rows and the problems, and write nothing')
    .option('--convert-legacy', 'convert Malayalam of the fonts of ISM (ML-TT, ML, MLB) to Unicode')
    .option('--sms', 'the basis covers text messages too')
    .option('--rejects <file>', 'where rows go that cannot be taken (default: FILE.rejected.csv)')
    .option('--json', 'answer with one line of JSON')
    .action((file: string, flags: ImportFlags) => withGround((ground) => runImport(ground, file, flags)));
}

async function runImport(ground: Ground, file: string, flags: ImportFlags): Promise<void> {
  const bar = progressBar(!flags.json && process.stderr.isTTY);
  try {
    const request = {
      ...{ file, lists: flags.list, purpose: flags.purpose, basis: flags.basis, sms: flags.sms },
      sheet: flags.sheet,
      convertLegacy: flags.convertLegacy,
      map: flags.map,
      ...{ rejectsFile: flags.rejects ?? rejectsBeside(file), actor: actor(), onProgress: bar.show },
    };
    if (flags.dryRun) {
      const preview = await previewImport(ground, request);
      return answer(flags, preview, () => previewInWords(preview));
    }
    const result = await importContacts(ground, request);
    bar.stop();
    answer(flags, result, () => inWords(result));
  } finally {
    bar.stop();
  }
}

const rejectsBeside = (file: string) =>
  path.join(
    path.dirname(file),
    `${path.basename(file).replace(/\.(csv|tsv|txt|xlsx|xlsm)$/i, '')}.rejected.csv`,
  );

function progressBar(shown: boolean) {
  const bar = new SingleBar({
    ...{
      format: '{bar} {percentage}% | {value} of {total} rows | {duration_formatted}',
      stream: process.stderr,
    },
    ...{ hideCursor: true, clearOnComplete: true },
  });
  const show = ({ done, total }: { done: number; total: number }) => {
    if (!shown) return;
    if (bar.isActive) bar.update(done);
    else bar.start(total, done);
  };
  return { show, stop: () => bar.stop() };
}

function previewInWords(preview: Awaited<ReturnType<typeof previewImport>>): string {
  const first = preview.first.map(({ line, name, email, phone }) => ({ line, name, email, phone }));
  const recalled = preview.mapping_recalled ? ' (columns as they were said before)' : '';
  return [
    `Nothing was written. Read as ${preview.encoding}${recalled}.`,
    table(preview.mapping.map(({ column, as }) => ({ column, as }))),
    first.length ? table(first) : '',
    `${preview.rows} rows, ${preview.rejected} of them would be rejected.`,
    ...preview.problems.map(({ line, reason }) => `Line ${line}: ${reason}`),
    ...preview.warnings.map((warning) => `Note: ${warning}`),
  ]
    .filter(Boolean)
    .join('\n');
}

function inWords(result: ImportResult): string {
  const heads = ['rows', 'created', 'updated', 'unchanged', 'rejected', 'suppressed', 'listed'] as const;
  const resumed = result.resumed_from === null ? '' : `, resumed behind row ${result.resumed_from}`;
  const lines = [
    table([Object.fromEntries(heads.map((head) => [head, result[head]]))]),
    `${result.seconds} seconds${resumed}. New consents: ${result.consented}.`,
    result.encoding === 'utf-8' ? '' : `Read as ${result.encoding}.`,
    result.mapping_recalled ? 'The columns were taken for what was said of such a file before.' : '',
    ...result.warnings.map((warning) => `Note: ${warning}`),
    result.withdrawn ? `${result.withdrawn} had withdrawn their consent; it stays withdrawn.` : '',
    result.rejects_file ? `Rows to correct, with the reason: ${result.rejects_file}` : '',
  ];
  return lines.filter(Boolean).join('\n');
}

function addSearch(contacts: Command): void {
  contacts
    .command('search <words...>')
    .description('Find contacts by name, e-mail address or phone number; typing errors are forgiven')
    .option('--json', 'answer with one line of JSON')
    .action((words: string[], flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const found = await searchContacts(ground, words.join(' '));
        const row = ({ id, name, addresses }: (typeof found)[number]) => ({
          ...{ name, addresses: addresses.join(', '), id },
        });
        answer(flags, found, () => (found.length ? table(found.map(row)) : 'Nobody was found.'));
      }),
    );
}

function addPersonal(contacts: Command): void {
  contacts
    .command('export-person <contact>')
    .description('Print all that is kept about one contact, by id or address, as JSON')
    .option('--json', 'on one line')
    .action((who: string, flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const known = await exportPerson(ground, await oneContact(ground, who));
        answer(flags, known, () => JSON.stringify(JSON.parse(toJson(known)), null, 2));
      }),
    );
  contacts
    .command('erase <contact>')
    .description('Erase one contact, by id or address, for good; suppressions stay without the address')
    .requiredOption('--yes', 'confirms that this cannot be taken back')
    .option('--json', 'answer with one line of JSON')
    .action((who: string, flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const id = await oneContact(ground, who);
        await erasePerson(ground, id, actor());
        answer(
          flags,
          { erased: id },
          () =>
            `Erased ${id}. Files that were exported or that an import rejected are not reached: delete those.`,
        );
      }),
    );
}

function addLists(lists: Command): void {
  lists.option('--json', 'answer with one line of JSON').action((flags: { json?: boolean }) =>
    withGround(async ({ sql }) => {
      const all = await listLists(sql);
      answer(flags, all, () =>
        all.length ? table(all.map(({ name, members }) => ({ name, members }))) : 'There are no lists yet.',
      );
    }),
  );
  lists
    .command('create <name>')
    .description('Make a list')
    .option('--json', 'answer with one line of JSON')
    .action((name: string, _: unknown, command: Command) =>
      withGround(async (ground) => {
        const list = await addList(ground, name, actor());
        answer(command.optsWithGlobals(), list, () => `Made the list "${list.name}".`);
      }),
    );
}
