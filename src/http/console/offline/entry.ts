import { v4 as uuid } from 'uuid';
import { type Normalised, normaliseEmail, normalisePhone } from '../../../contacts/addresses.ts';
import type { DonorWords, Identity } from '../../../giving/donors.ts';
import { readPan, readPassport } from '../../../giving/identity.ts';
import {
  type Details,
  detailsOf,
  type OfflineKind,
  offlineKinds,
  readDetails,
} from '../../../giving/offline/kinds.ts';
import type { OfflineWish } from '../../../giving/offline/record.ts';
import { questionOf, requiredOf } from '../../../giving/source.ts';
import { translate } from '../../../i18n.ts';
import type { Form } from '../../form.ts';
import { isName } from '../../subscribe-form.ts';
import { readSum } from '../finance.ts';
import type { Reading } from '../shell.ts';

export const FIELDS = [
  ...(['key', 'amount', 'day', 'fund', 'donorKind', 'source', 'name', 'email', 'phone', 'address'] as const),
  ...(['pan', 'passport', 'language', 'known', 'replaces', 'line', 'mails'] as const),
] as const;
export type EntryField = (typeof FIELDS)[number];

/** The form as it was typed. */
export interface Entry {
  kind: OfflineKind;
  typed: Record<EntryField, string>;
  details: Details;
}

export const kindIn = (text: string): OfflineKind | undefined => offlineKinds.find((one) => one === text);

/** What a new form begins with. */
export function freshEntry(kind: OfflineKind, day: string): Entry {
  const empty = Object.fromEntries(FIELDS.map((name) => [name, ''])) as Entry['typed'];
  const source = kind === 'wire' ? 'person.foreign' : 'person.india';
  return {
    ...{ kind, details: {} },
    typed: { ...empty, key: uuid(), day, donorKind: 'individual', source, language: 'ml' },
  };
}

export function readEntry(form: Form, kind: OfflineKind): Entry {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Entry['typed'];
  const names = detailsOf[kind].map(({ name }) => name);
  const key = /^[0-9a-f-]{36}$/.test(typed.key) ? typed.key : uuid();
  return {
    ...{ kind, typed: { ...typed, key } },
    details: Object.fromEntries(names.map((name) => [name, form.text(`d-${name}`)])),
  };
}

export type EntryFaults = Record<string, string>;
/** How faults are said. */
type Saying = Pick<Reading, 't' | 'said'>;

/** What the form asks for, or what is wrong with it, by field. */
export function wishOf(entry: Entry, reading: Saying): { wish: OfflineWish; faults: EntryFaults } {
  const { kind, typed } = entry;
  const faults: EntryFaults = {};
  const sum = kind === 'coupon' ? { paise: 0n, fault: null } : readSum(typed.amount, reading);
  if (sum.fault) faults.amount = sum.fault;
  const details = {
    ...entry.details,
    ...(entry.details.currency && { currency: entry.details.currency.toUpperCase() }),
  };
  for (const [name, fault] of Object.entries(readDetails(kind, details).faults))
    faults[`d-${name}`] = reading.said(fault);
  const donor = kind === 'box' ? boxDonor(entry) : donorOf(entry, faults, reading);
  const wish: OfflineWish = {
    ...{
      formKey: typed.key,
      kind,
      amount: sum.paise,
      fund: typed.fund || null,
      day: typed.day,
      donor,
      details,
    },
    ...{ mailsReceipt: typed.mails === 'on' && donor.email !== null, knownDonor: typed.known || null },
    ...{ replaces: typed.replaces || null, bankLine: typed.line || null },
  };
  return { wish, faults };
}

/** Many have put into a box; its receipt names the box. */
export const boxDonor = ({ details }: Pick<Entry, 'details'>): DonorWords => ({
  ...{ kind: 'other', name: translate('en', 'offline.box-donor', { box: details.box ?? '' }).slice(0, 100) },
  ...{ email: null, phone: null, address: null, language: 'en', identity: null, source: {} },
});

function donorOf({ typed }: Entry, faults: EntryFaults, { t }: Saying): DonorWords {
  const answers = answersIn(typed);
  const rule = requiredOf(answers);
  const name = typed.name.normalize('NFC').replace(/\s+/g, ' ');
  const [email, phone] = [
    typed.email && normaliseEmail(typed.email),
    typed.phone && normalisePhone(typed.phone),
  ];
  if (!isName(typed.name, name)) faults.name = t('give.error.name');
  if (email && !email.ok) faults.email = t('give.error.email');
  if (phone && !phone.ok) faults.phone = t('give.error.phone');
  if (typed.mails === 'on' && !email) faults.email = t('give.error.receipt-email');
  if (rule.address && typed.address.length < 10) faults.address = t('offline.fault.address');
  return {
    ...{
      kind: typed.donorKind,
      name,
      address: typed.address || null,
      language: typed.language === 'en' ? 'en' : 'ml',
    },
    ...{ email: told(email), phone: told(phone) },
    identity: identityOf(typed, faults, { t, passport: rule.identity === 'passport' && !typed.known }),
    source: questionOf(typed.donorKind)
      ? { question: questionOf(typed.donorKind) ?? '', answer: answers.answer }
      : {},
  };
}

const told = (read: Normalised | '') => (read !== '' && read.ok ? read.value : null);

/** The answer counts only for the question of the donor's kind. */
export function answersIn({ donorKind: kind, source }: Pick<Entry['typed'], 'donorKind' | 'source'>) {
  const [question, answer = ''] = source.split('.');
  return { kind, answer: question === questionOf(kind) ? answer : '' };
}

function identityOf(
  typed: Entry['typed'],
  faults: EntryFaults,
  { t, passport: wanted }: { t: Reading['t']; passport: boolean },
): Identity | null {
  const [pan, passport] = [readPan(typed.pan), readPassport(typed.passport)];
  if (typed.pan && !pan) faults.pan = t('give.error.pan');
  if ((wanted || typed.passport) && !passport) faults.passport = t('give.error.passport');
  const also = passport ? ({ kind: 'passport', number: passport } as const) : null;
  return pan ? { kind: 'pan', number: pan, ...(also && { also }) } : also;
}
