import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import {
  addToEvergreen,
  type Evergreen,
  findEvergreen,
  listEvergreens,
  makeEvergreen,
  pauseEvergreen,
  removeFromEvergreen,
} from '../../src/campaigns/posts/evergreen.ts';
import type { Slot } from '../../src/campaigns/posts/turns.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean; as: string };

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

/** `evergreen …`: posts that go round on one account. */
export default function evergreen(program: Command): void {
  const all = program
    .command('evergreen')
    .description('posts that go round on one account, in slots of the week');
  all
    .command('list')
    .description('every queue with its posts')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const queues = await listEvergreens(ground);
        answer(options, queues, () =>
          queues.length ? table(queues.map(rowOf)) : 'There are no queues of posts yet.',
        );
      }),
    );
  addMake(all);
  addChange(all, 'add', 'let a post go round in a queue; withdraws its approval', addToEvergreen);
  addChange(all, 'remove', 'take a post out of a queue', removeFromEvergreen);
  addPause(all, true);
  addPause(all, false);
}

const rowOf = ({ name, account, slots, gapDays, pausedAt, items, next }: Evergreen) => ({
  ...{
    name,
    account: account.name,
    posts: items.length,
    approved: items.filter((one) => one.approved).length,
  },
  ...{
    slots: slots.map(({ weekday, time }) => `${DAYS[weekday - 1]} ${time}`).join(', '),
    'rest in days': gapDays,
  },
  next: pausedAt ? 'resting' : (next?.toISOString() ?? ''),
});

function addMake(all: Command): void {
  all
    .command('make <name>')
    .description('make a queue')
    .requiredOption('--account <name>', 'where its posts are published')
    .requiredOption(
      '--slot <slot...>',
      'a day and a time by the office’s clocks, as MON@10:00; may be repeated',
    )
    .requiredOption('--as <user>', 'e-mail address of the user who makes it')
    .option('--gap <days>', 'no post comes again within so many days', '30')
    .option('--json', 'answer in JSON')
    .action((name: string, options: Common & { account: string; slot: string[]; gap: string }) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const slots = options.slot.map(readSlot);
        const wish = { name, account: options.account, slots, gapDays: Number(options.gap) };
        const id = await makeEvergreen(ground, user, wish);
        answer(
          options,
          { id },
          () => `Made ${name}. Add posts: wecare evergreen add ${JSON.stringify(name)} MESSAGE`,
        );
      }),
    );
}

function readSlot(text: string): Slot {
  const [day = '', time = ''] = text.toUpperCase().split('@');
  if (!DAYS.includes(day)) throw new Refusal(`${text} is no slot. Write it as MON@10:00.`);
  return { weekday: DAYS.indexOf(day) + 1, time };
}

function addChange(all: Command, verb: string, does: string, work: typeof addToEvergreen): void {
  all
    .command(`${verb} <queue> <message>`)
    .description(does)
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, messageId: string, options: Common) =>
      withGround(async (ground) => {
        const { id: queueId } = await findEvergreen(ground, wish);
        await work(ground, { queueId, messageId, user: await findUser(ground, options.as) });
        await tell(ground, options, queueId);
      }),
    );
}

function addPause(all: Command, paused: boolean): void {
  all
    .command(`${paused ? 'pause' : 'resume'} <queue>`)
    .description(paused ? 'let it rest: nothing more is planned' : 'let it go on')
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common) =>
      withGround(async (ground) => {
        const { id: queueId } = await findEvergreen(ground, wish);
        await pauseEvergreen(ground, { queueId, paused, user: await findUser(ground, options.as) });
        await tell(ground, options, queueId);
      }),
    );
}

async function tell(ground: Ground, options: Common, id: string): Promise<void> {
  const queue = await findEvergreen(ground, id);
  answer(options, queue, () => table([rowOf(queue)]));
}
