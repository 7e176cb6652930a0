import type { Request, Response } from 'express';
import type { MessageKey } from '../../i18n.ts';
import { staffOf } from '../staff.ts';
import type { Web } from '../web.ts';
import { readingOf } from './shell.ts';

/** Pages of one part of the console, each with its address and its word. */
export type Tabs = readonly (readonly [href: string, key: MessageKey])[];

/** The tabs that the reader may open; a form that was refused is answered at the address of its deed. */
export function tabsAmong(tabs: Tabs, web: Web, { req, res }: { req: Request; res: Response }) {
  const { t } = readingOf(req, res);
  const { roles } = staffOf(res).user;
  const here = tabs.findLast(([href]) => req.path === href || req.path.startsWith(`${href}/`))?.[0];
  return tabs
    .filter(([href]) => web.allows(roles, 'get', href))
    .map(([href, key]) => ({ href, text: (t as (key: MessageKey) => string)(key), current: href === here }));
}
