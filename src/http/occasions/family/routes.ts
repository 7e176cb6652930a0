import type { Route } from '../../routes.ts';
import { allScreens } from '../make/routes.ts';
import { askRemoval, close, remove, reopen, showAgain } from './acts.ts';
import { enterOldCode, notMine, showOldDoor } from './door.ts';
import { hide, thankAll, thankOne } from './gifts.ts';
import { invite } from './guests.ts';
import { addKeeper, endOwnLinks, enterKeeperCode, letKeeperGo, sendLink, setNews } from './keepers.ts';
import { downloadGifts } from './list.ts';
import { showDone, showFamily } from './page.ts';

const PATH = '/family/:token';
const own = { who: 'family', limit: 'gift' } as const;
/** Each of these may send a message to somebody's telephone. */
const sends = { who: 'family', limit: 'form' } as const;
const post = (path: string, does: string, handle: Route['handle'], more: typeof own | typeof sends = own) =>
  ({ method: 'post', path: `${PATH}${path}`, does, handle, ...more }) as const satisfies Route;

/** The family's own page, by the link that was sent to a proven contact. */
export const familyRoutes: Route[] = [
  { method: 'get', path: PATH, who: 'family', does: 'shows a family its page', handle: showFamily },
  { method: 'get', path: `${PATH}/done`, who: 'family', does: 'says what happens now', handle: showDone },
  {
    method: 'get',
    path: `${PATH}/code`,
    who: 'anyone',
    does: 'asks whoever has an old link',
    handle: showOldDoor,
  },
  {
    ...{ method: 'post', path: `${PATH}/code`, who: 'anyone', limit: 'form' },
    ...{ does: 'sends or takes a code for an old link', handle: enterOldCode },
  },
  {
    ...{ method: 'post', path: `${PATH}/not-mine`, who: 'anyone', limit: 'form' },
    ...{ does: 'ends a link that came to a stranger', handle: notMine },
  },
  {
    method: 'get',
    path: `${PATH}/gifts.csv`,
    who: 'family',
    does: 'gives its gifts as a list',
    handle: downloadGifts,
  },
  post('/thanks', 'thanks everybody', thankAll),
  post('/gifts/:gift/thanks', 'thanks one', thankOne),
  post('/gifts/:gift/hiding', 'hides a message, or shows it again', hide),
  post('/showing', 'asks that the page be shown as it is now', showAgain),
  post('/closing', 'closes it with last words', close),
  post('/reopening', 'opens it again', reopen),
  {
    method: 'get',
    path: `${PATH}/removal`,
    who: 'family',
    does: 'asks before it is removed',
    handle: askRemoval,
  },
  post('/removal', 'removes it', remove),
  post('/news', 'sets how often the family hears', setNews),
  post('/guests', 'invites guests by mail', invite, sends),
  post('/link', 'sends the link once more', sendLink, sends),
  post('/links-end', 'ends all links of one who answers', endOwnLinks),
  post('/keeper', 'asks a second one to answer for it', addKeeper, sends),
  post('/keeper/code', 'takes the code of the second', enterKeeperCode, sends),
  post('/keeper/end', 'lets the second go', letKeeperGo),
  ...allScreens(`${PATH}/edit`, 'family'),
];
