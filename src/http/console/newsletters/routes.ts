import type { Route } from '../../routes.ts';
import { APPROVERS, READERS, WRITERS } from '../../staff.ts';
import { approve, draft, hide, pause, resume, skip } from './deeds.ts';
import { askDropItem, beginItem, dropItem, editItem, saveItem } from './items.ts';
import { list } from './list.ts';
import { askEdit, beginNewsletter, editSettings, makeNewsletter } from './make.ts';
import { preview, show } from './page.ts';
import { NEWSLETTERS } from './words.ts';

const one = `${NEWSLETTERS}/:id`;
const item = `${one}/items/:item`;
/** Who decides whether an edition goes and what of it stays on the web. */
const DECIDERS = [...WRITERS, ...APPROVERS.filter((role) => !WRITERS.includes(role))];
/** Two long texts in Malayalam, as a browser sends them. */
const LONG = '512kb';

/** Newsletters: what the next edition says, who approved it, and what came of the ones before. */
export const newsletterRoutes: Route[] = [
  { method: 'get', path: NEWSLETTERS, who: READERS, does: 'lists newsletters', handle: list },
  {
    method: 'get',
    path: `${NEWSLETTERS}/new`,
    who: WRITERS,
    does: 'asks for a newsletter',
    handle: beginNewsletter,
  },
  {
    method: 'post',
    path: NEWSLETTERS,
    who: WRITERS,
    body: '64kb',
    does: 'makes a newsletter',
    handle: makeNewsletter,
  },
  {
    method: 'get',
    path: `${one}/settings`,
    who: WRITERS,
    does: 'shows what a newsletter is',
    handle: askEdit,
  },
  {
    ...{ method: 'post', path: `${one}/settings`, who: WRITERS, body: '64kb' },
    ...{ does: 'changes what a newsletter is', handle: editSettings },
  },
  { method: 'post', path: `${one}/pause`, who: WRITERS, does: 'lets a newsletter rest', handle: pause },
  { method: 'post', path: `${one}/resume`, who: WRITERS, does: 'lets it go on', handle: resume },
  { method: 'get', path: one, who: READERS, does: 'shows a newsletter and its editions', handle: show },
  { method: 'get', path: `${one}/preview`, who: READERS, does: 'shows the next edition', handle: preview },
  { method: 'post', path: `${one}/draft`, who: WRITERS, does: 'drafts the next edition now', handle: draft },
  {
    method: 'post',
    path: `${one}/approval`,
    who: APPROVERS,
    does: 'approves the next edition',
    handle: approve,
  },
  { method: 'post', path: `${one}/skip`, who: DECIDERS, does: 'skips the next edition', handle: skip },
  {
    ...{ method: 'post', path: `${one}/editions/:number/visibility`, who: DECIDERS },
    ...{ does: 'takes the page of an edition off the web, or puts it back', handle: hide },
  },
  {
    method: 'get',
    path: `${one}/items/new`,
    who: WRITERS,
    does: 'asks for something to tell',
    handle: beginItem,
  },
  { method: 'post', path: `${one}/items`, who: WRITERS, body: LONG, does: 'adds an item', handle: saveItem },
  { method: 'get', path: item, who: WRITERS, does: 'shows an item to change it', handle: editItem },
  { method: 'post', path: item, who: WRITERS, body: LONG, does: 'changes an item', handle: saveItem },
  {
    method: 'get',
    path: `${item}/remove`,
    who: WRITERS,
    does: 'asks before an item goes',
    handle: askDropItem,
  },
  { method: 'post', path: `${item}/remove`, who: WRITERS, does: 'removes an item', handle: dropItem },
];
