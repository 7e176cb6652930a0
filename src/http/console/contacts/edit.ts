import type { Request, Response } from 'express';
import { type ContactFields, changeContact, createContact, readContact } from '../../../contacts/contacts.ts';
import { slug } from '../../../contacts/csv/columns.ts';
import { legacyReading } from '../../../contacts/legacy-malayalam.ts';
import { allLists } from '../../../contacts/lists.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { CONTACTS } from './list.ts';
import { idOf, pathOf } from './one.ts';
import { isKind, isLanguage, kindChoices, languageChoices, optionsOf } from './reading.ts';

interface Typed {
  name: string;
  language: string;
  kind: string;
  district: string;
  attributes: { key: string; text: string }[];
  email: string;
  phone: string;
  list: string;
  purpose: string;
  basis: string;
}

const EMPTY: Typed = {
  ...{ name: '', language: '', kind: 'individual', district: '', attributes: [] },
  ...{ email: '', phone: '', list: '', purpose: '', basis: '' },
};
const LONGEST_LINE = 200;
/** Empty pairs for further facts. */
const SPARE = 2;

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  /** Of the contact that is edited; null for a new one. */
  of: { id: string; name: string } | null;
  faults?: Faults;
  refused?: string;
}

type Faults = Partial<Record<'name' | 'district' | 'email' | 'basis' | 'legacy', string>>;

async function showForm(web: Web, { req, res, typed, of, faults = {}, refused }: Shown): Promise<void> {
  const { t, language } = readingOf(req, res);
  const lists = (await allLists(web.ground.sql)).map(({ name }) => ({ value: name, text: name }));
  const href = of ? pathOf(of.id) : CONTACTS;
  const name = of && (of.name || t('contacts.nameless'));
  await showConsole(web, {
    ...{ req, res, name: 'contact-edit', title: of ? t('contacts.edit') : t('contacts.new') },
    styles: ['console-contacts.css'],
    crumbs: [{ href: CONTACTS, text: t('nav.contacts') }, ...(name ? [{ href, text: name }] : [])],
    data: {
      ...{ typed, href, isNew: !of, refused: refused ?? null, legacy: faults.legacy ?? null },
      action: of ? `${href}/facts` : CONTACTS,
      faults: { name: null, district: null, email: null, basis: null, ...faults },
      pairs: [...typed.attributes, ...Array.from({ length: SPARE }, () => ({ key: '', text: '' }))],
      languages: optionsOf(languageChoices(language, typed.language), typed.language, t('contacts.unknown')),
      kinds: optionsOf(kindChoices(t), typed.kind),
      lists: optionsOf(lists, typed.list, t('contacts.list.none')),
    },
    status: refused || Object.keys(faults).length ? 422 : 200,
  });
}

const begin: Handler = (web) => (req, res) => showForm(web, { req, res, typed: EMPTY, of: null });

const create: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const typed = typedIn(form);
  const faults = { ...faultsOf(typed, form, t), ...newFaults(typed, t) };
  const again = (more: Pick<Shown, 'faults' | 'refused'>) =>
    showForm(web, { req, res, typed, of: null, ...more });
  if (Object.keys(faults).length) return again({ faults });
  return orAgain(
    async () => {
      const { id } = await createContact(
        web.ground,
        { ...fieldsOf(typed), name: typed.name, ...reachOf(typed) },
        staffOf(res).user.email,
      );
      leadOn(res, pathOf(id), 'contact-made');
    },
    (refusal) => again({ refused: readingOf(req, res).said(refusal) }),
  );
};

const edit: Handler = (web) => async (req, res) => {
  const contact = await readContact(web.ground, idOf(req));
  const attributes = Object.entries(contact.attributes).map(([key, value]) => ({
    key,
    text: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const { name, language, kind, district } = contact;
  const typed = { ...EMPTY, name, language: language ?? '', kind, district: district ?? '', attributes };
  await showForm(web, { req, res, typed, of: contact });
};

const save: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const typed = typedIn(form);
  const contact = await readContact(web.ground, idOf(req));
  const faults = faultsOf(typed, form, t);
  const again = (more: Pick<Shown, 'faults' | 'refused'>) =>
    showForm(web, { req, res, typed, of: contact, ...more });
  if (Object.keys(faults).length) return again({ faults });
  await orAgain(
    async () => {
      const change = { id: contact.id, fields: fieldsOf(typed) };
      await changeContact(web.ground, change, staffOf(res).user.email);
      leadOn(res, pathOf(contact.id), 'saved');
    },
    (refusal) => again({ refused: readingOf(req, res).said(refusal) }),
  );
};

/** What was typed; Malayalam of an old font is converted where that was asked for. */
function typedIn(form: Form): Typed {
  const convert = form.text('legacy') === 'convert';
  const read = (text: string) => (convert && legacyReading(text)) || text;
  const line = (name: string) => read(form.text(name).trim().replace(/\s+/g, ' '));
  const [keys, texts] = [form.all('key'), form.all('text')];
  return {
    ...{ name: line('name'), language: form.text('language'), kind: form.text('kind') },
    district: line('district'),
    attributes: keys.flatMap((key, i) => {
      const text = read((texts[i] ?? '').trim());
      return key.trim() && text ? [{ key: slug(key), text }] : [];
    }),
    ...{ email: line('email'), phone: line('phone'), list: form.text('list') },
    ...{ purpose: line('purpose'), basis: line('basis') },
  };
}

function faultsOf(typed: Typed, form: Form, t: Reading['t']): Faults {
  const wrong = (text: string) => text.length > LONGEST_LINE || /\p{Cc}/u.test(text);
  const faults: Faults = {};
  if (wrong(typed.name)) faults.name = t('contacts.line-too-long', { most: LONGEST_LINE });
  if (wrong(typed.district)) faults.district = t('contacts.line-too-long', { most: LONGEST_LINE });
  const all = [typed.name, typed.district, ...typed.attributes.map(({ text }) => text)];
  const readings = all.map(legacyReading).filter((reading) => reading !== null);
  if (form.text('legacy') !== 'keep' && readings.length) faults.legacy = readings.join(', ');
  return faults;
}

function newFaults(typed: Typed, t: Reading['t']): Faults {
  const faults: Faults = {};
  if (!typed.name) faults.name = t('contacts.name.missing');
  if (!typed.email && !typed.phone) faults.email = t('contacts.address.missing');
  if (typed.purpose && typed.basis.length < 3) faults.basis = t('contacts.consent.no-basis');
  return faults;
}

const fieldsOf = (typed: Typed): ContactFields => ({
  name: typed.name,
  language: isLanguage(typed.language) ? typed.language : null,
  kind: isKind(typed.kind) ? typed.kind : 'individual',
  district: typed.district || null,
  attributes: Object.fromEntries(typed.attributes.map(({ key, text }) => [key, text])),
});

function reachOf({ email, phone, list, purpose, basis }: Typed) {
  const consent = (channel: string) => ({ channel, purpose, basis });
  return {
    addresses: [email, phone].filter(Boolean),
    lists: list ? [list] : [],
    consents: purpose && email ? [consent('email')] : [],
  };
}

export const editRoutes: Route[] = [
  { method: 'get', path: `${CONTACTS}/new`, who: WRITERS, does: 'asks for a new contact', handle: begin },
  { method: 'post', path: CONTACTS, who: WRITERS, does: 'adds a contact', handle: create },
  {
    ...{ method: 'get', path: `${CONTACTS}/:id/edit`, who: WRITERS, handle: edit },
    does: 'shows the facts of a contact to be changed',
  },
  {
    ...{ method: 'post', path: `${CONTACTS}/:id/facts`, who: WRITERS, handle: save },
    does: 'changes the facts of a contact',
  },
];
