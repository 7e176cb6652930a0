import type { Command } from 'commander';
import { createKey, listKeys, revokeKey, scopes } from '../../src/access/api-keys.ts';
import { findUser } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean };

/** `wecare api-key`: what programs show when they call the API. */
export default function apiKey(program: Command): void {
  const keys = program.command('api-key').description('Keys by which programs call the API');
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
}

interface CreateOptions extends Common {
  name: string;
  scopes: string;
  as: string;
  expires?: string;
}

function addCreate(keys: Command): void {
  keys
    .command('create')
    .description('Make a key and print it once; only its hash is kept')
    .requiredOption('--name <name>', 'what uses it, such as "Finance dashboard"')
    .requiredOption('--scopes <scopes>', `what it may do, with commas between: ${scopes.join(', ')}`)
    .requiredOption('--as <user>', 'e-mail address of the user it acts as')
    .option('--expires <date>', 'when it stops to work (ISO 8601)')
    .option('--json', 'answer as JSON')
    .action((options: CreateOptions) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const wished = options.scopes.split(',').map((scope) => scope.trim());
        const expiresAt = options.expires === undefined ? undefined : readDate(options.expires);
        const made = await createKey(
          ground,
          { name: options.name, scopes: wished, user, expiresAt },
          actor(),
        );
        answer(options, made, () => `${made.key}\nKeep it now: it cannot be shown again.`);
      }),
    );
}

function addList(keys: Command): void {
  keys
    .command('list')
    .description('List the keys, with when they were last used')
    .option('--json', 'answer as JSON')
    .action((options: Common) =>
      withGround(async (ground) => {
        const all = await listKeys(ground);
        const row = (key: (typeof all)[number]) => ({
          ...{ prefix: key.prefix, name: key.name, user: key.user, scopes: key.scopes.join(' ') },
          'last used': key.lastUsedAt?.toISOString().slice(0, 16) ?? 'never',
          state: key.revokedAt
            ? 'revoked'
            : key.expiresAt && key.expiresAt < new Date()
              ? 'expired'
              : 'valid',
        });
        answer(options, all, () => (all.length ? table(all.map(row)) : 'There are no keys yet.'));
      }),
    );
}

function addRevoke(keys: Command): void {
  keys
    .command('revoke <key>')
    .description('End a key, named by its prefix or id; its next call is refused')
    .option('--json', 'answer as JSON')
    .action((wish: string, options: Common) =>
      withGround(async (ground) => {
        const key = await revokeKey(ground, wish, actor());
        answer(options, key, () => `The key ${key.prefix} (${key.name}) is revoked.`);
      }),
    );
}

function readDate(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new Refusal(`--expires "${text}" is no date. Write it as 2027-03-31.`);
}
