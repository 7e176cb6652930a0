import type { Request, Response } from 'express';
import { openAttempts } from '../../../access/attempts.ts';
import { resetLink } from '../../../access/manage-users.ts';
import { networkOf } from '../../../access/network.ts';
import { type OpenLink, readLink } from '../../../access/one-time-links.ts';
import { secondFactorOf } from '../../../access/second-factor.ts';
import { emailFault } from '../../../access/users.ts';
import { resetPassword } from '../../../access/welcome.ts';
import { mailReset } from '../../../campaigns/staff-letters.ts';
import type { Ground } from '../../../ground.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import { SIGN_IN } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import {
  checkNewPassword,
  isWrong,
  NOTHING_WRONG,
  type PasswordWrong,
  passwordData,
} from './new-password.ts';
import { HOME } from './next.ts';
import { goOn } from './way-in.ts';

const FORGOT = '/console/forgot';

export const showForgot: Handler = (web) => (req, res) =>
  showAsking(web, { req, res, email: '', wrong: false });

function showAsking(
  web: Web,
  { req, res, email, wrong }: { req: Request; res: Response; email: string; wrong: boolean },
): void {
  const data = { action: FORGOT, email, wrong, signIn: SIGN_IN };
  showPage(web, { req, res, name: 'access-forgot', data, status: wrong ? 422 : 200 });
}

/**
 * Mails a link for a new password. The answer is given before anything is looked up, so that neither its
 * words nor its time tell whether there is such a user.
 */
export const takeForgot: Handler = (web) => {
  const attempts = openAttempts(web.ground, 'forgot');
  return async (req, res) => {
    const email = readForm(req).text('email').trim();
    if (emailFault(email)) return showAsking(web, { req, res, email, wrong: true });
    showPage(web, { req, res, name: 'access-forgot-sent', data: { email, signIn: SIGN_IN } });
    const one = { account: email.toLowerCase(), network: networkOf(req.ip ?? ''), device: null };
    if ((await attempts.begin(one)) === null) await mailIfKnown(web.ground, email);
  };
};

async function mailIfKnown(ground: Ground, email: string): Promise<void> {
  try {
    const link = await resetLink(ground, email);
    if (link) await mailReset(ground, link);
  } catch (err) {
    ground.log.error({ err }, 'a mail for a new password could not be written');
  }
}

export const showReset: Handler = (web) => async (req, res) => {
  const link = await openReset(web, req, res);
  if (link) showForm(web, { req, res, link, wrong: NOTHING_WRONG });
};

type OpenReset = OpenLink & { user: NonNullable<OpenLink['user']> };

async function openReset(web: Web, req: Request, res: Response): Promise<OpenReset | null> {
  const link = await readLink(web.ground, String(req.params.token));
  if (link?.kind === 'reset' && link.user) return { ...link, user: link.user };
  showPage(web, { req, res, name: 'access-gone', status: 410, data: { signIn: SIGN_IN } });
  return null;
}

interface Shown {
  req: Request;
  res: Response;
  link: OpenReset;
  wrong: PasswordWrong;
}

function showForm(web: Web, { req, res, link, wrong }: Shown): void {
  const { email, language } = link.user;
  const data = { action: req.path, email, ...passwordData(wrong) };
  showPage(web, { req, res, name: 'access-reset', language, data, status: isWrong(wrong) ? 422 : 200 });
}

/** Sets the new password, ends every session of the user, and signs this browser in. */
export const takeReset: Handler = (web) => async (req, res) => {
  const link = await openReset(web, req, res);
  if (!link) return;
  const form = readForm(req);
  const wrong = checkNewPassword(form, link.user);
  if (isWrong(wrong)) return showForm(web, { req, res, link, wrong });
  const userId = await resetPassword(web.ground, String(req.params.token), form.text('password'));
  const { since } = await secondFactorOf(web.ground, userId);
  await goOn(web, { req, res }, { userId, secondFactor: since !== null, next: HOME });
};
