import type { Request, Response } from 'express';
import { changeConsent } from '../../../contacts/consents.ts';
import { changeAddress, changeMembership } from '../../../contacts/contacts.ts';
import { type Frequency, frequencies } from '../../../contacts/preferences.ts';
import { changePace } from '../../../deliveries/preferences.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { backTo, leadOn, orAgain, readingOf } from '../shell.ts';
import { endOfDay } from './days.ts';
import { CONTACTS } from './list.ts';
import { CHANNELS, idOf, pathOf, type Refused, showContact } from './one.ts';

interface Small {
  form: Refused['form'];
  /** A word of the catalogue under `done.`, by what the form asked. */
  done: (form: Form) => string;
  /** @returns a text of the catalogue for what will not do */
  fault?: (form: Form, say: ReturnType<typeof readingOf>['t']) => string | null;
  work: (web: Web, asked: { id: string; form: Form; actor: string; zone: string }) => Promise<unknown>;
}

/** A small form of a contact's page: done, or the page again with what was typed and why not. */
const small =
  ({ form: name, done, fault, work }: Small): Handler =>
  (web) =>
  (req, res) => {
    const form = readForm(req);
    const { t, zone } = readingOf(req, res);
    const wrong = fault?.(form, t);
    if (wrong) return again(web, { req, res, form }, { form: name, text: wrong });
    return orAgain(
      async () => {
        await work(web, { id: idOf(req), form, zone, actor: staffOf(res).user.email });
        leadOn(res, backTo(form.text('back'), pathOf(idOf(req))), done(form));
      },
      (refusal) => {
        if (refusal.status === 404 && name !== 'list' && name !== 'address') throw refusal;
        return again(web, { req, res, form }, { form: name, text: readingOf(req, res).said(refusal) });
      },
    );
  };

const FIELDS = ['address', 'channel', 'purpose', 'basis', 'frequency', 'until'];

const again = (
  web: Web,
  { req, res, form }: { req: Request; res: Response; form: Form },
  refused: Omit<Refused, 'typed'>,
) => {
  const typed = Object.fromEntries(FIELDS.map((field) => [field, form.text(field)]));
  return showContact(web, { req, res, refused: { ...refused, typed } });
};

const address = small({
  form: 'address',
  done: (form) => (form.text('remove') ? 'address-removed' : 'address-added'),
  fault: (form, t) => (form.text('address').trim() ? null : t('contacts.address.missing')),
  work: ({ ground }, { id, form, actor }) =>
    changeAddress(ground, { id, address: form.text('address'), keep: !form.text('remove') }, actor),
});

const consent = small({
  form: 'consent',
  done: (form) => (form.text('given') === 'no' ? 'consent-withdrawn' : 'consent-given'),
  fault: (form, t) => {
    if (!CHANNELS.some((channel) => channel === form.text('channel')))
      return t('contacts.consent.no-channel');
    if (!form.text('purpose').trim()) return t('contacts.consent.no-purpose');
    return form.text('basis').trim().length < 3 ? t('contacts.consent.no-basis') : null;
  },
  work: ({ ground }, { id, form, actor }) =>
    changeConsent(ground, {
      ...{ contactId: id, channel: form.text('channel'), purpose: form.text('purpose').trim() },
      ...{ given: form.text('given') !== 'no', basis: form.text('basis'), actor },
    }),
});

const membership = small({
  form: 'list',
  done: (form) => (form.text('leave') ? 'list-left' : 'list-joined'),
  fault: (form, t) => (form.text('list').trim() ? null : t('contacts.list.missing')),
  work: ({ ground }, { id, form, actor }) =>
    changeMembership(ground, { id, list: form.text('list'), member: !form.text('leave') }, actor),
});

const isFrequency = (text: string): text is Frequency => frequencies.some((one) => one === text);

const pace = small({
  form: 'pace',
  done: () => 'paced',
  work: ({ ground }, { id, form, zone, actor }) => {
    const [frequency, until] = [form.text('frequency'), form.text('until')];
    const pausedUntil = until ? endOfDay(until, zone) : null;
    return changePace(
      ground,
      { id, frequency: isFrequency(frequency) ? frequency : null, pausedUntil },
      actor,
    );
  },
});

const post = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'post', path: `${CONTACTS}/:id/${path}`, who: WRITERS, does, handle },
});

export const changeRoutes: Route[] = [
  post('addresses', 'adds an address to a contact, or takes it away', address),
  post('consents', 'notes that a contact gave or withdrew consent', consent),
  post('lists', 'puts a contact on a list, or takes it off', membership),
  post('pace', 'sets how often a contact is written to', pace),
];
