import { type Normalised, normaliseEmail, normalisePhone } from '../../contacts/addresses.ts';
import type { Identity } from '../../giving/donors.ts';
import { readPan, readPassport } from '../../giving/identity.ts';
import { MONTHLY_MOST } from '../../giving/monthly.ts';
import { MOST } from '../../giving/orders.ts';
import { requiredOf, type streamOf } from '../../giving/source.ts';
import { type AmountFault, readRupees } from '../../money.ts';
import { isName } from '../subscribe-form.ts';
import { type Field, type Posted, sourceOf } from './fields.ts';

/** The least that the form takes, in paise: what a gateway's fee does not eat. */
export const FORM_LEAST = 1000n;
const LONGEST_MESSAGE = 300;

/** Which fields cannot stay as they are; the words are `give.error.FAULT`. */
export type Faults = Partial<Record<Field, string>>;

/** The first screen: who gives, where their money comes from, how much. */
export function faultsOfAmount(posted: Posted, stream: ReturnType<typeof streamOf>): Faults {
  const amount = amountOf(posted);
  return {
    ...(stream === 'unanswered' && { source: 'source' }),
    ...(isMonthly(posted) && stream === 'fcra' && { often: 'often-foreign' }),
    ...(!amount.ok && { [posted.amount === 'other' ? 'sum' : 'amount']: amount.fault }),
  };
}

export const isMonthly = ({ often }: Pick<Posted, 'often'>): boolean => often === 'monthly';

/** What is to be given, in paise: one of the amounts that were offered, or the one typed. */
export function amountOf(posted: Posted): Amount {
  const { amount, sum } = posted;
  const read = readRupees(amount === 'other' ? sum : amount);
  if (!read.ok) return { ok: false, fault: `amount-${read.fault}` };
  if (read.paise < FORM_LEAST) return { ok: false, fault: 'amount-small' };
  if (isMonthly(posted) && read.paise > MONTHLY_MOST) return { ok: false, fault: 'amount-monthly' };
  return read.paise > MOST ? { ok: false, fault: 'amount-large' } : read;
}

type Amount =
  | { ok: true; paise: bigint }
  | { ok: false; fault: `amount-${AmountFault | 'small' | 'large' | 'monthly'}` };

/** What the second screen says of the donor, as it is kept. */
export interface Told {
  name: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  identity: Identity | null;
  message: string | null;
  dedication: {
    kind: 'honour' | 'memory';
    name: string;
    tell: { name: string; email: string } | null;
  } | null;
}

/** The second screen: the donor, and whom the gift is for. */
export function readTold(posted: Posted): { told: Told; faults: Faults } {
  const faults: Faults = {};
  const email = typed(posted.email) && normaliseEmail(posted.email);
  const phone = typed(posted.phone) && normalisePhone(posted.phone);
  const [name, address] = [lineOf(posted.name), textOf(posted.address)];
  const rule = requiredOf(sourceOf(posted));
  if (!isName(posted.name, name)) faults.name = 'name';
  if (email && !email.ok) faults.email = 'email';
  if (phone && !phone.ok) faults.phone = 'phone';
  if (!email && !phone) faults.email = 'contact';
  if (isMonthly(posted) && !email) faults.email = 'monthly-email';
  if (posted.receipt && !email) faults.email = 'receipt-email';
  if (posted.whatsapp && !phone) faults.phone = 'whatsapp-phone';
  if (rule.address && address.length < 10) faults.address = 'address';
  if (textOf(posted.message).length > LONGEST_MESSAGE) faults.message = 'message';
  const told: Told = {
    ...{ name, address: address || null, message: textOf(posted.message) || null },
    email: validOf(email),
    phone: validOf(phone),
    identity: identityOf(posted, rule.identity !== null, faults),
    dedication: dedicationOf(posted, faults),
  };
  return { told, faults };
}

function identityOf(posted: Posted, wantsPassport: boolean, faults: Faults): Identity | null {
  const pan = readPan(posted.pan);
  const passport = wantsPassport ? readPassport(posted.passport) : null;
  if (typed(posted.pan) && !pan) faults.pan = 'pan';
  if (wantsPassport && !passport) faults.passport = 'passport';
  const also = passport ? ({ kind: 'passport', number: passport } as const) : null;
  if (pan) return { kind: 'pan', number: pan, ...(also && { also }) };
  return also;
}

function dedicationOf(posted: Posted, faults: Faults): Told['dedication'] {
  const { dedication: kind } = posted;
  if (kind !== 'honour' && kind !== 'memory') return null;
  const name = lineOf(posted.honoured);
  if (!isName(posted.honoured, name)) faults.honoured = 'honoured';
  const [reader, address] = [lineOf(posted.cardName), lineOf(posted.cardEmail)];
  if (!reader && !address) return { kind, name, tell: null };
  const email = normaliseEmail(address);
  if (!isName(posted.cardName, reader)) faults.cardName = 'card-name';
  if (!email.ok) faults.cardEmail = 'email';
  return { kind, name, tell: { name: reader, email: email.ok ? email.value : '' } };
}

const validOf = (read: Normalised | false) => (read === false || !read.ok ? null : read.value);

const typed = (text: string) => text.trim() !== '';

const lineOf = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Lines of text, without what is not seen or turns its direction. */
const textOf = (text: string) =>
  text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
