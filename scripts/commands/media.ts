import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';
import {
  type Asset,
  describeAsset,
  findAsset,
  listAssets,
  removeAsset,
  usesOf,
} from '../../src/media/assets.ts';
import type { Alt } from '../../src/media/names.ts';
import { addressOf, mailSize } from '../../src/media/served.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { addFile } from '../lib/media-files.ts';

const LANGUAGES = { en: 'English', ml: 'Malayalam', ta: 'Tamil', hi: 'Hindi' };

interface Words {
  altEn?: string;
  altMl?: string;
  altTa?: string;
  altHi?: string;
  credit?: string;
  consent?: string;
}
type Common = Words & { json?: boolean; as: string };

/** `media …`: pictures and files that mails and pages show. */
export default function media(program: Command): void {
  const library = program
    .command('media')
    .description('pictures and files that mails and pages show')
    .addHelpText('after', '\nA picture is shown by a mail as asset:ID; an id may be given by its beginning.');
  addAdd(library);
  addDescribe(library);
  addList(library);
  addShow(library);
  addRemove(library);
}

function withWords(command: Command): Command {
  for (const [tag, language] of Object.entries(LANGUAGES)) {
    command.option(`--alt-${tag} <words>`, `what is seen on it, in ${language}`);
  }
  return command
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--credit <words>', 'who made it')
    .option('--consent <words>', 'who on it agreed to be shown, and where that is written')
    .option('--json', 'answer in JSON');
}

function readWords({ altEn, altMl, altTa, altHi, credit, consent }: Words) {
  const given = Object.entries({ en: altEn, ml: altMl, ta: altTa, hi: altHi });
  const alt: Alt = Object.fromEntries(
    given.flatMap(([tag, words]) => (words === undefined ? [] : [[tag, words]])),
  );
  return { alt, credit, consent };
}

function addAdd(library: Command): void {
  withWords(
    library
      .command('add <file...>')
      .description('add pictures (JPEG, PNG, WebP, GIF) or files (PDF, .docx, .xlsx, .ics, .csv, .txt)'),
  ).action((files: string[], options: Common) =>
    withGround(async (ground) => {
      const user = await findUser(ground, options.as);
      const added: AddedFile[] = [];
      for (const file of files) {
        const { asset, ...rest } = await addFile(ground, { file, user }, readWords(options));
        added.push({ ...shown(ground, asset), ...rest });
      }
      answer(options, added, () => added.map(addedInWords).join('\n'));
    }),
  );
}

type AddedFile = ReturnType<typeof shown> & { known: boolean; remarks: string[] };

const addedInWords = ({ id, name, url, known, remarks }: AddedFile) =>
  [
    `${known ? 'Known already' : 'Added'}: ${name}  asset:${id}`,
    `  ${url}`,
    ...remarks.map((one) => `  ${one}`),
  ].join('\n');

function addDescribe(library: Command): void {
  withWords(library.command('describe <id>').description('change what is said about one')).action(
    (wish: string, options: Common) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const asset = await describeAsset(ground, { wish, user }, readWords(options));
        answer(options, shown(ground, asset), () => inWords(ground, asset));
      }),
  );
}

function addList(library: Command): void {
  library
    .command('list')
    .description('list them, newest first')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listAssets(ground);
        const row = ({ id, name, width, height, bytes, alt }: Asset) => ({
          ...{ name, size: width ? `${width} × ${height}` : '', KB: Math.ceil(bytes / 1024) },
          ...{ described: Object.keys(alt).join(', '), id },
        });
        const none = 'The media library is empty. Add to it with: wecare media add FILE --as USER';
        answer(
          options,
          all.map((asset) => shown(ground, asset)),
          () => (all.length ? table(all.map(row)) : none),
        );
      }),
    );
}

function addShow(library: Command): void {
  library
    .command('show <id>')
    .description('show one, its addresses and what uses it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const asset = await findAsset(ground, wish);
        const uses = await usesOf(ground, asset);
        const used = uses.length ? uses.map(({ type, id }) => `used by ${type} ${id}`) : ['not used yet'];
        answer(options, { ...shown(ground, asset), uses }, () =>
          [inWords(ground, asset), ...used].join('\n'),
        );
      }),
    );
}

function addRemove(library: Command): void {
  library
    .command('remove <id>')
    .description('remove one that nothing uses')
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean; as: string }) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const asset = await removeAsset(ground, { wish, user });
        answer(options, shown(ground, asset), () => `Removed ${asset.name}.`);
      }),
    );
}

/** An asset with its addresses; the first is the one that mails show. */
function shown({ config }: Ground, { files, ...asset }: Asset) {
  const urlOf = (file: Asset['files'][number]) => addressOf(config.publicUrl, asset, file);
  const best = mailSize({ files });
  const sizes = files.map(({ hash: _, ...file }) => ({ ...file, url: urlOf({ ...file, hash: '' }) }));
  return { ...asset, url: best ? urlOf(best) : null, files: sizes };
}

function inWords(ground: Ground, asset: Asset): string {
  const { id, name, credit, consent, alt, files } = shown(ground, asset);
  return [
    `${name}  asset:${id}`,
    ...Object.entries(alt).map(([language, words]) => `${language}: ${words}`),
    ...(credit ? [`by ${credit}`] : []),
    ...(consent ? [`consent: ${consent}`] : []),
    ...files.map(
      ({ width, height, ext, bytes, url }) =>
        `${width ? `${width} × ${height}` : 'file'} ${ext}, ${Math.ceil(bytes / 1024)} KB  ${url}`,
    ),
  ].join('\n');
}
