import type { Command } from 'commander';
import { findUser, requireRole } from '../../src/access/users.ts';
import { readAddress } from '../../src/contacts/addresses.ts';
import {
  type AtAddress,
  household,
  type Likely,
  likelyDuplicates,
  tellApart,
} from '../../src/contacts/alike.ts';
import { mergeContacts } from '../../src/deliveries/merge.ts';
import type { Ground } from '../../src/ground.ts';
import { answer, table, wholeNumber, withGround } from '../lib/cli.ts';
import { commandNamed } from '../lib/command-named.ts';
import { oneContact } from '../lib/one-contact.ts';

/** `contacts duplicates`, `merge`, `apart` and `household`. */
export default function duplicates(program: Command): void {
  const contacts = commandNamed(program, 'contacts');
  addDuplicates(contacts);
  addMerge(contacts);
  addApart(contacts);
  addHousehold(contacts);
}

const MOST = 100_000;

function addDuplicates(contacts: Command): void {
  contacts
    .command('duplicates')
    .description('List pairs of contacts that are likely one person, with the reasons, the surest first')
    .option('--limit <n>', 'so many pairs at most', '50')
    .option(
      '--newest <n>',
      'compare the names of so many newest contacts with everybody’s (about 30 a second)',
      '200',
    )
    .option('--json', 'answer with one line of JSON')
    .action((flags: { limit: string; newest: string; json?: boolean }) =>
      withGround(async (ground) => {
        const limit = wholeNumber('--limit', flags.limit, [1, MOST]);
        const newest = wholeNumber('--newest', flags.newest, [1, MOST]);
        const pairs = await likelyDuplicates(ground, { limit, newest });
        answer(flags, pairs, () =>
          pairs.length ? pairs.map(inWords).join('\n\n') : 'No two look like one.',
        );
      }),
    );
}

const inWords = ({ one, other, reasons }: Likely): string =>
  [
    reasons.join('; '),
    ...[one, other].map((who) => `  ${who.id}  ${who.name}  ${who.addresses.join(', ')}`),
  ].join('\n');

function addMerge(contacts: Command): void {
  contacts
    .command('merge <keep> <drop>')
    .description('Make two contacts one, for good; what was withdrawn by either stays withdrawn')
    .requiredOption('--as <user>', 'e-mail address of the user who says that they are one person')
    .option('--json', 'answer with one line of JSON')
    .action((keep: string, drop: string, flags: { as: string; json?: boolean }) =>
      withGround(async (ground) => {
        const actor = await editor(ground, flags.as);
        const pair = { keep: await oneContact(ground, keep), drop: await oneContact(ground, drop) };
        const merged = await mergeContacts(ground, pair, actor);
        const lost = merged.notCarried.map(({ channel, purpose }) => `${channel}, ${purpose}`).join('; ');
        const note = lost && `\nNot carried over, since nobody could be reached by it before: ${lost}.`;
        answer(flags, merged, () => `${merged.drop} is part of ${merged.keep} now.${note}`);
      }),
    );
}

function addApart(contacts: Command): void {
  contacts
    .command('apart <one> <other>')
    .description('Note that two contacts who look alike are two people')
    .requiredOption('--as <user>', 'e-mail address of the user who says so')
    .option('--json', 'answer with one line of JSON')
    .action((one: string, other: string, flags: { as: string; json?: boolean }) =>
      withGround(async (ground) => {
        const actor = await editor(ground, flags.as);
        const ids: [string, string] = [await oneContact(ground, one), await oneContact(ground, other)];
        await tellApart(ground, ids, actor);
        answer(flags, { apart: ids }, () => 'They are two people, and are no longer listed as likely one.');
      }),
    );
}

function addHousehold(contacts: Command): void {
  contacts
    .command('household <address>')
    .description('List everybody who has an e-mail address or phone number, with what they agreed to')
    .option('--json', 'answer with one line of JSON')
    .action((address: string, flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const people = await household(ground.sql, readAddress(address));
        const row = ({ id, name, given, withdrawn }: AtAddress) => ({
          ...{ name, given: given.join(', '), withdrawn: withdrawn.join(', '), id },
        });
        answer(flags, people, () => (people.length ? table(people.map(row)) : `Nobody has ${address}.`));
      }),
    );
}

async function editor(ground: Pick<Ground, 'db'>, as: string): Promise<string> {
  const user = await findUser(ground, as);
  requireRole(user, ['author', 'administrator'], 'merge contacts');
  return user.email;
}
