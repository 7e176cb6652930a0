import type { Command } from 'commander';
import { findUser, requireRole } from '../../src/access/users.ts';
import { publishList, unpublishList } from '../../src/contacts/public-lists.ts';
import { answer, withGround } from '../lib/cli.ts';
import { commandNamed } from '../lib/command-named.ts';

interface Words {
  purpose: string;
  titleEn: string;
  titleMl: string;
  descriptionEn: string;
  descriptionMl: string;
  as: string;
}

/** `lists publish` and `lists unpublish`: which lists everybody may join by the public form. */
export default function publicLists(program: Command): void {
  const lists = commandNamed(program, 'lists');
  lists
    .command('publish <name>')
    .description('Let everybody join a list by the public form at /subscribe')
    .requiredOption(
      '--purpose <purpose>',
      'what its mails are for, such as newsletter; joining consents to it',
    )
    .requiredOption('--title-en <text>', 'what strangers read, in English')
    .requiredOption('--title-ml <text>', 'the same in Malayalam')
    .requiredOption('--description-en <text>', 'one sentence: what comes, and how often')
    .requiredOption('--description-ml <text>', 'the same in Malayalam')
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer with one line of JSON')
    .action((name: string, flags: Words, command: Command) =>
      withGround(async (ground) => {
        const actor = await author(ground, flags.as);
        const words = {
          en: { title: flags.titleEn, description: flags.descriptionEn },
          ml: { title: flags.titleMl, description: flags.descriptionMl },
        };
        await publishList(ground, name, { purpose: flags.purpose, words, actor });
        answer(command.optsWithGlobals(), { published: name }, () => `Everybody may join "${name}" now.`);
      }),
    );
  lists
    .command('unpublish <name>')
    .description('Take a list off the public form; who joined it stays on it')
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer with one line of JSON')
    .action((name: string, flags: { as: string }, command: Command) =>
      withGround(async (ground) => {
        await unpublishList(ground, name, await author(ground, flags.as));
        answer(command.optsWithGlobals(), { unpublished: name }, () => `"${name}" is off the public form.`);
      }),
    );
}

async function author(ground: Parameters<typeof findUser>[0], as: string): Promise<string> {
  const user = await findUser(ground, as);
  requireRole(user, ['author', 'administrator'], 'publish lists');
  return user.email;
}
