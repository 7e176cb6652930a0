import type { Request } from 'express';
import type { PhoneAccountFacts, PhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { type PhoneAccountForm, phoneFields } from '../../../deliveries/phone/edit.ts';
import type { MessageKey } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { readForm } from '../../form.ts';
import type { Reading } from '../shell.ts';
import { wholeIn } from './page.ts';

/** Longer than a line, and written as one. */
const LONG = ['links', 'parameters'];
const COMMON = ['name', 'perMessage', 'monthlyCap', 'bearer', 'perSecond', 'connections'] as const;

/** What is typed or kept, by the name of the field; a secret is never among it. */
export type Typed = Record<string, string>;
export type Wrong = Record<string, string>;

/** What a new account begins with. */
export const usualIn = (channel: PhoneChannel): Typed => ({ connections: channel === 'sms' ? '4' : '8' });

const rupees = (paise: number | null | undefined): string =>
  paise ? (paise / 100).toFixed(2).replace(/\.00$/, '') : '';

/** What the form of an account that is there begins with. */
export function typedOf({ name, settings, costs, perSecond, connections }: PhoneAccountFacts): Typed {
  return {
    ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`field.${key}`, value ?? ''])),
    ...{ name, perMessage: rupees(costs?.perMessage), monthlyCap: rupees(costs?.monthlyCap) },
    ...{ bearer: costs?.bearer ?? '', perSecond: perSecond === null ? '' : String(perSecond) },
    connections: String(connections),
  };
}

interface Read {
  typed: Typed;
  wrong: Wrong;
  /** Null when something is wrong. */
  form: PhoneAccountForm | null;
}

/** Reads the form. @param kept names of the secrets that stay when nothing is typed */
export function readPhoneForm(
  req: Request,
  { t }: Pick<Reading, 't'>,
  { channel, kept }: { channel: PhoneChannel; kept: string[] },
): Read {
  const form = readForm(req);
  const fields = phoneFields(channel);
  const value = (name: string) => form.long(`field.${name}`).trim().slice(0, 4000);
  const typed: Typed = Object.fromEntries([
    ...COMMON.map((name) => [name, form.text(name).trim()]),
    ...fields.filter(({ secret }) => !secret).map(({ name }) => [`field.${name}`, value(name)]),
  ]);
  const missing = fields.filter(
    ({ name, secret, optional }) => !optional && !value(name) && !(secret && kept.includes(name)),
  );
  const wrong: Wrong = {
    ...Object.fromEntries(missing.map(({ name }) => [`field.${name}`, t('phones-settings.wrong.missing')])),
    ...wrongFields(typed, t),
  };
  if (Object.keys(wrong).length) return { typed, wrong, form: null };
  const of = (secret: boolean) =>
    Object.fromEntries(fields.filter((one) => one.secret === secret).map(({ name }) => [name, value(name)]));
  const whole = { channel, name: typed.name ?? '', settings: of(false), secrets: of(true) };
  return { typed, wrong, form: { ...whole, ...numbersOf(typed) } };
}

const paiseOf = (text = ''): number | null => {
  const read = readRupees(text);
  return text && read.ok ? Number(read.paise) : null;
};

function numbersOf({ perMessage, monthlyCap, bearer = '', perSecond = '', connections = '' }: Typed) {
  const price = paiseOf(perMessage);
  return {
    costs: price
      ? { perMessage: price, monthlyCap: paiseOf(monthlyCap), bearer, currency: 'INR' as const }
      : null,
    perSecond: wholeIn(perSecond, [1, 10_000]) ?? null,
    connections: wholeIn(connections, [1, 100]) ?? 1,
  };
}

/** The signs of what is kept of a gateway: an address, numbers of the register, a list of names. */
function wrongFields(typed: Typed, t: Reading['t']): Wrong {
  const wrong: Wrong = {};
  const check = (name: string, well: boolean, key: MessageKey) => {
    if (!well) wrong[name] = t(key);
  };
  const is = (name: string, fits: (text: string) => boolean) => !typed[name] || fits(typed[name]);
  check('name', Boolean(typed.name) && (typed.name ?? '').length <= 100, 'phones-settings.wrong.name');
  for (const name of ['perMessage', 'monthlyCap'])
    check(
      name,
      is(name, (text) => readRupees(text).ok),
      'phones-settings.wrong.amount',
    );
  check('bearer', !typed.perMessage || Boolean(typed.bearer), 'phones-settings.wrong.bearer');
  check(
    'perSecond',
    wholeIn(typed.perSecond ?? '', [1, 10_000]) !== undefined,
    'phones-settings.wrong.number',
  );
  check('connections', Boolean(wholeIn(typed.connections ?? '', [1, 100])), 'phones-settings.wrong.number');
  check('field.endpoint', is('field.endpoint', isAddress), 'phones-settings.wrong.address');
  check(
    'field.entity',
    is('field.entity', (text) => /^\d{10,25}$/.test(text)),
    'phones-settings.wrong.entity',
  );
  check(
    'field.header',
    is('field.header', (text) => /^[A-Z0-9]{3,9}$/i.test(text)),
    'phones-settings.wrong.header',
  );
  for (const name of ['field.phone', 'field.business'])
    check(
      name,
      is(name, (text) => /^\d{5,20}$/.test(text)),
      'phones-settings.wrong.id',
    );
  const links = (typed['field.links'] ?? '').split(/\s+/).filter(Boolean);
  check('field.links', links.every(isAddress), 'phones-settings.wrong.links');
  check('field.parameters', is('field.parameters', isNames), 'phones-settings.wrong.parameters');
  return wrong;
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

function isNames(text: string): boolean {
  try {
    const read: unknown = JSON.parse(text);
    return (
      typeof read === 'object' && read !== null && Object.values(read).every((one) => typeof one === 'string')
    );
  } catch {
    return false; // what of it is no JSON is the same to a person
  }
}

/** The network's own fields as the page shows them, in their order. */
export const fieldsView = (
  { t, language: _ }: Reading,
  { channel, kept, typed, wrong }: { channel: PhoneChannel; kept: string[]; typed: Typed; wrong: Wrong },
) =>
  phoneFields(channel).map(({ name, secret, optional = false }) => ({
    ...{ name: `field.${name}`, secret, long: LONG.includes(name), mono: name === 'parameters' },
    label: t(`phones-settings.${channel}.${name}` as 'phones-settings.sms.entity'),
    help: t(`phones-settings.${channel}.${name}.help` as 'phones-settings.sms.entity.help'),
    value: secret ? '' : (typed[`field.${name}`] ?? ''),
    error: wrong[`field.${name}`] ?? null,
    optional: optional || (secret && kept.includes(name)),
    required: !optional && !(secret && kept.includes(name)),
    kept: secret && kept.includes(name),
  }));

/** The fields that every account has. */
export const commonView = (typed: Typed, wrong: Wrong) =>
  Object.fromEntries(
    COMMON.map((name) => [name, { value: typed[name] ?? '', error: wrong[name] ?? null }]),
  ) as Record<(typeof COMMON)[number], { value: string; error: string | null }>;
