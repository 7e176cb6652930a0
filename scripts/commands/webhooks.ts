import type { Command } from 'commander';
import {
  addEndpoint,
  changeEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
  webhookEvents,
} from '../../src/deliveries/webhooks/endpoints.ts';
import { readLog, redeliver, testEndpoint } from '../../src/deliveries/webhooks/log.ts';
import { Refusal } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean };
const JSON_FLAG = ['--json', 'answer as JSON'] as const;

/** `wecare webhooks`: other programs that are told what happens. */
export default function webhooks(program: Command): void {
  const group = program.command('webhooks').description('Other programs that are told what happens');
  addAdd(group);
  addList(group);
  addChanges(group);
  addLog(group);
}

function addAdd(group: Command): void {
  group
    .command('add <url>')
    .description('Add a receiver and print its secret once')
    .option('--events <events>', `with commas between: ${webhookEvents.join(', ')} (usual: all)`)
    .option('--description <text>', 'what it is')
    .option(...JSON_FLAG)
    .action((url: string, options: Common & { events?: string; description?: string }) =>
      withGround(async (ground) => {
        const events = options.events?.split(',').map((event) => event.trim()) ?? [...webhookEvents];
        const made = await addEndpoint(ground, { url, events, description: options.description }, actor());
        answer(
          options,
          made,
          () => `${made.id}\n${made.secret}\nKeep the secret now: it cannot be shown again.`,
        );
      }),
    );
}

function addList(group: Command): void {
  group
    .command('list')
    .description('List the receivers, and how they fare')
    .option(...JSON_FLAG)
    .action((options: Common) =>
      withGround(async (ground) => {
        const all = await listEndpoints(ground);
        const row = (one: (typeof all)[number]) => ({
          ...{ id: one.id, url: one.url, events: one.events.join(' '), waiting: one.waiting },
          state: one.disabledAt
            ? `stopped: ${one.disabledReason}`
            : one.failingSince
              ? `failing since ${one.failingSince.toISOString().slice(0, 16)}`
              : 'well',
        });
        answer(options, all, () => (all.length ? table(all.map(row)) : 'There are no webhooks yet.'));
      }),
    );
}

function addChanges(group: Command): void {
  const command = (name: string, words: string) =>
    group
      .command(`${name} <id>`)
      .description(words)
      .option(...JSON_FLAG);
  command('remove', 'Remove a receiver, with its messages and their log').action(
    (id: string, options: Common) =>
      withGround(async (ground) => {
        await removeEndpoint(ground, requireId(id), actor());
        answer(options, { removed: id }, () => `Removed ${id}.`);
      }),
  );
  for (const [name, enabled] of [['enable', true] as const, ['disable', false] as const]) {
    const words = enabled
      ? 'Let a receiver go on, with what happens from now'
      : 'Tell a receiver nothing more';
    command(name, words).action((id: string, options: Common) =>
      withGround(async (ground) => {
        const changed = await changeEndpoint(ground, { id: requireId(id), change: { enabled } }, actor());
        answer(options, changed, () => `${changed.url} is ${changed.disabledAt ? 'stopped' : 'told again'}.`);
      }),
    );
  }
  command('rotate', 'Make a new secret; the old one signs too for a day').action(
    (id: string, options: Common) =>
      withGround(async (ground) => {
        const secret = await rotateSecret(ground, requireId(id), actor());
        answer(options, { secret }, () => `${secret}\nKeep the secret now: it cannot be shown again.`);
      }),
  );
  command('test', 'Send a receiver a message about nothing').action((id: string, options: Common) =>
    withGround(async (ground) => {
      const message = await testEndpoint(ground, requireId(id), actor());
      answer(options, { message }, () => `Message ${message} is on its way; a running worker sends it.`);
    }),
  );
}

function addLog(group: Command): void {
  group
    .command('log <id>')
    .description('What was sent to a receiver, and how it answered')
    .option('--state <state>', 'only waiting, sending, delivered or failed')
    .option('--limit <n>', 'so many, the newest first', '50')
    .option(...JSON_FLAG)
    .action((id: string, options: Common & { state?: string; limit: string }) =>
      withGround(async (ground) => {
        if (!/^[1-9]\d{0,3}$/.test(options.limit)) throw new Refusal('--limit is a number up to 9999.');
        const page = { state: options.state, limit: Number(options.limit) };
        const rows = await readLog(ground, requireId(id), page);
        answer(options, rows, () => (rows.length ? table(rows.map(inWords)) : 'Nothing was sent yet.'));
      }),
    );
  group
    .command('redeliver <message>')
    .description('Send a message again, at once')
    .option(...JSON_FLAG)
    .action((id: string, options: Common) =>
      withGround(async (ground) => {
        await redeliver(ground, requireId(id), actor());
        answer(options, { redelivered: id }, () => `Message ${id} is on its way; a running worker sends it.`);
      }),
    );
}

const inWords = (row: Awaited<ReturnType<typeof readLog>>[number]) => ({
  ...{ message: row.id, type: row.type, events: row.events, state: row.state, attempts: row.attempts },
  'last answer': row.trouble?.slice(0, 60) ?? (row.status === null ? '' : `${row.status} in ${row.ms} ms`),
  next: row.state === 'waiting' ? row.dueAt.toISOString().slice(0, 19) : '',
});

function requireId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new Refusal(`"${text.slice(0, 50)}" is no id. "wecare webhooks list" shows them.`);
}
