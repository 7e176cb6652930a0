import type { Route } from '../../routes.ts';
import { ANYONE_SIGNED_IN, SIGN_IN } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { HOME } from './next.ts';
import { showSignIn, signOut, takeSignIn } from './sign-in.ts';
import { showWelcome, takeWelcome } from './welcome.ts';

const home: Handler = () => (_req, res) => res.redirect(303, '/console/account');

/** Coming in, going out, and what each person sets for themselves. */
export const accessRoutes: Route[] = [
  { method: 'get', path: HOME, who: ANYONE_SIGNED_IN, does: 'leads to what each may do', handle: home },
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
