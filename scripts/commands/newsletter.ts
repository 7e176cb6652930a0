import type { Command } from 'commander';
import { defaultZone } from '../../src/access/default-zone.ts';
import { findUser } from '../../src/access/users.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import {
  checkSchedule,
  createNewsletter,
  editNewsletter,
  findNewsletter,
  listNewsletters,
} from '../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import {
  editionsOf,
  type NewsletterStatus,
  newsletterStatus,
} from '../../src/campaigns/newsletters/status.ts';
import { Refusal } from '../../src/errors.ts';
import { editorOf, readTiming, type TimingOptions } from '../lib/campaign-options.ts';
import { answer, withGround } from '../lib/cli.ts';
import { addWordOptions, readWordOptions } from '../lib/newsletter-options.ts';
import { editionsInWords, newsletterInWords } from '../lib/newsletter-words.ts';
import { addEditionCommands } from './newsletter-editions.ts';
import { addItemCommands } from './newsletter-items.ts';
import { addPauseCommands } from './newsletter-pause.ts';

type Common = { json?: boolean; as: string };
type Texts = Record<string, string | boolean | string[] | undefined>;

/** Commands about newsletters: their items, editions and archive. */
export default function newsletter(program: Command): void {
  const newsletters = program
    .command('newsletter')
    .description('write newsletters: items, editions, and what of them the public reads')
    .addHelpText(
      'after',
      '\nItems are written between editions. Before an edition is due it is drafted from what is new and waits\nfor approval; one with nothing new is skipped. A newsletter is named by its slug or its title.',
    );
  addCreate(newsletters);
  addEdit(newsletters);
  addItemCommands(newsletters);
  addEditionCommands(newsletters);
  addPauseCommands(newsletters);
  addLooks(newsletters);
}

interface CreateOptions extends Common, TimingOptions {
  list: string[];
  from?: string;
  replyTo?: string;
  purpose: string;
  public: boolean;
  archive: boolean;
  draftHours?: string;
}

const addTimes = (command: Command): Command =>
  command
    .option('--cron <expression>', 'when: "0 9 * * MON" is every Monday at 09:00')
    .option('--zone <zone>', 'whose clocks (usual: that of the settings)')
    .option('--window <from-to>', 'only between these hours: 09:00-20:00')
    .option(
      '--late <policy>',
      'when it was not approved or could not start in time: ask (usual), send or skip',
    )
    .option('--late-after <seconds>', 'after which it is late (usual: 900)')
    .option('--draft-hours <hours>', 'how long before it is due an edition is drafted (usual: 24)');

function addCreate(newsletters: Command): void {
  const create = newsletters
    .command('create <slug>')
    .description('make a newsletter; its pages are at /n/SLUG')
    .requiredOption('--list <name...>', 'one or more lists of contacts')
    .requiredOption('--as <user>', 'e-mail address of the user who makes it')
    .option('--from <sender>', 'the sender, as "We Care <news@wecare.example>" (usual: MAIL_FROM)')
    .option('--reply-to <address>', 'where answers go')
    .option('--purpose <word>', 'the purpose that consent was given for', 'newsletter')
    .option('--no-public', 'not shown on the web at all')
    .option('--no-archive', 'shown on the web without its editions')
    .option('--json', 'answer in JSON');
  addTimes(addWordOptions(create)).action((slug: string, options: CreateOptions & Texts) =>
    withGround(async (ground) => {
      const timing = readTiming(options);
      if (timing.schedule) checkSchedule(timing.schedule, ground.clock.now(), await defaultZone(ground));
      const user = await findUser(ground, options.as);
      const made = await createNewsletter(
        ground,
        {
          ...{ slug, words: readWordOptions(options) as Parameters<typeof createNewsletter>[1]['words'] },
          ...{ lists: options.list, purpose: options.purpose, replyTo: options.replyTo },
          from: options.from ?? ground.config.MAIL_FROM,
          ...{ public: options.public, archive: options.archive, draftHours: hoursOf(options.draftHours) },
        },
        user,
      );
      const editor = await editorOf(ground, options.as);
      if (timing.schedule) await scheduleMessage(ground, { messageId: made.messageId, editor }, timing);
      await pressEditions(ground);
      const status = await newsletterStatus(ground, await findNewsletter(ground, slug));
      answer(options, { ...made, status }, () => newsletterInWords(status));
    }),
  );
}

interface EditOptions extends Common, TimingOptions {
  public?: string;
  archive?: string;
  draftHours?: string;
}

function addEdit(newsletters: Command): void {
  const edit = newsletters
    .command('edit <newsletter>')
    .description('change its words, its times, or what of it is public; its mail: wecare campaign edit')
    .requiredOption('--as <user>', 'e-mail address of the user who edits it')
    .option('--public <yes|no>', 'whether it is shown on the web')
    .option('--archive <yes|no>', 'whether its editions are')
    .option('--json', 'answer in JSON');
  addTimes(addWordOptions(edit)).action((wish: string, options: EditOptions & Texts) =>
    withGround(async (ground) => {
      const newsletter = await findNewsletter(ground, wish);
      const timing = readTiming(options);
      if (timing.schedule) checkSchedule(timing.schedule, ground.clock.now(), await defaultZone(ground));
      const user = await findUser(ground, options.as);
      await editNewsletter(
        ground,
        { newsletter, user },
        {
          words: readWordOptions(options),
          ...{ public: yesOrNo('--public', options.public), archive: yesOrNo('--archive', options.archive) },
          draftHours: hoursOf(options.draftHours),
        },
      );
      const editor = await editorOf(ground, options.as);
      const timed = Object.keys(timing).length > 0;
      if (timed) await scheduleMessage(ground, { messageId: newsletter.messageId, editor }, timing);
      await pressEditions(ground);
      const status = await newsletterStatus(ground, await findNewsletter(ground, newsletter.id));
      answer(options, status, () => newsletterInWords(status));
    }),
  );
}

function addLooks(newsletters: Command): void {
  newsletters
    .command('editions <newsletter>')
    .description('all editions, the newest first, with why one was skipped')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        const editions = await editionsOf(ground, newsletter);
        answer(options, editions, () => editionsInWords(editions, newsletter));
      }),
    );
  newsletters
    .command('status [newsletter]')
    .description('when the next edition is due and what it waits for; of all newsletters unless one is named')
    .option('--json', 'answer in JSON')
    .action((wish: string | undefined, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const wished =
          wish === undefined ? await listNewsletters(ground) : [await findNewsletter(ground, wish)];
        const all: NewsletterStatus[] = [];
        for (const one of wished) all.push(await newsletterStatus(ground, one));
        const none = 'There are no newsletters yet. "wecare newsletter create" makes one.';
        const words = () => all.map(newsletterInWords).join('\n\n') || none;
        answer(options, wish === undefined ? all : all[0], words);
      }),
    );
}

function hoursOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new Refusal('--draft-hours is a number of hours, such as 24.');
}

function yesOrNo(option: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new Refusal(`${option} is yes or no, not ${JSON.stringify(text)}.`);
}
