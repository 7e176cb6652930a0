import type { Request } from 'express';
import { v4 as uuid } from 'uuid';
import { questionOf, type SourceAnswers } from '../../giving/source.ts';
import { readForm } from '../form.ts';

/** The screens of giving, in their order. */
export const screens = ['amount', 'who', 'check'] as const;
export type Screen = (typeof screens)[number];

/** Fields by the screen they are typed on; each screen carries those of the others along, hidden. */
export const fieldsOf = {
  amount: ['kind', 'source', 'often', 'amount', 'sum'],
  who: [
    ...(['name', 'email', 'phone', 'address', 'pan', 'passport', 'wall', 'message'] as const),
    ...(['dedication', 'honoured', 'cardName', 'cardEmail', 'receipt', 'newsletter', 'whatsapp'] as const),
    'showAmount',
  ],
  check: [],
} as const;
/** Of the form as a whole: which one it is, the touch it came by, the project or the family's page, its promised share. */
const OWN = ['key', 'touch', 'project', 'occasion', 'promised'] as const;

export type Field = (typeof fieldsOf)['amount' | 'who'][number];
/** What was posted, as it was typed but for its length; nothing of it is trusted. */
export type Posted = Record<Field | (typeof OWN)[number], string>;

const ALL = [...OWN, ...fieldsOf.amount, ...fieldsOf.who];

/** How often; monthly is never chosen for anybody. */
export const OFTEN = ['once', 'monthly'] as const;

/** Amounts that are offered, in rupees; what each does stands in `give.does.AMOUNT`. */
export const SUGGESTED = [500, 1500, 3000, 18_000];

export function readPosted(req: Pick<Request, 'body'>): Posted {
  const form = readForm(req);
  const read = Object.fromEntries(ALL.map((field) => [field, form.text(field)])) as Posted;
  const own = { key: keyOf(read.key), touch: touchOf(read.touch) };
  return { ...read, ...own, project: slugOf(read.project), occasion: codeOf(read.occasion) };
}

/**
 * An empty form. `?amount=500` fills in rupees, `?project=` or `?occasion=` says what it is for, `?touch=` is what
 * our own links carry.
 *
 * @param suggested amounts that are offered, in rupees
 */
export function freshForm({ query }: Pick<Request, 'query'>, suggested: readonly number[]): Posted {
  const empty = Object.fromEntries(ALL.map((field) => [field, ''])) as Posted;
  const wished = typeof query.amount === 'string' ? query.amount.slice(0, 20) : '';
  const known = suggested.some((rupees) => String(rupees) === wished);
  const usual = String(suggested[1] ?? suggested[0]);
  const amount = wished && !known ? { amount: 'other', sum: wished } : { amount: wished || usual };
  const touch = touchOf(typeof query.touch === 'string' ? query.touch : '');
  const fresh = { ...empty, kind: 'individual', often: 'once', ...amount, key: uuid(), touch };
  return { ...fresh, project: projectOf(query), occasion: occasionOf(query) };
}

/** Fields that a screen does not show. */
export const hiddenOn = (screen: Screen, posted: Posted): { name: string; value: string }[] =>
  ALL.filter((field) => !(fieldsOf[screen] as readonly string[]).includes(field))
    .map((name) => ({ name, value: posted[name] }))
    .filter(({ value }) => value !== '');

const keyOf = (key: string) => (/^[0-9a-f-]{36}$/.test(key) ? key : uuid());

/** The address of a project that a link to the form names; empty when it names none. */
export const projectOf = ({ project }: Request['query']): string =>
  slugOf(typeof project === 'string' ? project : '');

const slugOf = (slug: string) => (/^[a-z0-9-]{1,60}$/.test(slug) ? slug : '');

/** The code of a family's page that a link to the form names; empty when it names none. */
export const occasionOf = ({ occasion }: Request['query']): string =>
  codeOf(typeof occasion === 'string' ? occasion : '');

const codeOf = (code: string) => (/^[0-9a-z]{8}$/.test(code) ? code : '');

/** A signed word of our own; whoever reads it checks the signature. */
const touchOf = (touch: string) => (/^[\w.~-]{1,200}$/.test(touch) ? touch : '');

/**
 * The answer to the question of the donor's kind. It is posted with its question, `company.india`, because
 * one that was given before the kind was changed answers nothing.
 */
export function sourceOf({ kind, source }: Pick<Posted, 'kind' | 'source'>): SourceAnswers {
  const [question, answer = ''] = source.split('.');
  return { kind, answer: question === questionOf(kind) ? answer : '' };
}
