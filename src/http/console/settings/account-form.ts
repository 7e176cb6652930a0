import type { Request } from 'express';
import { openDkim } from '../../../../channels/email/dkim.ts';
import type { AccountForm, readAccount } from '../../../deliveries/account-edit.ts';
import { SENDER_DOMAIN } from '../../../deliveries/account-rules.ts';
import { readForm } from '../../form.ts';
import type { Reading } from '../shell.ts';
import { wholeIn } from './page.ts';

export const FIELDS = [
  ...(['name', 'domains', 'host', 'port', 'security', 'hello', 'user', 'password', 'verify'] as const),
  ...(['priority', 'connections', 'perSecond', 'perHour', 'perDay', 'returnPathDomain'] as const),
  ...(['dkimDomain', 'dkimSelector', 'dkimKey'] as const),
] as const;
export type FieldName = (typeof FIELDS)[number];
type Typed = Record<FieldName, string>;

/** What a new account begins with. */
export const USUAL: Partial<Typed> = {
  ...{ port: '587', security: 'starttls', verify: 'on', priority: '100', connections: '20' },
};

/** What the form of an account that is there begins with. */
export function typedOf(account: Awaited<ReturnType<typeof readAccount>>): Partial<Typed> {
  const { name, domains, host, port, security, hello, user, verify, returnPathDomain } = account;
  const { priority, connections, perSecond, perHour, perDay } = account;
  const number = (n: number | null) => (n === null ? '' : String(n));
  return {
    ...{ name, domains: domains.join(' '), host, port: String(port), security, hello, user: user ?? '' },
    ...{ verify: verify ? 'on' : '', returnPathDomain, priority: String(priority) },
    ...{ connections: String(connections), perSecond: number(perSecond), perHour: number(perHour) },
    perDay: number(perDay),
  };
}

const HOST = /^[\w.:-]{1,253}$/;

interface Read {
  typed: Typed;
  errors: Partial<Typed>;
  /** Null when something is wrong. */
  form: AccountForm | null;
}

/** Reads the form. @param hasPassword whether the account has one that is kept when none is typed */
export function readAccountForm(req: Request, { t }: Reading, hasPassword: boolean): Read {
  const form = readForm(req);
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Typed;
  // A key is longer than the text of a field.
  typed.dkimKey = wholeText(req, 'dkimKey');
  const errors: Partial<Typed> = {};
  const wrong = (name: FieldName, is: boolean) => {
    if (is) errors[name] = t(`accounts.wrong.${name}` as 'accounts.wrong.name');
  };
  const domains = typed.domains
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const numbers = numbersOf(typed);
  wrong('name', !typed.name || typed.name.length > 100 || /\p{Cc}/u.test(typed.name));
  wrong('domains', !domains.length || !domains.every((domain) => SENDER_DOMAIN.test(domain)));
  wrong('host', !HOST.test(typed.host));
  wrong('password', Boolean(typed.user) && !typed.password && !hasPassword);
  wrong('returnPathDomain', Boolean(typed.returnPathDomain) && !SENDER_DOMAIN.test(typed.returnPathDomain));
  for (const [name, value] of Object.entries(numbers)) wrong(name as FieldName, value === undefined);
  for (const name of ['port', 'priority', 'connections'] as const)
    wrong(name, !numbers[name] && numbers[name] !== 0);
  wrong('dkimKey', keyIsWrong(typed));
  if (Object.keys(errors).length) return { typed, errors, form: null };
  const withoutKeys = form.all('withoutKey');
  const { port: _, ...limits } = numbers;
  return { typed, errors, form: { ...whole(typed, domains), ...(limits as Numbers), withoutKeys } };
}

type Numbers = Pick<AccountForm, 'priority' | 'connections' | 'perSecond' | 'perHour' | 'perDay'>;

const numbersOf = (typed: Typed) => ({
  port: wholeIn(typed.port, [1, 65_535]),
  priority: wholeIn(typed.priority, [0, 1_000_000]),
  connections: wholeIn(typed.connections, [1, 1000]),
  perSecond: wholeIn(typed.perSecond, [1, 1e9]),
  perHour: wholeIn(typed.perHour, [1, 1e9]),
  perDay: wholeIn(typed.perDay, [1, 1e9]),
});

function whole(typed: Typed, domains: string[]) {
  const security = (['starttls', 'tls', 'none'] as const).find((one) => one === typed.security) ?? 'starttls';
  const { dkimDomain: domain, dkimSelector: selector, dkimKey: privateKey } = typed;
  return {
    ...{ name: typed.name, domains, password: typed.password },
    dkim: privateKey ? { domain: domain.toLowerCase(), selector, privateKey } : null,
    settings: {
      ...{ host: typed.host, port: Number(typed.port), security, verify: typed.verify === 'on' },
      ...{ user: typed.user || undefined, returnPathDomain: typed.returnPathDomain || undefined },
      ...(typed.hello && { hello: typed.hello }),
    },
  };
}

/** A key comes with its domain and selector, and is one that a mail can be signed with. */
function keyIsWrong({ dkimDomain, dkimSelector, dkimKey }: Typed): boolean {
  if (!dkimKey) return Boolean(dkimSelector);
  if (!SENDER_DOMAIN.test(dkimDomain.toLowerCase()) || !/^[a-z0-9._-]{1,63}$/i.test(dkimSelector))
    return true;
  try {
    openDkim([{ domain: dkimDomain, selector: dkimSelector, privateKey: dkimKey }]);
    return false;
  } catch {
    return true; // what of the key is wrong is the same to a person: another one is needed
  }
}

function wholeText({ body }: Pick<Request, 'body'>, name: string): string {
  const fields = new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  return (fields.get(name) ?? '').slice(0, 10_000).replace(/\r\n/g, '\n').trim();
}
