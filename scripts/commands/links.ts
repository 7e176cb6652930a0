import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { findMessageNamed } from '../../src/campaigns/find-message.ts';
import { repoint, undo } from '../../src/campaigns/repointing.ts';
import { linksOf, type Repointed, repointedOf } from '../../src/links/repoint.ts';
import { linksInWords, repointedInWords } from '../lib/campaign-words.ts';
import { answer, withGround } from '../lib/cli.ts';

type Options = { json?: boolean; as: string };

/** Commands about the links of messages, sent ones too. */
export default function links(program: Command): void {
  const group = program
    .command('links')
    .description('see where the links of messages lead, and lead them elsewhere');
  addList(group);
  const words = (done: Repointed) => `${repointedInWords(done)} It holds at once.`;
  group
    .command('repoint <code> <url>')
    .description('lead a link elsewhere, in mails that were sent too')
    .requiredOption('--as <user>', 'e-mail address of the user who does it (approver or administrator)')
    .option('--json', 'answer in JSON')
    .action((code: string, url: string, options: Options) =>
      withGround(async (ground) => {
        const done = await repoint(ground, { code, url }, await findUser(ground, options.as));
        answer(options, done, () => words(done));
      }),
    );
  group
    .command('undo <code>')
    .description('take the latest re-pointing of a link back')
    .requiredOption('--as <user>', 'e-mail address of the user who does it (approver or administrator)')
    .option('--json', 'answer in JSON')
    .action((code: string, options: Options) =>
      withGround(async (ground) => {
        const done = await undo(ground, code, await findUser(ground, options.as));
        answer(options, done, () => words(done));
      }),
    );
}

function addList(group: Command): void {
  group
    .command('list <message>')
    .description('the links of a message (its name, its id, or its campaign), their visits and their history')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const message = await findMessageNamed(ground, wish);
        const tracked = await linksOf(ground.sql, message.id);
        const history = await repointedOf(ground.sql, message.id);
        answer(options, { message, links: tracked, history }, () =>
          tracked.length
            ? [linksInWords(tracked), ...history.map(repointedInWords)].join('\n')
            : `${message.name} has no links yet; they are made when it is sent.`,
        );
      }),
    );
}
