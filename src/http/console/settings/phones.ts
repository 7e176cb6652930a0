import type { Request, Response } from 'express';
import { networks } from '../../../../channels/networks.ts';
import { switchAccount } from '../../../deliveries/account-edit.ts';
import {
  isPhoneChannel,
  listPhoneAccounts,
  type PhoneAccountFacts,
  type PhoneChannel,
  phoneAccount,
} from '../../../deliveries/phone/accounts.ts';
import { checkPhoneAccount, editPhoneAccount, secretsKept } from '../../../deliveries/phone/edit.ts';
import { fetchTemplates, tellsTemplates } from '../../../deliveries/phone/fetch.ts';
import { spentIn } from '../../../deliveries/phone/spend.ts';
import { listTemplates } from '../../../deliveries/phone/templates.ts';
import type { Refusal } from '../../../errors.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { applyingIn } from '../accounts/words.ts';
import { leadOn, orAgain, type Reading, readingOf } from '../shell.ts';
import { SETTINGS, showSettings } from './page.ts';
import {
  commonView,
  fieldsView,
  readPhoneForm,
  type Typed,
  typedOf,
  usualIn,
  type Wrong,
} from './phone-form.ts';
import { templateRows } from './phone-template-rows.ts';

export const PHONES = `${SETTINGS}/phones`;

const titleOf = (channel: PhoneChannel): string => networks[channel]?.title ?? channel;

/** Every account by which telephones are reached, what it spent and how many of its texts may be sent. */
export const showPhones: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const templates = await listTemplates(web.ground.sql);
  const accounts = await listPhoneAccounts(web.ground.sql);
  const rows = await Promise.all(
    accounts.map(async (account) => ({
      ...{ name: account.name, network: titleOf(account.channel), href: `${PHONES}/${account.id}` },
      ...{ health: healthOf(reading, account), ...(await moneyOf(web, account)) },
      approved: templates.filter((one) => one.accountId === account.id && one.state === 'approved').length,
      stopped: templates.filter(
        (one) => one.accountId === account.id && (one.state === 'refused' || one.state === 'paused'),
      ).length,
    })),
  );
  const ways = (['sms', 'whatsapp'] as const).map((channel) => ({
    ...{ title: titleOf(channel), href: `${PHONES}/new?channel=${channel}` },
    ...{ apply: applyingIn(reading, channel), there: accounts.some((one) => one.channel === channel) },
  }));
  const data = { accounts: rows, ways };
  await showSettings(web, { req, res, name: 'phones', title: reading.t('phones-settings.title'), data });
};

export const newPhone: Handler = (web) => (req, res) => {
  const channel = channelIn(req.query.channel);
  return showForm(web, { req, res, channel, typed: usualIn(channel) });
};

export const addPhone: Handler = (web) => (req, res) => save(web, { req, res, id: null });
export const changePhone: Handler = (web) => (req, res) => save(web, { req, res, id: String(req.params.id) });
export const showPhone: Handler = (web) => (req, res) => showOne(web, { req, res });

/** Asks the network who we are there, and says what came of it. */
export const testPhone: Handler = (web) => async (req, res) => {
  const id = String(req.params.id);
  const { t, said } = readingOf(req, res);
  let tested: Tested | undefined;
  await orAgain(
    async () => {
      const { name } = await checkPhoneAccount(web.ground, id);
      tested = { well: true, text: t('phones-settings.known-as', { name }) };
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      tested = { well: false, text: said(refusal) };
    },
  );
  await showOne(web, { req, res, ...(tested && { tested }) });
};

/** Asks the network which texts may be sent now. */
export const fetchNow: Handler = (web) => (req, res) => {
  const id = String(req.params.id);
  const { t } = readingOf(req, res);
  return orAgain(
    async () => {
      const { known, changed } = await fetchTemplates(web.ground, id, staffOf(res).user.email);
      const text = t('phones-settings.fetched', { known, changed });
      await showOne(web, { req, res, tested: { well: true, text } });
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showOne(web, { req, res, refusal });
    },
  );
};

const turn =
  (on: boolean): Handler =>
  (web) =>
  async (req, res) => {
    const { id } = await phoneAccount(web.ground.sql, String(req.params.id));
    await switchAccount(web.ground, { id, on }, staffOf(res).user.email);
    leadOn(res, `${PHONES}/${id}`, on ? 'account-on' : 'account-off');
  };

export const turnOn = turn(true);
export const turnOff = turn(false);

const channelIn = (value: unknown): PhoneChannel => (value === 'whatsapp' ? 'whatsapp' : 'sms');

interface Tested {
  well: boolean;
  text: string;
}

interface Asked {
  req: Request;
  res: Response;
  refusal?: Refusal;
  tested?: Tested;
}

async function save(web: Web, { req, res, id }: Asked & { id: string | null }): Promise<void> {
  const reading = readingOf(req, res);
  const account = id ? await phoneAccount(web.ground.sql, id) : null;
  const asked = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '').get(
    'channel',
  );
  const channel = account?.channel ?? (isPhoneChannel(asked ?? '') ? channelIn(asked) : 'sms');
  const kept = account ? await secretsKept(web.ground, account.id) : [];
  const { typed, wrong, form } = readPhoneForm(req, reading, { channel, kept });
  const again = (refusal?: Refusal) =>
    showForm(web, { req, res, channel, account, typed, wrong, status: 422, ...(refusal && { refusal }) });
  if (!form) return again();
  await orAgain(async () => {
    const saved = await editPhoneAccount(web.ground, { id, form }, staffOf(res).user.email);
    leadOn(res, `${PHONES}/${saved}`, 'account-saved');
  }, again);
}

async function showOne(web: Web, asked: Asked): Promise<void> {
  const account = await phoneAccount(web.ground.sql, String(asked.req.params.id));
  const status = asked.refusal ? asked.refusal.status : 200;
  await showForm(web, { ...asked, channel: account.channel, account, typed: typedOf(account), status });
}

interface Form extends Asked {
  channel: PhoneChannel;
  account?: PhoneAccountFacts | null;
  typed: Typed;
  wrong?: Wrong;
  status?: number;
}

async function showForm(web: Web, form: Form): Promise<void> {
  const { req, res, channel, account = null, typed, wrong = {}, refusal, tested, status = 200 } = form;
  const reading = readingOf(req, res);
  const kept = account ? await secretsKept(web.ground, account.id) : [];
  const data = {
    ...{ channel, network: titleOf(channel), apply: applyingIn(reading, channel) },
    ...{ fields: fieldsView(reading, { channel, kept, typed, wrong }), f: commonView(typed, wrong) },
    ...{ wrong: Object.keys(wrong).length > 0, refused: refusal ? reading.said(refusal) : null },
    ...{ tested: tested ?? null, action: account ? `${PHONES}/${account.id}` : PHONES },
    account: account && (await accountView(web, reading, account)),
  };
  const title = account?.name ?? reading.t('phones-settings.new', { network: titleOf(channel) });
  const above = [{ href: PHONES, text: reading.t('phones-settings.title') }];
  await showSettings(web, { req, res, name: 'phone', title, data, above, status });
}

async function accountView({ ground }: Web, reading: Reading, account: PhoneAccountFacts) {
  const { id, disabled, rests, trouble } = account;
  const all = (await listTemplates(ground.sql)).filter(({ accountId }) => accountId === id);
  return {
    ...{ id, off: disabled, trouble: rests ? trouble : null, health: healthOf(reading, account) },
    ...(await moneyOf({ ground }, account)),
    hook: `${ground.config.publicUrl}/hooks/phone/${id}`,
    ...{ fetches: tellsTemplates(account), templates: templateRows(reading, `${PHONES}/${id}`, all) },
  };
}

const healthOf = ({ t }: Reading, { disabled, rests }: PhoneAccountFacts) =>
  disabled
    ? { look: 'held', text: t('home.account.off') }
    : rests
      ? { look: 'deferred', text: t('home.account.rests') }
      : { look: 'sent', text: t('home.account.ready') };

async function moneyOf({ ground }: Pick<Web, 'ground'>, { id, costs }: PhoneAccountFacts) {
  const spent = await spentIn(ground.sql, id, ground.clock.now());
  const cap = costs?.monthlyCap ?? null;
  return {
    spent: formatAmount(spent),
    cap: cap === null ? null : formatAmount(BigInt(cap)),
    price: costs?.perMessage ? formatAmount(BigInt(costs.perMessage)) : null,
  };
}
