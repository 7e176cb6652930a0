import { type Everywhere, findEverywhere, NOTHING } from '../../../campaigns/find-everywhere.ts';
import type { Route } from '../../routes.ts';
import { ANYONE_SIGNED_IN, hasRole, READERS, staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { type Where, whereFor } from '../home/where.ts';
import { readingOf, showConsole } from '../shell.ts';

interface Found {
  name: string;
  small: string;
  href: string | null;
}

const show: Handler = (web) => async (req, res) => {
  const staff = staffOf(res);
  const q = typeof req.query.q === 'string' ? req.query.q.slice(0, 200).trim() : '';
  const mayRead = hasRole(staff, READERS);
  const found = q && mayRead ? await findEverywhere(web.ground, q) : NOTHING;
  const groups = groupsOf(found ?? NOTHING, whereFor(web, staff));
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const data = { q, mayRead, groups, count, short: q !== '' && found === null };
  const title = readingOf(req, res).t('find.title');
  await showConsole(web, {
    req,
    res,
    name: 'find',
    title,
    data,
    styles: ['console-find.css'],
    scripts: ['find.js'],
  });
};

export const findRoutes: Route[] = [
  {
    ...{ method: 'get', path: '/console/find', who: ANYONE_SIGNED_IN, handle: show },
    does: 'looks for words everywhere',
  },
];

function groupsOf(found: Everywhere, where: Where) {
  const contacts: Found[] = found.contacts.map(({ id, name, district, addresses }) => ({
    name,
    small: [...addresses, district].filter(Boolean).join(' · '),
    href: where.contact(id),
  }));
  const named = (key: 'campaigns' | 'messages' | 'lists' | 'segments', to: (id: string) => string | null) =>
    found[key].map(({ id, name, of }): Found => ({ name, small: of ?? '', href: to(id) }));
  return [
    { key: 'contacts', sign: 'people', rows: contacts },
    { key: 'campaigns', sign: 'horn', rows: named('campaigns', where.campaign) },
    { key: 'messages', sign: 'mail', rows: named('messages', where.message) },
    { key: 'lists', sign: 'list', rows: named('lists', where.list) },
    { key: 'segments', sign: 'filter', rows: named('segments', where.segment) },
  ].filter(({ rows }) => rows.length);
}
