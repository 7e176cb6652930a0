import { removeText, usesOfText } from '../../../campaigns/phone/removal.ts';
import { phoneAccount } from '../../../deliveries/phone/accounts.ts';
import { tellsTemplates } from '../../../deliveries/phone/fetch.ts';
import { languageName } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn, readingOf } from '../shell.ts';
import { showSettings } from './page.ts';
import { templateOf } from './phone-templates.ts';
import { PHONES } from './phones.ts';

/** Asks whether a registered text is to go, and says what keeps it. */
export const askRemoval: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const { t, language } = readingOf(req, res);
  const account = await phoneAccount(ground.sql, String(req.params.id));
  const { id, name, language: spoken } = await templateOf(web, req);
  const path = `${PHONES}/${account.id}/texts/${id}`;
  const named = `${name}, ${languageName(spoken, language)}`;
  const data = { path, uses: await usesOfText(ground.sql, id), returns: tellsTemplates(account) };
  const above = [
    { href: PHONES, text: t('phones-settings.title') },
    { href: `${PHONES}/${account.id}`, text: account.name },
    { href: path, text: named },
  ];
  const title = t('phone-template.remove.title', { name: named });
  await showSettings(web, { req, res, name: 'phone-template-removal', title, data, above });
};

export const removeTemplate: Handler = (web) => async (req, res) => {
  const { id: accountId } = await phoneAccount(web.ground.sql, String(req.params.id));
  const id = String(req.params.template);
  await removeText(web.ground, { accountId, id, actor: staffOf(res).user.email });
  leadOn(res, `${PHONES}/${accountId}`, 'template-removed');
};
