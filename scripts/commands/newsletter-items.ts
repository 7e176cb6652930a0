import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { defaultZone } from '../../src/access/default-zone.ts';
import { findUser } from '../../src/access/users.ts';
import {
  addItem,
  type Item,
  type ItemWords,
  listItems,
  removeItem,
} from '../../src/campaigns/newsletters/items.ts';
import { findNewsletter } from '../../src/campaigns/newsletters/newsletters.ts';
import { Refusal } from '../../src/errors.ts';
import { shown } from '../lib/campaign-words.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { addItemOptions, readItemOptions, readNumbers } from '../lib/newsletter-options.ts';

type Common = { json?: boolean; as: string };
type Texts = Record<string, string | boolean | undefined>;

/** What is written between editions. */
export function addItemCommands(newsletters: Command): void {
  const items = newsletters.command('item').description('write, list and remove what the next edition tells');
  addAdd(items);
  addRemove(items);
  items
    .command('list <newsletter>')
    .description('all items, and which edition has each')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listItems(ground, (await findNewsletter(ground, wish)).id);
        answer(options, all, () => (all.length ? table(all.map(rowOf)) : 'There are no items yet.'));
      }),
    );
}

function addAdd(items: Command): void {
  const add = items
    .command('add <newsletter>')
    .description('write an item; the next edition that is drafted takes it')
    .requiredOption('--as <user>', 'e-mail address of the user who writes it')
    .option('--link <url>', 'where its reader can read on')
    .option(
      '--picture <url>',
      'a picture, as asset:ID of the media library or an address; say in --alt-LANGUAGE what is seen on it',
    )
    .option(
      '--publish-after <time>',
      'not in an edition before this, by the office’s clocks: "2026-12-01 09:00"',
    )
    .option('--json', 'answer in JSON');
  addItemOptions(add).action(
    (wish: string, options: Common & Texts & { link?: string; picture?: string; publishAfter?: string }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const user = await findUser(ground, options.as);
        const words = (await readItemOptions(options)) as Record<string, ItemWords>;
        const { link, picture } = options;
        const publishAfter = readTime(options.publishAfter, await defaultZone(ground));
        const added = await addItem(ground, { newsletter, user }, { words, link, picture, publishAfter });
        answer(
          options,
          added,
          () => `Item ${added.number} of ${newsletter.slug} waits for the next edition.`,
        );
      }),
  );
}

function addRemove(items: Command): void {
  items
    .command('remove <newsletter> <item>')
    .description('take an item away that no edition has')
    .requiredOption('--as <user>', 'e-mail address of the user who removes it')
    .option('--json', 'answer in JSON')
    .action((wish: string, item: string, options: Common) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const [number = 0] = readNumbers(item);
        await removeItem(ground, { newsletter, user: await findUser(ground, options.as) }, number);
        answer(options, { removed: number }, () => `Item ${number} of ${newsletter.slug} is removed.`);
      }),
    );
}

function rowOf({ number, words, edition, publishAfter, addedAt }: Item) {
  const [first] = Object.values(words);
  const place = edition?.number
    ? `${edition.number} (${edition.state})`
    : publishAfter
      ? `from ${shown(publishAfter)}`
      : 'new';
  return {
    item: number,
    edition: place,
    in: Object.keys(words).join(', '),
    title: first?.title ?? '',
    written: shown(addedAt),
  };
}

/** By the clocks of the office. */
function readTime(text: string | undefined, zone: string): Date | undefined {
  if (text === undefined) return undefined;
  const at = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone });
  if (at.isValid) return at.toJSDate();
  throw new Refusal(`${JSON.stringify(text)} is no date and time. Write it as "2026-12-01 09:00".`);
}
