import type { Route } from '../../routes.ts';
import { SIGN_IN } from '../../staff.ts';
import { showSignIn, signOut, takeSignIn } from './sign-in.ts';
import { showWelcome, takeWelcome } from './welcome.ts';

/** Coming in, going out, and what each person sets for themselves. */
export const accessRoutes: Route[] = [
  { method: 'get', path: SIGN_IN, who: 'anyone', does: 'asks who is there', handle: showSignIn },
  { method: 'post', path: SIGN_IN, who: 'anyone', does: 'signs in', handle: takeSignIn },
  { method: 'post', path: '/console/sign-out', who: 'anyone', does: 'ends the session', handle: signOut },
  {
    ...{ method: 'get', path: '/console/welcome/:token', who: 'anyone' },
    ...{ does: 'asks an invited person for name and password', handle: showWelcome },
  },
  {
    ...{ method: 'post', path: '/console/welcome/:token', who: 'anyone' },
    ...{ does: 'lets them in', handle: takeWelcome },
  },
];
