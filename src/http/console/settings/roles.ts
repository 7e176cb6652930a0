import { roles } from '../../../access/users.ts';
import { routes } from '../../routes.ts';
import type { Handler } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { showSettings } from './page.ts';

/** Parts of the console by the first word of their addresses, as people know them. */
export const areas = [
  ...[
    'campaigns',
    'plans',
    'messages',
    'phone-messages',
    'posts',
    'approvals',
    'runs',
    'calendar',
    'evergreen',
    'newsletters',
  ],
  ...[
    'projects',
    'consents',
    'occasions',
    'templates',
    'media',
    'attention',
    'accounts',
    'contacts',
    'lists',
  ],
  ...['segments', 'suppressions', 'gifts', 'refunds', 'disputes', 'donors', 'offline', 'bank'],
  ...['reconciliation', 'disbursements', 'books', 'periods', 'hold', 'audit', 'users', 'settings', 'account'],
];

/** What each role may do, as the table of routes has it at this moment. */
export const showRoles: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const rows = areas.map((area) => ({
    area,
    key: `roles.area.${area}`,
    may: roles.map((role) => mayOf(area, role)),
  }));
  const data = {
    areas: rows.filter(({ may }) => may.some(({ look }) => look)),
    roles: roles.map((role) => ({ name: t('staff.role', { role }), words: `roles.${role}` })),
  };
  await showSettings(web, { req, res, name: 'roles', title: t('roles.title'), data });
};

function mayOf(area: string, role: (typeof roles)[number]) {
  const own = routes.filter(
    ({ path, who }) =>
      path.split('/')[1] === 'console' &&
      path.split('/')[2] === area &&
      Array.isArray(who) &&
      who.includes(role),
  );
  const changes = own.some(({ method }) => method !== 'get');
  if (changes) return { look: 'sent', key: 'roles.changes' };
  return own.length ? { look: 'planned', key: 'roles.reads' } : { look: null, key: null };
}
