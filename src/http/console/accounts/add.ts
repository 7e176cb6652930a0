import type { Request, Response } from 'express';
import type { Credentials, Field, Network, Settings } from '../../../../channels/social.ts';
import { findSocialAccount, saveSocialAccount } from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { appSummary } from '../../../deliveries/publications/oauth.ts';
import type { Refusal } from '../../../errors.ts';
import { translateOr } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { titleIn } from './list.ts';
import { applyingIn, fieldWords, networkNamed, publicNetworks } from './words.ts';

/** Asks which network, and then how an account there is connected; `account` is one that is connected again. */
export const showNew: Handler = (web) => (req, res) => {
  const network = networkNamed(String(req.query.network ?? ''));
  return show(web, { req, res, network, account: String(req.query.account ?? '') });
};

/** Adds an account by its fields, or one that a person serves; what the network refuses is said beside the form. */
export const takeNew: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const network = networkNamed(form.text('network'));
  const [account, mode] = [
    form.text('account'),
    form.text('mode') === 'hand' ? ('hand' as const) : ('program' as const),
  ];
  return orAgain(
    async () => {
      const { name } = networkOf(form.text('network'));
      const wish = { network: name, name: form.text('name'), mode, ...readFields(network, form, mode) };
      const user = { ...staffOf(res).user, disabledAt: null };
      const { id } = await saveSocialAccount(web.ground, user, { ...wish, ...(account && { id: account }) });
      leadOn(res, `/console/accounts/${id}`, 'account-connected');
    },
    (refusal) => show(web, { req, res, network, account, refusal, form }),
  );
};

function fieldsOf(network: Network | undefined): Field[] {
  const { connect, connectInstead } = network ?? {};
  return (connect?.kind === 'fields' ? connect : connectInstead)?.fields ?? [];
}

/** What is secret apart from what is not. */
function readFields(
  network: Network | undefined,
  form: Form,
  mode: string,
): { credentials?: Credentials; settings: Settings } {
  const typed = fieldsOf(network).flatMap(({ name, secret }) => {
    const value = form.text(`field.${name}`).trim();
    return value ? [{ name, secret, value }] : [];
  });
  const of = (secret: boolean) =>
    Object.fromEntries(typed.filter((one) => one.secret === secret).map(({ name, value }) => [name, value]));
  return { settings: of(false), ...(mode === 'program' && { credentials: { more: of(true) } }) };
}

interface Showing {
  req: Request;
  res: Response;
  network: Network | undefined;
  /** One that is connected again; empty for a new one. */
  account: string;
  refusal?: Refusal;
  form?: Form;
}

async function show(web: Web, { req, res, network, account, refusal, form }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const before = account ? await findSocialAccount(web.ground, account) : null;
  const title = before ? reading.t('social.again', { name: before.name }) : reading.t('social.add');
  const data = {
    ...{ networks: choicesOf(reading, network), account: before?.id ?? '' },
    ...{
      typed: { name: form?.text('name') ?? before?.name ?? '' },
      refused: refusal ? reading.said(refusal) : null,
    },
    way: network ? await wayOf(web, { reading, network, form, settings: before?.settings ?? {} }) : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'social-new', title, data, status: refusal ? 422 : 200 },
    crumbs: [{ href: '/console/accounts', text: reading.t('social.title') }],
    styles: ['console-settings.css', 'console-posts.css'],
  });
}

const choicesOf = (reading: Reading, chosen: Network | undefined) =>
  publicNetworks()
    .filter(({ retired }) => !retired)
    .map(({ name, title }) => ({
      value: name,
      text: titleIn(reading, name, title),
      chosen: chosen?.name === name,
    }));

interface Way {
  reading: Reading;
  network: Network;
  form: Form | undefined;
  settings: Settings;
}

/** How this network is connected: by going there, by fields, by a person. */
async function wayOf(web: Web, { reading, network, form, settings }: Way) {
  const { name, connect, title, open, retired } = network;
  const app = connect?.kind === 'oauth' ? await appSummary(web.ground, name) : null;
  const fields = fieldsOf(network).map((field) =>
    fieldView(reading, field, form?.text(`field.${field.name}`) ?? settings[field.name] ?? ''),
  );
  return {
    ...{
      name,
      title: titleIn(reading, name, title),
      retired: Boolean(retired),
      apply: applyingIn(reading, name),
    },
    oauth: connect?.kind === 'oauth',
    instance: connect?.kind === 'oauth' && Boolean(connect.register),
    endpoint: form?.text('endpoint') ?? settings.endpoint ?? app?.endpoint ?? '',
    ...{ registered: Boolean(app), fields: open ? fields : [], handFields: open ? [] : fields },
    open: Boolean(open),
  };
}

const fieldView = (reading: Reading, { name, secret, optional, options }: Field, value: string) => ({
  ...{ name: `field.${name}`, label: fieldWords(reading, name), secret, optional: Boolean(optional) },
  value: secret ? '' : value,
  options: options
    ? options.map((one) => ({
        ...{
          value: one,
          text: translateOr(reading.language, `social.option.${one}`, one),
          selected: one === value,
        },
      }))
    : null,
});
