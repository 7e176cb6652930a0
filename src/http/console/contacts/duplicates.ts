import type { Request, Response } from 'express';
import { tellApart } from '../../../contacts/alike.ts';
import type { Contact } from '../../../contacts/contacts.ts';
import { type AlikePair, alikePairs, readPair } from '../../../contacts/pairs.ts';
import { mergeContacts } from '../../../deliveries/merge.ts';
import { Refusal } from '../../../errors.ts';
import { languageName, type MessageKey } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { valueName } from '../segments/words.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { CONTACTS, pagerOf } from './list.ts';
import { pathOf } from './one.ts';
import { addressOf, asked, askedId } from './reading.ts';

const DUPLICATES = `${CONTACTS}/duplicates`;
const PAGE = 20;

const list: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const by = asked(req, 'by') === 'name' ? 'name' : 'address';
  const before = askedId(req, 'before');
  const { pairs, looked, next } = await alikePairs(web.ground, by, { before, limit: PAGE });
  const own = by === 'name' ? { by } : {};
  await showConsole(web, {
    ...{ req, res, name: 'duplicates', title: t('duplicates.title'), styles: ['console-contacts.css'] },
    crumbs: [{ href: CONTACTS, text: t('nav.contacts') }],
    data: {
      ...{ pairs: pairs.map((pair) => shown(pair, t)), looked, by },
      tabs: (['address', 'name'] as const).map((one) => ({
        ...{ text: t(`duplicates.by.${one}`), current: one === by },
        href: one === 'name' ? addressOf(DUPLICATES, { by: one }) : DUPLICATES,
      })),
      mayWrite: web.allows(staffOf(res).user.roles, 'post', CONTACTS),
      further: next && addressOf(DUPLICATES, { ...own, before: next }),
      pager: pagerOf(before, null, () => addressOf(DUPLICATES, own)),
    },
  });
};

const shown = ({ one, other, reasons }: AlikePair, t: Reading['t']) => ({
  people: [one, other].map((known) => ({ ...known, href: pathOf(known.id) })),
  reasons: reasons.map(({ channel, name }) => t(`duplicates.reason.${channel}.${name}` as MessageKey)),
  href: `${DUPLICATES}/${one.id}/${other.id}`,
});

const idsOf = (req: Request): [string, string] => [String(req.params.one), String(req.params.other)];

const compare: Handler = (web) => (req, res) => showPair(web, { req, res });

async function showPair(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: string },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const { one, other } = await readPair(web.ground, idsOf(req));
  const pair = [one, other];
  // Who was there first has more behind it, and is kept unless somebody says otherwise.
  const first = one.createdAt <= other.createdAt ? one.id : other.id;
  await showConsole(web, {
    ...{ req, res, name: 'duplicate', title: t('duplicates.compare'), styles: ['console-contacts.css'] },
    crumbs: [
      { href: CONTACTS, text: t('nav.contacts') },
      { href: DUPLICATES, text: t('duplicates.title') },
    ],
    data: {
      ...{
        refused: refused ?? null,
        href: `${DUPLICATES}/${one.id}/${other.id}`,
        rows: rowsOf(pair, reading),
      },
      pair: pair.map((contact) => ({
        ...{ id: contact.id, href: pathOf(contact.id), kept: contact.id === first },
        name: contact.name || t('contacts.nameless'),
      })),
      mayWrite: web.allows(staffOf(res).user.roles, 'post', CONTACTS),
    },
    status: refused ? 422 : 200,
  });
}

/** One line for each thing, with what each of the two says; whether they differ is seen at once. */
function rowsOf(pair: Contact[], { t, language }: Reading) {
  const row = (label: string, of: (contact: Contact) => string[]) => {
    const cells = pair.map(of);
    return { label, cells, differs: String(cells[0]) !== String(cells[1]) };
  };
  const said = (text: string | null) => (text ? [text] : []);
  const tongue = (text: string | null) => (text ? languageName(text, language) : null);
  const state = (given: boolean) => t(given ? 'contacts.consent.given' : 'contacts.consent.withdrawn');
  return [
    row(t('contacts.addresses'), ({ addresses }) => addresses.map(({ value }) => value)),
    row(t('contacts.language'), (one) => said(tongue(one.language))),
    row(t('contacts.kind'), ({ kind }) => [t(`contacts.kind.${kind}`)]),
    row(t('contacts.district'), ({ district }) =>
      said(district && valueName('district', district, language)),
    ),
    row(t('nav.lists'), ({ lists }) => lists),
    row(t('contacts.consents'), ({ consents }) =>
      consents.map(
        ({ channel, purpose, given }) =>
          `${t(`contacts.channel.${channel}` as MessageKey)} · ${purpose}: ${state(given)}`,
      ),
    ),
    row(t('contacts.attributes'), ({ attributes }) =>
      Object.entries(attributes).map(([key, value]) => `${key}: ${value}`),
    ),
  ];
}

const merge: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      const [one, other] = idsOf(req);
      const keep = readForm(req).text('keep');
      if (keep !== one && keep !== other) throw new Refusal(say`Choose which of the two is kept.`);
      const drop = keep === one ? other : one;
      const { keep: kept, notCarried } = await mergeContacts(
        web.ground,
        { keep, drop },
        staffOf(res).user.email,
      );
      leadOn(res, pathOf(kept), notCarried.length ? 'merged-without' : 'merged');
    },
    (refusal) => {
      if (refusal.status === 404 || refusal.status === 409) throw refusal;
      return showPair(web, { req, res, refused: readingOf(req, res).said(refusal) });
    },
  );

const apart: Handler = (web) => async (req, res) => {
  await tellApart(web.ground, idsOf(req), staffOf(res).user.email);
  leadOn(res, DUPLICATES, 'told-apart');
};

export const duplicateRoutes: Route[] = [
  { method: 'get', path: DUPLICATES, who: READERS, does: 'shows contacts that look alike', handle: list },
  {
    ...{ method: 'get', path: `${DUPLICATES}/:one/:other`, who: READERS, handle: compare },
    does: 'shows two contacts side by side, and what a merge means',
  },
  {
    ...{ method: 'post', path: `${DUPLICATES}/:one/:other/merge`, who: WRITERS, handle: merge },
    does: 'makes two contacts one',
  },
  {
    ...{ method: 'post', path: `${DUPLICATES}/:one/:other/apart`, who: WRITERS, handle: apart },
    does: 'notes that two contacts are two people',
  },
];
