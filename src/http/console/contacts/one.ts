import type { Request, Response } from 'express';
import { erasePerson, exportPerson } from '../../../campaigns/persons.ts';
import { allLists } from '../../../contacts/lists.ts';
import { frequencies } from '../../../contacts/preferences.ts';
import { type ContactFile, contactFile } from '../../../deliveries/contact-file.ts';
import type { SentMessage } from '../../../deliveries/sent-to.ts';
import type { MessageKey } from '../../../i18n.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, type Reading, readingOf, showConsole } from '../shell.ts';
import { dayIn } from './days.ts';
import { CONTACTS, pagerOf } from './list.ts';
import { addressOf, asked, optionsOf } from './reading.ts';
import { noteReason, noteState } from './words.ts';

const PAGE = 20;
export const CHANNELS = ['email', 'sms', 'whatsapp'] as const;
const FREQUENCY_NAMES = ['any', ...frequencies] as const;

/** What was typed into one of the small forms of the page, and why it was not taken. */
export interface Refused {
  form: 'address' | 'consent' | 'list' | 'pace';
  text: string;
  typed: Record<string, string>;
}

export const idOf = (req: Pick<Request, 'params'>): string => String(req.params.id);
export const pathOf = (id: string): string => `${CONTACTS}/${id}`;

const show: Handler = (web) => (req, res) => showContact(web, { req, res });

/** The page of one contact. One that was merged leads to the one it was merged into. */
export async function showContact(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: Refused },
): Promise<void> {
  const before = /^\d{1,18}$/.test(asked(req, 'before')) ? asked(req, 'before') : undefined;
  const file = await contactFile(web.ground, idOf(req), { before, limit: PAGE + 1 });
  if (file.contact.id !== idOf(req).toLowerCase()) return leadOn(res, pathOf(file.contact.id), 'merged-into');
  const { t, zone } = readingOf(req, res);
  const name = file.contact.name || t('contacts.nameless');
  await showConsole(web, {
    ...{ req, res, name: 'contact', title: name, styles: ['console-contacts.css'] },
    crumbs: [{ href: CONTACTS, text: t('nav.contacts') }],
    data: {
      ...factsOf(web, file, { res, t }),
      ...(await choicesOf(web, file, { t, zone, typed: refused?.typed ?? {} })),
      ...sentPart(file, before, t),
      refused: refused ?? null,
      typed: { address: '', purpose: '', basis: '', ...refused?.typed },
    },
    status: refused ? 422 : 200,
  });
}

function factsOf(web: Web, file: ContactFile, { res, t }: { res: Response; t: Reading['t'] }) {
  const { roles } = staffOf(res).user;
  const may = (method: 'get' | 'post', path: string) => web.allows(roles, method, path);
  const { contact, consents, household, suppressions, frequency } = file;
  const now = web.ground.clock.now();
  return {
    ...{ contact, household: household.map((mate) => ({ ...mate, href: pathOf(mate.id) })) },
    href: pathOf(contact.id),
    attributes: Object.entries(contact.attributes).map(([key, value]) => ({ key, text: textOf(value) })),
    holds: consents.holds.map((one) => ({ ...one, proofs: proofsOf(one.proof) })),
    history: consents.history.toReversed().map((one) => ({ ...one, proofs: proofsOf(one.proof) })),
    suppressions: suppressions.map((one) => ({ ...one, said: noteReason(t, 'suppression', one.reason) })),
    paused: file.pausedUntil && file.pausedUntil > now ? file.pausedUntil : null,
    frequencyName: frequency ? t(`contacts.frequency.${frequency}`) : null,
    mayWrite: may('post', CONTACTS),
    mayErase: may('post', `${CONTACTS}/:id/erasure`),
  };
}

async function choicesOf(
  web: Web,
  { contact, frequency, pausedUntil }: ContactFile,
  { t, zone, typed }: Pick<Reading, 't' | 'zone'> & { typed: Record<string, string> },
) {
  const others = (await allLists(web.ground.sql)).filter(({ name }) => !contact.lists.includes(name));
  const channels = CHANNELS.map((channel) => ({ value: channel, text: t(`contacts.channel.${channel}`) }));
  const paces = FREQUENCY_NAMES.map((one) => ({
    value: one,
    text: t(`contacts.frequency.${one}` as MessageKey),
  }));
  return {
    otherLists: optionsOf(
      others.map(({ name }) => ({ value: name, text: name })),
      '',
      t('contacts.list.choose'),
    ),
    purposes: await offeredPurposes(web.ground.sql, { t }),
    channels: optionsOf(channels, typed.channel ?? 'email'),
    frequencies: optionsOf(paces, typed.frequency ?? frequency ?? 'any'),
    pausedDay: typed.until ?? dayIn(pausedUntil, zone),
  };
}

function sentPart({ contact, sent }: ContactFile, before: string | undefined, t: Reading['t']) {
  const shown = sent.slice(0, PAGE);
  const last = shown.at(-1)?.run;
  const next = sent.length > PAGE && last ? addressOf(pathOf(contact.id), { before: String(last) }) : null;
  return {
    sent: shown.map((one) => rowOf(one, t)),
    pager: pagerOf(before, next && `${next}#sent`, () => `${pathOf(contact.id)}#sent`),
  };
}

const rowOf = (one: SentMessage, t: Reading['t']) => ({
  ...one,
  ...noteState(t, one.state),
  said: one.returned
    ? noteReason(t, 'return', one.returned)
    : one.reason && noteReason(t, one.state, one.reason),
  campaignHref: one.campaignId && `/console/campaigns/${one.campaignId}`,
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A proof as pairs, for people who must show it. */
const proofsOf = (proof: Record<string, unknown>) =>
  Object.entries(proof).map(([key, value]) => ({ key, text: textOf(value) }));

const download: Handler = (web) => async (req, res) => {
  const person = await exportPerson(web.ground, idOf(req));
  res.attachment(`contact-${idOf(req)}.json`).type('application/json; charset=utf-8');
  res.send(JSON.stringify(person, (_, one) => (typeof one === 'bigint' ? String(one) : one), 2));
};

const askErasure: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const file = await contactFile(web.ground, idOf(req), { limit: 1 });
  const { contact, consents, household } = file;
  const shared = household.flatMap((mate) => mate.shared);
  const name = contact.name || t('contacts.nameless');
  await showConsole(web, {
    ...{ req, res, name: 'contact-erasure', title: t('erasure.title'), styles: ['console-contacts.css'] },
    crumbs: [
      { href: CONTACTS, text: t('nav.contacts') },
      { href: pathOf(contact.id), text: name },
    ],
    data: {
      ...{ contact, href: pathOf(contact.id), name, written: file.sent.length > 0 },
      own: contact.addresses.filter(({ value }) => !shared.includes(value)).map(({ value }) => value),
      shared: [...new Set(shared)],
      counts: { consents: consents.history.length, lists: contact.lists.length },
      withdrawn: consents.holds.some(({ given }) => !given),
    },
  });
};

const erase: Handler = (web) => async (req, res) => {
  await erasePerson(web.ground, idOf(req), staffOf(res).user.email);
  leadOn(res, CONTACTS, 'erased');
};

export const oneRoutes: Route[] = [
  {
    ...{ method: 'get', path: `${CONTACTS}/:id`, who: READERS, handle: show },
    does: 'shows a contact with consents and messages',
  },
  {
    ...{ method: 'get', path: `${CONTACTS}/:id/export`, who: ADMINISTRATORS, handle: download },
    does: 'gives all that is kept about a person',
  },
  {
    ...{ method: 'get', path: `${CONTACTS}/:id/erasure`, who: ADMINISTRATORS, handle: askErasure },
    does: 'says what an erasure takes away and what it keeps',
  },
  {
    ...{ method: 'post', path: `${CONTACTS}/:id/erasure`, who: ADMINISTRATORS, handle: erase },
    does: 'erases a contact for good',
  },
];
