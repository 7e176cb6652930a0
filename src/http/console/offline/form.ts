import type { Request, Response } from 'express';
import { normaliseEmail, normalisePhone } from '../../../contacts/addresses.ts';
import { readLine } from '../../../giving/bank/lines.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { donorKinds } from '../../../giving/donors.ts';
import { listFunds } from '../../../giving/funds.ts';
import { readPan } from '../../../giving/identity.ts';
import { listSeries } from '../../../giving/offline/coupons.ts';
import { detailsOf, offlineKinds } from '../../../giving/offline/kinds.ts';
import { findDonor, type KnownDonor, readOffline, suggestDonors } from '../../../giving/offline/read.ts';
import { recordOffline } from '../../../giving/offline/record.ts';
import { answersTo, type Question, questionOf } from '../../../giving/source.ts';
import { formatAmount, languageName, languages } from '../../../i18n.ts';
import { askedLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { fundOptions } from '../finance.ts';
import { projectNames } from '../project-names.ts';
import { fieldsOf } from '../settings/page.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import {
  answersIn,
  type Entry,
  type EntryFaults,
  FIELDS,
  freshEntry,
  kindIn,
  readEntry,
  wishOf,
} from './entry.ts';

export const OFFLINE = '/console/offline';
export const KINDS = `${OFFLINE}/kinds`;
const QUESTIONS: Question[] = ['person', 'company', 'body', 'agency'];

/** Asks for a gift of a kind; a line of the bank or an entry that was wrong fills it in. */
export const begin: Handler = (web) => async (req, res) => {
  const kind = kindIn(asked(req, 'kind'));
  const language = askedLanguage(req);
  if (!kind) return leadOn(res, language ? `${KINDS}?lang=${language}` : KINDS);
  const entry = freshEntry(kind, indianDay(web.ground.clock.now()));
  await fillIn(web, entry, { line: asked(req, 'line'), replaces: asked(req, 'replaces') });
  await show(web, { req, res, entry });
};

async function fillIn(web: Web, entry: Entry, { line, replaces }: { line: string; replaces: string }) {
  if (line) {
    const { amount, day, reference } = await readLine(web.ground, line);
    Object.assign(entry.typed, { line, amount: plain(amount), day });
    if (reference) entry.details.reference = reference;
  }
  if (replaces) {
    const { amount, day, details } = await readOffline(web.ground, replaces);
    Object.assign(entry.typed, { replaces, amount: plain(amount), day });
    Object.assign(entry.details, details);
  }
}

/** As a field of a form has it. */
const plain = (paise: bigint) => formatAmount(paise).replace('₹', '');

/** Asks first by what the gift came. */
export const kinds: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const [line, replaces] = [asked(req, 'line'), asked(req, 'replaces')];
  const rest = `${line ? `&line=${encodeURIComponent(line)}` : ''}${replaces ? `&replaces=${encodeURIComponent(replaces)}` : ''}`;
  const ways = offlineKinds.map((kind) => ({
    ...{ href: `${OFFLINE}/new?kind=${kind}${rest}`, heading: t(`offline.kind.${kind}`) },
    text: t(`offline.kind.${kind}.text`),
  }));
  return showConsole(web, {
    ...{ req, res, name: 'offline-kinds', title: t('offline.new'), data: { ways } },
    ...{ crumbs: [{ href: OFFLINE, text: t('nav.offline') }], styles: ['console-finance.css'] },
  });
};

/** The form again with donors who gave before; one that is chosen fills it in. */
export const lookForDonor: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const entry = readEntry(form, kindIn(form.text('kind')) ?? 'cash');
  const chosen = form.text('use') ? await findDonor(web.ground, form.text('use')) : null;
  if (chosen) Object.assign(entry.typed, typedOf(chosen));
  const { typed } = entry;
  const [email, phone] = [normaliseEmail(typed.email), normalisePhone(typed.phone)];
  const donors = chosen
    ? []
    : await suggestDonors(web.ground, {
        ...{ email: email.ok ? email.value : null, phone: phone.ok ? phone.value : null },
        pan: readPan(typed.pan),
      });
  await show(web, { req, res, entry, donors, looked: !chosen });
};

const typedOf = ({ id, kind, name, email, phone, address, language, answer }: KnownDonor) => ({
  ...{
    known: id,
    donorKind: kind,
    name,
    email: email ?? '',
    phone: phone ?? '',
    address: address ?? '',
    language,
  },
  ...(answer && { source: `${questionOf(kind) ?? ''}.${answer}` }),
});

export const record: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const reading = readingOf(req, res);
  const entry = readEntry(form, kindIn(form.text('kind')) ?? 'cash');
  const { wish, faults } = wishOf(entry, reading);
  if (Object.keys(faults).length) return show(web, { req, res, entry, faults });
  await orAgain(
    async () => {
      const id = await recordOffline(web.ground, wish, staffOf(res).user.email);
      leadOn(res, `${OFFLINE}/${id}`, 'gift-entered');
    },
    (refusal) => show(web, { req, res, entry, refused: reading.said(refusal) }),
  );
};

interface Showing {
  req: Request;
  res: Response;
  entry: Entry;
  faults?: EntryFaults;
  refused?: string;
  donors?: KnownDonor[];
  /** Whether somebody asked for donors. */
  looked?: boolean;
}

async function show(web: Web, showing: Showing): Promise<void> {
  const { req, res, entry, faults = {}, refused, donors = [], looked = false } = showing;
  const reading = readingOf(req, res);
  const { t } = reading;
  const { kind, typed } = entry;
  const stream = kind === 'wire' ? 'fcra' : 'domestic';
  const funds = (await listFunds(web.ground.sql)).filter((fund) => fund.stream === stream);
  const named = await projectNames(web.ground.sql, reading);
  const series = kind === 'coupon' ? await listSeries(web.ground) : [];
  const data = {
    ...{
      kind,
      heading: t(`offline.kind.${kind}`),
      text: t(`offline.kind.${kind}.text`),
      refused: refused ?? null,
    },
    f: fieldsOf(FIELDS, typed, faults),
    details: detailRows(entry, faults, reading),
    ...{ funds: fundOptions(funds, typed.fund, { reading, named }), sources: sourceGroups(entry, reading) },
    kinds: donorKinds.map((one) => ({
      value: one,
      text: t(`give.kind.${one}` as 'give.kind.other'),
      selected: one === typed.donorKind,
    })),
    tongues: languages.map((tag) => ({
      value: tag,
      text: languageName(tag, reading.language),
      selected: tag === typed.language,
    })),
    ...{ hasDonor: kind !== 'box', hasAmount: kind !== 'coupon', hasFund: kind !== 'coupon' },
    ...{ mails: typed.mails === 'on', donors, looked, wrong: Object.keys(faults).length > 0 },
    ...{ today: indianDay(web.ground.clock.now()), noSeries: kind === 'coupon' && !series.length },
    series: series.map(({ code }) => code),
    passport: answersIn(typed).answer === 'nri' || kind === 'wire',
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'offline-form',
      title: t(`offline.kind.${kind}`),
      data,
      styles: ['console-finance.css'],
    },
    crumbs: [
      { href: OFFLINE, text: t('nav.offline') },
      { href: KINDS, text: t('offline.new') },
    ],
    status: refused || Object.keys(faults).length ? 422 : 200,
  });
}

const TYPES: Record<string, string> = { dated: 'date' };

const detailRows = ({ kind, details }: Entry, faults: EntryFaults, { t }: Reading) =>
  detailsOf[kind].map(({ name, optional = false }) => ({
    ...{
      name: `d-${name}`,
      label: t(`offline.detail.${kind}.${name}` as 'offline.detail.cheque.number'),
      optional,
    },
    ...{ value: details[name] ?? '', error: faults[`d-${name}`] ?? null, required: !optional },
    type: TYPES[name] ?? 'text',
  }));

/** Where the money comes from, by kind of donor. */
const sourceGroups = ({ typed }: Entry, { t }: Reading) =>
  QUESTIONS.map((question) => ({
    label: t(`offline.source.${question}`),
    options: answersTo(question).map((answer) => {
      const value = `${question}.${answer}`;
      const text = t(`offline.source.${value}` as 'offline.source.person.india');
      return { value, text, selected: value === typed.source };
    }),
  }));
