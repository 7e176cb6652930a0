import type { MessageKey } from '../../i18n.ts';
import type { Staff } from '../staff.ts';
import type { Web } from '../web.ts';

interface Entry {
  href: string;
  key: MessageKey;
  /** In templates/assets/icons.svg. */
  sign: string;
  /** A line above it. */
  line?: boolean;
  /** At the foot of the menu. */
  last?: boolean;
  /** Pages that lie elsewhere and belong to it. */
  also?: RegExp;
}

type Say = (key: MessageKey) => string;

/** The menu, from top to bottom. Whoever may not open a page does not see it here: routes.ts decides. */
const menu: Entry[] = [
  { href: '/console', key: 'nav.home', sign: 'home' },
  {
    href: '/console/campaigns',
    key: 'nav.campaigns',
    sign: 'horn',
    also: /^\/console\/(runs|messages|phone-messages|posts|approvals|plans)\b/,
  },
  { href: '/console/calendar', key: 'nav.calendar', sign: 'cal', also: /^\/console\/evergreen\b/ },
  { href: '/console/newsletters', key: 'nav.newsletters', sign: 'news' },
  { href: '/console/projects', key: 'nav.projects', sign: 'target', also: /^\/console\/consents\b/ },
  { href: '/console/occasions', key: 'nav.occasions', sign: 'leaf' },
  { href: '/console/templates', key: 'nav.templates', sign: 'doc' },
  { href: '/console/media', key: 'nav.media', sign: 'image' },
  { href: '/console/attention', key: 'nav.attention', sign: 'bell', line: true },
  { href: '/console/accounts', key: 'nav.social', sign: 'globe' },
  { href: '/console/contacts', key: 'nav.contacts', sign: 'people', line: true },
  { href: '/console/lists', key: 'nav.lists', sign: 'list' },
  { href: '/console/segments', key: 'nav.segments', sign: 'filter' },
  { href: '/console/suppressions', key: 'nav.suppressions', sign: 'ban' },
  {
    ...{ href: '/console/gifts', key: 'nav.gifts', sign: 'gift', line: true },
    also: /^\/console\/(refunds|disputes)\b/,
  },
  { href: '/console/donors', key: 'nav.donors', sign: 'receipt' },
  { href: '/console/offline', key: 'nav.offline', sign: 'hands' },
  { href: '/console/bank', key: 'nav.bank', sign: 'rupee' },
  { href: '/console/reconciliation', key: 'nav.reconciliation', sign: 'merge' },
  { href: '/console/disbursements', key: 'nav.disbursements', sign: 'hands' },
  { href: '/console/books', key: 'nav.books', sign: 'rupee' },
  { href: '/console/periods', key: 'nav.periods', sign: 'cal' },
  { href: '/console/audit', key: 'nav.audit', sign: 'log', line: true },
  { href: '/console/users', key: 'nav.users', sign: 'users' },
  { href: '/console/settings', key: 'nav.settings', sign: 'gear' },
];

/** What the palette offers besides the menu. */
const actions: Entry[] = [
  { href: '/console/campaigns/new', key: 'action.campaign', sign: 'plus' },
  { href: '/console/plans', key: 'plans.title', sign: 'copy' },
  { href: '/console/evergreen', key: 'evergreen.title', sign: 'queue' },
  { href: '/console/contacts/import', key: 'action.import', sign: 'upload' },
  { href: '/console/segments/new', key: 'action.segment', sign: 'filter' },
  { href: '/console/offline/kinds', key: 'action.gift', sign: 'gift' },
  { href: '/console/refunds', key: 'refund.title', sign: 'undo' },
  { href: '/console/occasions/waiting', key: 'action.occasions', sign: 'leaf' },
  { href: '/console/hold', key: 'hold.everything', sign: 'pause' },
  { href: '/console/account', key: 'action.account', sign: 'users' },
  { href: '/console/components', key: 'nav.components', sign: 'code' },
];

/** The menu as one of the staff sees it at a path. */
export function navFor(web: Web, staff: Staff, { path, t }: { path: string; t: Say }) {
  const open = menu.filter(({ href }) => web.allows(staff.user.roles, 'get', href));
  const within = ({ href, also }: Entry) =>
    path === href || (href !== '/console' && path.startsWith(`${href}/`)) || Boolean(also?.test(path));
  return open.map((entry) => ({ ...shown(entry, t), current: within(entry) }));
}

export const actionsFor = (web: Web, staff: Staff, t: Say) =>
  actions.filter(({ href }) => web.allows(staff.user.roles, 'get', href)).map((entry) => shown(entry, t));

const shown = ({ href, key, sign, line = false, last = false }: Entry, t: Say) => ({
  ...{ href, sign, line, last, count: null },
  text: t(key),
});
