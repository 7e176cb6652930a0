import type { Command } from 'commander';
import { putAccount } from '../../src/deliveries/account-list.ts';
import { sendTrialNotice } from '../../src/deliveries/trial-notice.ts';
import type { Ground } from '../../src/ground.ts';
import { type AccountOptions, readAccountOptions } from '../lib/account-options.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

type Flags = AccountOptions & { json?: boolean };

/** `wecare account`: the SMTP routes by which mail leaves. */
export default function account(program: Command): void {
  const group = program.command('account').description('SMTP accounts, chosen by the sender domain');
  group
    .command('add <name>')
    .description(
      'Add or replace an account; its password is read from WECARE_SMTP_PASSWORD, or an OAuth access token (XOAUTH2) from WECARE_SMTP_TOKEN, never from the command line',
    )
    .requiredOption(
      '--url <smtp url>',
      'smtp://user@host:587, or smtps://user@host for TLS from the first byte',
    )
    .requiredOption('--domain <domain...>', 'sender domains it serves; * for every one')
    .option('--tls <how>', 'starttls (usual), tls (usual for smtps://) or none')
    .option('--hello <name>', 'name said in EHLO')
    .option('--connections <n>', 'connections of each worker', '20')
    .option('--priority <n>', 'lower is tried first', '100')
    .option('--per-second <n>', 'limit')
    .option('--per-hour <n>', 'limit')
    .option('--per-day <n>', 'limit')
    .option(
      '--dkim <domain:selector:file...>',
      'sign with the private key in that PEM file; two while it is changed',
    )
    .option('--json', 'answer as JSON')
    .action((name: string, options: Flags) => withGround((ground) => add(ground, name, options)));
  group
    .command('test')
    .description('Send one notice to an address of yours, the way codes and receipts go')
    .requiredOption('--to <address>', 'who gets it')
    .option('--language <code>', 'en or ml', 'en')
    .option('--json', 'answer as JSON')
    .action((options: { to: string; language: string; json?: boolean }) =>
      withGround((ground) => tryOut(ground, options)),
    );
  group
    .command('list')
    .description('Accounts, what they serve, and what troubles them')
    .option('--json', 'answer as JSON')
    .action((options: { json?: boolean }) =>
      withGround(async ({ db }) => {
        const rows = await db.account.findMany({ where: { channel: 'email' }, orderBy: { priority: 'asc' } });
        const accounts = rows.map(({ name, domains, priority, connections, trouble, restsUntil }) => ({
          ...{ name, domains: domains.join(' '), priority, connections },
          trouble: trouble && restsUntil && restsUntil > new Date() ? trouble : '',
        }));
        answer(options, accounts, () =>
          accounts.length ? table(accounts) : 'No account yet: wecare account add --help',
        );
      }),
    );
}

async function add(ground: Ground, name: string, options: Flags): Promise<void> {
  const { WECARE_SMTP_PASSWORD: password, WECARE_SMTP_TOKEN: accessToken } = process.env;
  const account = await readAccountOptions(name, options, { password, accessToken });
  const { id, domains } = await putAccount(ground, account, actor());
  answer(options, { id, name }, () => `Saved: ${name} sends for ${domains.join(', ')}.`);
}

async function tryOut(
  ground: Ground,
  options: { to: string; language: string; json?: boolean },
): Promise<void> {
  const id = await sendTrialNotice(ground, options);
  answer(options, { notice: id }, () => `Notice ${id} is in its lane; a running worker sends it at once.`);
}
