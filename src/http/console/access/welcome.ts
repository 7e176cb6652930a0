import type { Request, Response } from 'express';
import { type OpenLink, readLink } from '../../../access/one-time-links.ts';
import { secondFactorOf } from '../../../access/second-factor.ts';
import { emailFault, nameFault } from '../../../access/users.ts';
import { arrive } from '../../../access/welcome.ts';
import { type Language, languages } from '../../../i18n.ts';
import { readerLanguage } from '../../../reader.ts';
import { type Form, readForm } from '../../form.ts';
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

export const showWelcome: Handler = (web) => async (req, res) => {
  const link = await openLink(web, req, res);
  if (!link) return;
  const { name = '', email = '' } = link.user ?? {};
  showForm(web, { req, res, link, typed: { name, email, language: languageOf(req, link) }, wrong: FINE });
};

interface Typed {
  name: string;
  email: string;
  language: Language;
}

interface Wrong extends PasswordWrong {
  name: boolean;
  email: boolean;
}

const FINE: Wrong = { ...NOTHING_WRONG, name: false, email: false };

interface Shown {
  req: Request;
  res: Response;
  link: OpenLink;
  typed: Typed;
  wrong: Wrong;
}

/** Their page is gone when the link opens nothing any more. */
async function openLink(web: Web, req: Request, res: Response): Promise<OpenLink | null> {
  const link = await readLink(web.ground, String(req.params.token));
  if (link && link.kind !== 'reset') return link;
  showPage(web, { req, res, name: 'access-gone', status: 410, data: { signIn: SIGN_IN } });
  return null;
}

const languageOf = (req: Request, { user }: OpenLink): Language => readerLanguage(req, user?.language);

function showForm(web: Web, { req, res, link, typed, wrong }: Shown): void {
  const data = {
    ...{ action: req.path, first: link.kind === 'first', typed, malayalam: typed.language === 'ml' },
    ...{ wrongName: wrong.name, wrongEmail: wrong.email, ...passwordData(wrong) },
  };
  const status = wrong === FINE ? 200 : 422;
  showPage(web, { req, res, name: 'access-welcome', language: languageOf(req, link), data, status });
}

/** Makes the first administrator, or lets an invited person in; either is signed in then. */
export const takeWelcome: Handler = (web) => async (req, res) => {
  const link = await openLink(web, req, res);
  if (!link) return;
  const form = readForm(req);
  const typed = typedIn(form, req, link);
  const wrong = wrongIn(form, typed);
  if (isWrong(wrong) || wrong.name || wrong.email) return showForm(web, { req, res, link, typed, wrong });
  const token = String(req.params.token);
  const userId = await arrive(web.ground, { token, password: form.text('password'), ...typed });
  const { since } = await secondFactorOf(web.ground, userId);
  await goOn(web, { req, res }, { userId, secondFactor: since !== null, next: HOME });
};

function typedIn(form: Form, req: Request, link: OpenLink): Typed {
  const language = languages.find((one) => one === form.text('language')) ?? languageOf(req, link);
  return { name: form.text('name').trim(), email: link.user?.email ?? form.text('email').trim(), language };
}

function wrongIn(form: Form, typed: Typed): Wrong {
  return { ...checkNewPassword(form, typed), name: nameFault(typed.name), email: emailFault(typed.email) };
}
