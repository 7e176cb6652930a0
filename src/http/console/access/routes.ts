import type { Route } from '../../routes.ts';
import { ANYONE_SIGNED_IN, SECOND_FACTOR, SIGN_IN } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import * as account from './account.ts';
import { auditRoutes } from './audit.ts';
import { showCode, takeCodeForm } from './code.ts';
import * as forgot from './forgot.ts';
import * as factor from './second-factor.ts';
import { showSignIn, signOut, takeSignIn } from './sign-in.ts';
import { userRoutes } from './user.ts';
import { usersRoutes } from './users.ts';
import { CODE } from './way-in.ts';
import { showWelcome, takeWelcome } from './welcome.ts';

type Line = [method: 'get' | 'post', path: string, does: string, handle: Handler];
const open = ([method, path, does, handle]: Line): Route => ({ method, path, who: 'anyone', does, handle });
const own = ([method, path, does, handle]: Line): Route => ({
  method,
  path,
  who: ANYONE_SIGNED_IN,
  does,
  handle,
});

/** Coming in, for who is not signed in yet; and going out, which needs no session to be there. */
const wayIn: Line[] = [
  ['get', SIGN_IN, 'asks who is there', showSignIn],
  ['post', SIGN_IN, 'signs in', takeSignIn],
  ['get', CODE, 'asks for the second factor', showCode],
  ['post', CODE, 'takes the second factor', takeCodeForm],
  ['post', '/console/sign-out', 'ends the session', signOut],
  ['get', '/console/welcome/:token', 'asks an invited person for name and password', showWelcome],
  ['post', '/console/welcome/:token', 'lets them in', takeWelcome],
  ['get', '/console/forgot', 'asks whose password is forgotten', forgot.showForgot],
  ['post', '/console/forgot', 'mails them a link', forgot.takeForgot],
  ['get', '/console/reset/:token', 'asks for a new password', forgot.showReset],
  ['post', '/console/reset/:token', 'sets it, and ends all sessions', forgot.takeReset],
];

/** What each person sets for themselves. */
const ownAccount: Line[] = [
  ['get', account.ACCOUNT, 'shows what is one’s own', account.showAccount],
  ['post', `${account.ACCOUNT}/profile`, 'saves name, language, zone', account.takeProfile],
  ['post', `${account.ACCOUNT}/language`, 'changes the language alone', account.takeLanguage],
  ['post', `${account.ACCOUNT}/password`, 'changes the password', account.takePassword],
  ['post', `${account.ACCOUNT}/sessions`, 'signs out everywhere', account.endOwnSessions],
  ['post', `${account.ACCOUNT}/sessions/:id`, 'ends one session', account.endOwnSession],
  ['get', SECOND_FACTOR, 'shows or sets up the second factor', factor.showSecondFactor],
  ['post', SECOND_FACTOR, 'turns it on', factor.takeSecondFactor],
  ['post', `${SECOND_FACTOR}/off`, 'turns it off', factor.turnOff],
  ['post', `${SECOND_FACTOR}/codes`, 'makes new recovery codes', factor.newCodes],
];

export const accessRoutes: Route[] = [
  ...wayIn.map(open),
  ...ownAccount.map(own),
  ...usersRoutes,
  ...userRoutes,
  ...auditRoutes,
];
