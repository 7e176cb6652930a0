import type { Request, Response } from 'express';
import { editAccount, readAccount, switchAccount } from '../../../deliveries/account-edit.ts';
import { listAccounts } from '../../../deliveries/account-list.ts';
import { type Login, tryAccount } from '../../../deliveries/account-login.ts';
import type { Refusal } from '../../../errors.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { FIELDS, type FieldName, readAccountForm, typedOf, USUAL } from './account-form.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const ACCOUNTS = `${SETTINGS}/accounts`;

export const showAccounts: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const accounts = (await listAccounts(web.ground)).map((account) => ({
    ...{ ...account, domains: account.domains.join(', '), href: `${ACCOUNTS}/${account.id}` },
    ...(account.disabledAt
      ? { look: 'held', key: 'home.account.off' }
      : account.restsUntil
        ? { look: 'deferred', key: 'home.account.rests' }
        : { look: 'sent', key: 'home.account.ready' }),
  }));
  await showSettings(web, { req, res, name: 'accounts', title: t('accounts.title'), data: { accounts } });
};

export const newAccount: Handler = (web) => (req, res) => showForm(web, { req, res, typed: USUAL });

export const showAccount: Handler = (web) => (req, res) => showOne(web, { req, res });

export const addAccount: Handler = (web) => (req, res) => save(web, { req, res, id: null });

export const changeAccount: Handler = (web) => (req, res) =>
  save(web, { req, res, id: String(req.params.id) });

/** Logs in for real and says what came of it, on the page of the account. */
export const testAccount: Handler = (web) => async (req, res) => {
  const login = await tryAccount(web.ground, String(req.params.id));
  await showOne(web, { req, res, login });
};

const turn =
  (on: boolean): Handler =>
  (web) =>
  async (req, res) => {
    const id = String(req.params.id);
    await switchAccount(web.ground, { id, on }, staffOf(res).user.email);
    leadOn(res, `${ACCOUNTS}/${id}`, on ? 'account-on' : 'account-off');
  };

export const turnOn = turn(true);
export const turnOff = turn(false);

interface Asked {
  req: Request;
  res: Response;
}

async function save(web: Web, { req, res, id }: Asked & { id: string | null }): Promise<void> {
  const reading = readingOf(req, res);
  const account = id ? await readAccount(web.ground, id) : null;
  const { typed, errors, form } = readAccountForm(req, reading, account?.hasPassword ?? false);
  const again = (refusal?: Refusal) =>
    showForm(web, {
      req,
      res,
      id,
      typed,
      errors,
      refused: refusal ? reading.said(refusal) : null,
      status: 422,
    });
  if (!form) return again();
  await orAgain(async () => {
    const saved = await editAccount(web.ground, { id, form }, staffOf(res).user.email);
    leadOn(res, `${ACCOUNTS}/${saved}`, 'account-saved');
  }, again);
}

async function showOne(web: Web, { req, res, login }: Asked & { login?: Login }): Promise<void> {
  const id = String(req.params.id);
  const account = await readAccount(web.ground, id);
  await showForm(web, { req, res, id, typed: typedOf(account), ...(login && { login }) });
}

interface Form extends Asked {
  id?: string | null;
  typed: Partial<Record<FieldName, string>>;
  errors?: Partial<Record<FieldName, string>>;
  refused?: string | null;
  login?: Login;
  status?: number;
}

async function showForm(web: Web, form: Form): Promise<void> {
  const { req, res, id = null, typed, errors = {}, refused = null, login, status = 200 } = form;
  const { t } = readingOf(req, res);
  const account = id ? await readAccount(web.ground, id) : null;
  const options = (['starttls', 'tls', 'none'] as const).map((value) => ({
    ...{ value, text: t(`accounts.security.${value}`), selected: value === typed.security },
  }));
  const data = {
    ...{
      f: fieldsOf(FIELDS, { ...typed, password: '' }, errors),
      options,
      refused,
      verify: typed.verify === 'on',
    },
    ...{ account, action: id ? `${ACCOUNTS}/${id}` : ACCOUNTS, wrong: Object.keys(errors).length > 0 },
    login: login ? { ...login, well: login.end === 'in' || login.end === 'answers' } : null,
  };
  const title = account?.name ?? t('accounts.new');
  const above = [{ href: ACCOUNTS, text: t('accounts.title') }];
  await showSettings(web, { req, res, name: 'account', title, data, above, status });
}
