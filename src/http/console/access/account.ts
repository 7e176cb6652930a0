import type { Request, Response } from 'express';
import { openAttempts } from '../../../access/attempts.ts';
import { defaultZone } from '../../../access/default-zone.ts';
import { networkOf } from '../../../access/network.ts';
import { changePassword, knowsPassword, type Profile, saveProfile } from '../../../access/own-account.ts';
import { secondFactorOf } from '../../../access/second-factor.ts';
import { listSessions, revokeSession, revokeSessions } from '../../../access/sessions.ts';
import { nameFault } from '../../../access/users.ts';
import { languages } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { leave, renew } from '../../session.ts';
import { SIGN_IN, type Staff, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { backTo, leadOn, readingOf, showConsole } from '../shell.ts';
import { inWords } from './device.ts';
import {
  checkNewPassword,
  isWrong,
  NOTHING_WRONG,
  type PasswordWrong,
  passwordData,
} from './new-password.ts';
import { zoneName, zoneOptions } from './zones.ts';

export const ACCOUNT = '/console/account';

interface Wrong extends PasswordWrong {
  name: boolean;
  /** Of the present password: not right, or tried too often. */
  old: 'wrong' | 'slow' | null;
}

const FINE: Wrong = { ...NOTHING_WRONG, name: false, old: null };

export const showAccount: Handler = (web) => async (req, res) => {
  const { name, language, ownZone } = staffOf(res).user;
  await showAll(web, { req, res, typed: { name, language, ownZone }, wrong: FINE });
};

interface Shown {
  req: Request;
  res: Response;
  typed: Profile;
  wrong: Wrong;
}

async function showAll(web: Web, { req, res, typed, wrong }: Shown): Promise<void> {
  const staff = staffOf(res);
  const { t, language } = readingOf(req, res);
  const sessions = await listSessions(web.ground, staff.user.id);
  const data = {
    ...{ typed, malayalam: typed.language === 'ml', email: staff.user.email },
    ...{ wrongName: wrong.name, wrongOld: wrong.old === 'wrong', slowOld: wrong.old === 'slow' },
    ...{ ...passwordData(wrong), factor: await secondFactorOf(web.ground, staff.user.id) },
    zones: zoneOptions(typed.ownZone),
    office: zoneName(await defaultZone(web.ground)),
    sessions: sessions.map((one) => ({ ...inWords(one, language), here: one.id === staff.sessionId })),
  };
  const status = wrong === FINE ? 200 : wrong.old === 'slow' ? 429 : 422;
  await showConsole(web, {
    req,
    res,
    name: 'account',
    title: t('account.title'),
    data,
    styles: ['access.css'],
    status,
  });
}

const typedProfile = (req: Request, { user }: Staff): Profile => {
  const form = readForm(req);
  const language = languages.find((one) => one === form.text('language')) ?? user.language;
  return { name: form.text('name').trim(), language, ownZone: form.text('zone') || null };
};

export const takeProfile: Handler = (web) => async (req, res) => {
  const staff = staffOf(res);
  const typed = typedProfile(req, staff);
  if (nameFault(typed.name)) return showAll(web, { req, res, typed, wrong: { ...FINE, name: true } });
  await saveProfile(web.ground, staff.user, typed);
  leadOn(res, ACCOUNT, 'saved');
};

/** Changes the language alone, from the switch on every page. */
export const takeLanguage: Handler = (web) => async (req, res) => {
  const { user } = staffOf(res);
  const form = readForm(req);
  const language = languages.find((one) => one === form.text('language')) ?? user.language;
  await saveProfile(web.ground, user, { ...user, language });
  leadOn(res, backTo(form.text('back')), 'language');
};

/** Asks for the present password again before something that a borrowed browser should not do. */
export function askPassword(web: Web) {
  const attempts = openAttempts(web.ground, 'own');
  return async (req: Request, { user, sessionId }: Staff): Promise<'right' | 'wrong' | 'slow'> => {
    const one = { account: user.id, network: networkOf(req.ip ?? ''), device: sessionId };
    if ((await attempts.begin(one)) !== null) return 'slow';
    if (!(await knowsPassword(web.ground, user.id, readForm(req).text('old')))) return 'wrong';
    await attempts.succeed(one);
    return 'right';
  };
}

export const takePassword: Handler = (web) => {
  const ask = askPassword(web);
  return async (req, res) => {
    const staff = staffOf(res);
    const typed = staff.user;
    const form = readForm(req);
    const old = await ask(req, staff);
    if (old !== 'right') return showAll(web, { req, res, typed, wrong: { ...FINE, old } });
    const wrong = { ...FINE, ...checkNewPassword(form, staff.user) };
    if (isWrong(wrong)) return showAll(web, { req, res, typed, wrong });
    if (req.session.entry) await renew(req, { ...req.session.entry });
    await changePassword(web.ground, { ...staff.user, sessionId: staff.sessionId }, form.text('password'));
    leadOn(res, ACCOUNT, 'password');
  };
};

export const endOwnSession: Handler = (web) => async (req, res) => {
  const { user, sessionId } = staffOf(res);
  const id = String(req.params.id);
  await revokeSession(web.ground, { userId: user.id, id }, user.email);
  if (id !== sessionId) return leadOn(res, ACCOUNT, 'session');
  await leave(req);
  res.redirect(303, `${SIGN_IN}?why=out`);
};

/** Signs out every browser, this one as well. */
export const endOwnSessions: Handler = (web) => async (req, res) => {
  const { user } = staffOf(res);
  await revokeSessions(web.ground.sql, { userId: user.id, why: 'signed out everywhere' }, user.email);
  await leave(req);
  res.redirect(303, `${SIGN_IN}?why=out`);
};
