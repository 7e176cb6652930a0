import type { Request, Response } from 'express';
import { openAttempts } from '../../../access/attempts.ts';
import { audit } from '../../../access/audit.ts';
import { networkOf } from '../../../access/network.ts';
import { noteRefusal, type SignedIn, signIn } from '../../../access/sign-in.ts';
import { otherLanguage, readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import { leave } from '../../session.ts';
import { SIGN_IN } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { deviceOf } from './device.ts';
import { HOME, nextPath } from './next.ts';
import { goOn } from './way-in.ts';

export const showSignIn: Handler = (web) => (req, res) => {
  const next = nextPath(req.query.next);
  if (req.session.entry?.stage === 'in') {
    res.redirect(303, next);
    return;
  }
  const why = req.query.why === 'out' || req.query.why === 'stolen' ? req.query.why : null;
  showForm(web, { req, res, email: '', next, why });
};

interface Shown {
  req: Request;
  res: Response;
  email: string;
  next: string;
  why: 'wrong' | 'slow' | 'out' | 'stolen' | null;
  minutes?: number;
}

function showForm(web: Web, { req, res, email, next, why, minutes = 0 }: Shown): void {
  const status = why === 'wrong' ? 422 : why === 'slow' ? 429 : 200;
  const is = (one: Shown['why']) => why === one;
  const other = new URLSearchParams({
    lang: otherLanguage(readerLanguage(req)),
    ...(next !== HOME && { next }),
  });
  const data = {
    ...{ action: SIGN_IN, email, next, minutes, otherHref: `${SIGN_IN}?${other}` },
    ...{ wrong: is('wrong'), slow: is('slow'), out: is('out'), stolen: is('stolen') },
  };
  showPage(web, { req, res, name: 'access-sign-in', status, data });
}

/** Takes e-mail address and password; a second factor is asked for where there is one. */
export const takeSignIn: Handler = (web) => {
  const { ground } = web;
  const attempts = openAttempts(ground, 'sign-in');
  return async (req, res) => {
    const form = readForm(req);
    const [email, next] = [form.text('email'), nextPath(form.text('next'))];
    const claim = { email, password: form.text('password'), network: networkOf(req.ip ?? '') };
    const outcome = await signIn(ground, attempts, { ...claim, device: deviceOf(ground, req) });
    if (outcome.ok) return goOn(web, { req, res }, { ...outcome, next });
    refuse(web, { req, res, email, next }, outcome);
    await noteRefusal(ground, outcome);
  };
};

function refuse(web: Web, shown: Omit<Shown, 'why'>, outcome: Extract<SignedIn, { ok: false }>): void {
  const seconds = outcome.why === 'slow' ? outcome.seconds : 0;
  if (seconds) shown.res.set('Retry-After', String(seconds));
  showForm(web, { ...shown, why: outcome.why, minutes: Math.ceil(seconds / 60) });
}

export const signOut: Handler = (web) => async (req, res) => {
  const entry = req.session.entry;
  await leave(req);
  if (entry) {
    const about = { subjectType: 'user', subjectId: entry.user.id };
    await audit(web.ground.sql, { actor: entry.user.email, action: 'user.signed-out', ...about });
  }
  res.redirect(303, `${SIGN_IN}?why=out`);
};
