import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { PATH } from './address.ts';
import { feedFile, makeAddress, revokeAddress } from './feed.ts';
import { askMove, move } from './move.ts';
import { calendar } from './show.ts';

const MOVE = `${PATH}/messages/:id/move`;

/** Everything planned and sent, by days. */
export const calendarRoutes: Route[] = [
  { method: 'get', path: PATH, who: READERS, does: 'shows what is planned and sent', handle: calendar },
  { method: 'get', path: MOVE, who: WRITERS, does: 'asks where it is moved to', handle: askMove },
  { method: 'post', path: MOVE, who: WRITERS, does: 'moves it', handle: move },
  {
    method: 'post',
    path: `${PATH}/address`,
    who: READERS,
    does: 'makes its private address',
    handle: makeAddress,
  },
  {
    ...{ method: 'post', path: `${PATH}/address/revocation`, who: READERS },
    ...{ does: 'takes that away', handle: revokeAddress },
  },
  { method: 'get', path: '/calendar/:token.ics', who: 'anyone', does: 'a calendar file', handle: feedFile },
];
