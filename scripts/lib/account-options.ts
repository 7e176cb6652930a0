import { readFile } from 'node:fs/promises';
import type { saveAccount } from '../../src/deliveries/accounts.ts';
import { Refusal } from '../../src/errors.ts';
import { wholeNumber } from './cli.ts';

/** What a person says of an account on the command line; commander's names. */
export interface AccountOptions {
  url: string;
  domain: string[];
  tls?: string;
  hello?: string;
  perSecond?: string;
  perHour?: string;
  perDay?: string;
  connections: string;
  priority: string;
  dkim?: string[];
}

/** Secrets come from the environment: a command line is seen by everybody on the machine. */
export interface AccountSecrets {
  password: string | undefined;
  /** OAuth access token, for XOAUTH2. */
  accessToken: string | undefined;
}

type Account = Parameters<typeof saveAccount>[1];
const SECURITIES = ['starttls', 'tls', 'none'] as const;
const MOST = 1_000_000_000;

/** Reads the options, and the files that they name. @throws Refusal for one that will not do */
export async function readAccountOptions(
  name: string,
  options: AccountOptions,
  secrets: AccountSecrets,
): Promise<Account> {
  const url = parseUrl(options.url);
  const user = decodeURIComponent(url.username);
  const implicit = url.protocol === 'smtps:';
  const security = readSecurity(options.tls ?? (implicit ? 'tls' : 'starttls'));
  return {
    ...{ name, domains: options.domain, ...limitsOf(options) },
    settings: {
      ...{ host: url.hostname, port: Number(url.port || (implicit ? 465 : 587)), security },
      ...(user && { user }),
      ...(options.hello && { hello: options.hello }),
    },
    secrets: { ...secretsOf(user, secrets), dkim: await Promise.all((options.dkim ?? []).map(dkimKey)) },
  };
}

function limitsOf(options: AccountOptions) {
  const { perSecond, perHour, perDay } = options;
  return {
    connections: wholeNumber('--connections', options.connections, [1, 1000]),
    priority: wholeNumber('--priority', options.priority, [0, 1_000_000]),
    ...(perSecond !== undefined && { perSecond: wholeNumber('--per-second', perSecond, [1, MOST]) }),
    ...(perHour !== undefined && { perHour: wholeNumber('--per-hour', perHour, [1, MOST]) }),
    ...(perDay !== undefined && { perDay: wholeNumber('--per-day', perDay, [1, MOST]) }),
  };
}

function secretsOf(user: string, { password, accessToken }: AccountSecrets) {
  if (!user) return {};
  if (accessToken) return { accessToken };
  if (password) return { password };
  throw new Refusal(
    `Set WECARE_SMTP_PASSWORD to the password of ${user} (or WECARE_SMTP_TOKEN to an OAuth access token), then run this again.`,
  );
}

function readSecurity(text: string) {
  const security = SECURITIES.find((one) => one === text);
  if (security) return security;
  throw new Refusal(`--tls is ${SECURITIES.join(', ')}, not ${JSON.stringify(text)}.`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname || url.port === '0')
    throw new Refusal(`"${text}" is no SMTP address. Write it as smtp://user@host:587.`);
  if (url.password)
    throw new Refusal('Leave the password out of the address; put it in WECARE_SMTP_PASSWORD.');
  return url;
}

async function dkimKey(text: string) {
  const [domain = '', selector = '', ...rest] = text.split(':');
  const file = rest.join(':');
  if (!domain || !selector || !file)
    throw new Refusal('--dkim is DOMAIN:SELECTOR:FILE, the file a PEM private key.');
  const privateKey = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`The key file ${file} cannot be read (${error.code}).`);
  });
  return { domain, selector, privateKey };
}
