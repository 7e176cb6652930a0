import type { Command } from 'commander';
import { addUser, listUsers, roles } from '../../src/access/users.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface AddOptions {
  email: string;
  name: string;
  role: string[];
  json?: boolean;
}

export default function user(program: Command): void {
  const users = program.command('user').description('who may write, approve and look');
  users
    .command('add')
    .description('add a user')
    .requiredOption('--email <address>', 'their e-mail address')
    .requiredOption('--name <name>', 'their name')
    .requiredOption('--role <role...>', `one or more of ${roles.join(', ')}`)
    .option('--json', 'answer in JSON')
    .action((options: AddOptions) =>
      withGround(async (ground) => {
        const { email, name, role } = options;
        const added = await addUser(ground, { email, name, roles: role }, actor());
        answer(options, added, () => `${added.name} <${added.email}> is ${added.roles.join(', ')}.`);
      }),
    );
  users
    .command('list')
    .description('list the users')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listUsers(ground);
        const row = (u: (typeof all)[number]) => ({
          ...{ name: u.name, email: u.email, roles: u.roles.join(', ') },
          ...{ state: u.disabledAt ? 'disabled' : 'active' },
        });
        answer(options, all, () => (all.length ? table(all.map(row)) : 'There are no users yet.'));
      }),
    );
}
