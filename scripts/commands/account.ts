import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { sendTrialNotice } from '../../src/deliveries/trial-notice.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { answer, table, withGround } from '../lib/cli.ts';

interface AddOptions {
  url: string;
  domain: string[];
  tls: 'starttls' | 'tls' | 'none';
  hello?: string;
  perSecond?: string;
  perHour?: string;
  perDay?: string;
  connections: string;
  priority: string;
  dkim?: string[];
  json?: boolean;
}

/** `wecare account`: the SMTP routes by which mail leaves. */
export default function account(program: Command): void {
  const group = program.command('account').description('SMTP accounts, chosen by the sender domain');
  group
    .command('add <name>')
    .description(
      'Add or replace an account; the password is read from WECARE_SMTP_PASSWORD, never from the command line',
    )
    .requiredOption('--url <smtp url>', 'smtp://user@host:587')
    .requiredOption('--domain <domain...>', 'sender domains it serves; * for every one')
    .option('--tls <how>', 'starttls, tls or none', 'starttls')
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
    .action((name: string, options: AddOptions) => withGround((ground) => add(ground, name, options)));
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

async function add(
  ground: Parameters<typeof saveAccount>[0],
  name: string,
  options: AddOptions,
): Promise<void> {
  const url = parseUrl(options.url);
  const password = process.env.WECARE_SMTP_PASSWORD;
  const user = decodeURIComponent(url.username);
  if (user && !password)
    throw new Refusal(`Set WECARE_SMTP_PASSWORD to the password of ${user}, then run this again.`);
  const id = await saveAccount(ground, {
    ...{ name, domains: options.domain, connections: whole('connections', options.connections) },
    priority: whole('priority', options.priority),
    settings: {
      ...{ host: url.hostname, port: Number(url.port || 587), security: options.tls },
      ...(user && { user }),
      ...(options.hello && { hello: options.hello }),
    },
    secrets: { ...(password && { password }), dkim: await Promise.all((options.dkim ?? []).map(dkimKey)) },
    ...(options.perSecond && { perSecond: whole('per-second', options.perSecond) }),
    ...(options.perHour && { perHour: whole('per-hour', options.perHour) }),
    ...(options.perDay && { perDay: whole('per-day', options.perDay) }),
  });
  answer(options, { id, name }, () => `Saved: ${name} sends for ${options.domain.join(', ')}.`);
}

async function tryOut(
  ground: Ground,
  options: { to: string; language: string; json?: boolean },
): Promise<void> {
  const id = await sendTrialNotice(ground, options);
  answer(options, { notice: id }, () => `Notice ${id} is in its lane; a running worker sends it at once.`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol))
    throw new Refusal(`"${text}" is no SMTP address. Write it as smtp://user@host:587.`);
  if (url.password)
    throw new Refusal('Leave the password out of the address; put it in WECARE_SMTP_PASSWORD.');
  return url;
}

async function dkimKey(text: string) {
  const [domain = '', selector = '', ...file] = text.split(':');
  if (!domain || !selector || !file.length)
    throw new Refusal('--dkim is DOMAIN:SELECTOR:FILE, the file a PEM private key.');
  return { domain, selector, privateKey: await readFile(file.join(':'), 'utf8') };
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(`--${name} is a whole number, not "${text}".`);
  return Number(text);
}
