import type { Request, Response } from 'express';
import { staffOf } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { PROJECTS } from './words.ts';

const TABS = ['desk', 'page', 'updates', 'partners', 'versions'] as const;
type Tab = (typeof TABS)[number];

/** The pages of one project, as far as the reader may open them. */
export function tabsOf(
  { web, req, res }: { web: Web; req: Request; res: Response },
  id: string,
  current: Tab,
) {
  const { t } = readingOf(req, res);
  const endOf = (tab: Tab) => (tab === 'desk' ? '' : `/${tab}`);
  const open = TABS.filter((tab) =>
    web.allows(staffOf(res).user.roles, 'get', `${PROJECTS}/:id${endOf(tab)}`),
  );
  return open.map((tab) => ({
    ...{ href: `${PROJECTS}/${id}${endOf(tab)}`, text: t(`desk.tab.${tab}`), current: tab === current },
  }));
}
