import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, GIFT_READERS, hasRole, INSPECTORS, staffOf, TREASURERS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { POLICY, showPolicy, takePolicy } from '../occasions/policy.ts';
import { readingOf } from '../shell.ts';
import * as accounts from './accounts.ts';
import * as deliverability from './deliverability.ts';
import * as domains from './domains.ts';
import { GIVING, showGiving, takeReceipts } from './giving.ts';
import * as keys from './keys.ts';
import * as organisation from './organisation.ts';
import { SETTINGS, showSettings } from './page.ts';
import { askRemoval, removeTemplate } from './phone-template-removal.ts';
import * as phoneTemplates from './phone-templates.ts';
import * as phones from './phones.ts';
import { showQueues } from './queues.ts';
import { showRoles } from './roles.ts';
import * as sending from './sending.ts';
import * as siteTexts from './site-texts.ts';
import * as webhooks from './webhooks.ts';

/** The cards of the first page, in groups. */
const CARDS = [
  {
    key: 'settings.mail',
    cards: [
      ['accounts', 'mail'],
      ['phones', 'sms'],
      ['domains', 'globe'],
      ['deliverability', 'chart'],
    ],
  },
  {
    key: 'settings.rules',
    cards: [
      ['sending', 'clock'],
      ['organisation', 'brief'],
      ['roles', 'users'],
    ],
  },
  {
    key: 'settings.gifts',
    cards: [
      ['giving', 'receipt'],
      ['site-texts', 'text'],
      ['occasions', 'leaf'],
    ],
  },
  {
    key: 'settings.programs',
    cards: [
      ['api-keys', 'key'],
      ['webhooks', 'hook'],
      ['queues', 'queue'],
    ],
  },
];

const index: Handler = (web) => async (req, res) => {
  const { roles } = staffOf(res).user;
  const groups = CARDS.map(({ key, cards }) => ({
    key,
    cards: cards
      .map(([name, sign]) => ({ words: `settings.${name}`, sign, href: `${SETTINGS}/${name}` }))
      .filter(({ href }) => web.allows(roles, 'get', href)),
  })).filter(({ cards }) => cards.length);
  const { t } = readingOf(req, res);
  await showSettings(web, {
    req,
    res,
    name: 'index',
    title: t('nav.settings'),
    data: { groups, crumbs: [], reads: !hasRole(staffOf(res), TREASURERS) },
  });
};

type Line = [path: string, does: string, handle: Handler, body?: string];
const seen = ([path, does, handle]: Line): Route => ({ method: 'get', path, who: INSPECTORS, does, handle });
const done = ([path, does, handle, body]: Line): Route => ({
  ...{ method: 'post', path, who: ADMINISTRATORS, does, handle, ...(body && { body }) },
});
const account = `${accounts.ACCOUNTS}/:id`;
const phone = `${phones.PHONES}/:id`;
const webhook = `${webhooks.WEBHOOKS}/:id`;

/** What auditors may read. */
const pages: Line[] = [
  [accounts.ACCOUNTS, 'lists the SMTP accounts', accounts.showAccounts],
  [account, 'shows an SMTP account', accounts.showAccount],
  [phones.PHONES, 'lists the accounts for telephones', phones.showPhones],
  [phone, 'shows an account for telephones', phones.showPhone],
  [`${phone}/texts/:template`, 'shows a registered text', phoneTemplates.showTemplate],
  [domains.DOMAINS, 'lists the sender domains', domains.showDomains],
  [`${domains.DOMAINS}/:domain`, 'shows what a domain needs in DNS', domains.showDomain],
  [deliverability.DELIVERABILITY, 'shows how mails are received', deliverability.showDeliverability],
  [sending.SENDING, 'shows the rules of sending', sending.showSending],
  [organisation.ORGANISATION, 'shows who writes', organisation.showOrganisation],
  [`${SETTINGS}/roles`, 'says what each role may do', showRoles],
  [keys.KEYS, 'lists the API keys', keys.showKeys],
  [webhooks.WEBHOOKS, 'lists the webhooks', webhooks.showWebhooks],
  [webhook, 'shows a webhook and its log', webhooks.showWebhook],
  [`${SETTINGS}/queues`, 'counts what waits in the queues', showQueues],
  [siteTexts.SITE_TEXTS, 'lists what donors may read before giving', siteTexts.showSiteTexts],
  [POLICY, 'shows how pages of families are looked at', showPolicy],
  [`${siteTexts.SITE_TEXTS}/:page`, 'shows one of these pages', siteTexts.showSiteText],
];

/** What finance may do here too. */
const gifts: Route[] = [
  { method: 'get', path: SETTINGS, who: GIFT_READERS, does: 'leads to the settings', handle: index },
  { method: 'get', path: GIVING, who: GIFT_READERS, does: 'shows how gifts come in', handle: showGiving },
  { method: 'post', path: GIVING, who: TREASURERS, does: 'sets what receipts say', handle: takeReceipts },
];

const changes: Line[] = [
  [accounts.ACCOUNTS, 'adds an SMTP account', accounts.addAccount, '64kb'],
  [account, 'changes an SMTP account', accounts.changeAccount, '64kb'],
  [`${account}/test`, 'logs in to it', accounts.testAccount],
  [`${account}/off`, 'takes it out of use', accounts.turnOff],
  [`${account}/on`, 'takes it into use', accounts.turnOn],
  [phones.PHONES, 'adds an account for telephones', phones.addPhone, '64kb'],
  [phone, 'changes an account for telephones', phones.changePhone, '64kb'],
  [`${phone}/test`, 'asks the network who we are', phones.testPhone],
  [`${phone}/fetch`, 'asks which texts may be sent', phones.fetchNow],
  [`${phone}/off`, 'takes it out of use', phones.turnOff],
  [`${phone}/on`, 'takes it into use', phones.turnOn],
  [`${phone}/texts`, 'keeps a registered text', phoneTemplates.addTemplate, '64kb'],
  [`${phone}/texts/:template`, 'changes a registered text', phoneTemplates.changeTemplate, '64kb'],
  [`${phone}/texts/:template/removal`, 'removes a registered text', removeTemplate],
  [`${deliverability.DELIVERABILITY}/warmups`, 'begins a warm-up', deliverability.beginWarmup],
  [`${deliverability.DELIVERABILITY}/warmups/:domain/end`, 'ends it', deliverability.finishWarmup],
  [sending.SENDING, 'sets how often one contact is written to', sending.takePressure],
  [`${sending.SENDING}/zone`, 'sets the zone of new schedules', sending.takeZone],
  [organisation.ORGANISATION, 'says who writes', organisation.takeOrganisation, 'stream'],
  [`${siteTexts.SITE_TEXTS}/:page`, 'writes or previews one of these pages', siteTexts.takeSiteText, '512kb'],
  [POLICY, 'sets how pages of families are looked at', takePolicy, '512kb'],
  [keys.KEYS, 'makes an API key', keys.makeKey],
  [`${keys.KEYS}/:id/end`, 'ends an API key', keys.endKey],
  [webhooks.WEBHOOKS, 'adds a webhook', webhooks.addWebhook],
  [`${webhook}/test`, 'sends it a message about nothing', webhooks.testWebhook],
  [`${webhook}/stop`, 'tells it nothing more', webhooks.stopWebhook],
  [`${webhook}/start`, 'tells it what happens from now', webhooks.startWebhook],
  [`${webhook}/secret`, 'gives it a new secret', webhooks.newSecret],
  [`${webhook}/remove`, 'removes it with its log', webhooks.removeWebhook],
  [`${webhook}/messages/:message/again`, 'sends a message again', webhooks.sendAgain],
];

/** Before the pages of one of them, which would take `new` for its name. */
const asked: Line[] = [
  [`${accounts.ACCOUNTS}/new`, 'asks for a new SMTP account', accounts.newAccount],
  [`${phones.PHONES}/new`, 'asks for a new account for telephones', phones.newPhone],
  [`${phone}/texts/new`, 'asks for a registered text', phoneTemplates.newTemplate],
  [`${phone}/texts/:template/removal`, 'asks whether a registered text goes', askRemoval],
];

export const settingsRoutes: Route[] = [
  ...asked.map((line) => ({ ...seen(line), who: ADMINISTRATORS })),
  ...gifts,
  ...pages.map(seen),
  ...changes.map(done),
];
