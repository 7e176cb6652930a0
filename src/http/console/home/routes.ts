import type { Route } from '../../routes.ts';
import { ANYONE_SIGNED_IN } from '../../staff.ts';
import { showHome } from './show.ts';

export const homeRoutes: Route[] = [
  {
    ...{ method: 'get', path: '/console', who: ANYONE_SIGNED_IN, handle: showHome },
    does: 'shows what waits, goes out and comes',
  },
];
