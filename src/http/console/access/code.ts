import type { Request, Response } from 'express';
import { openAttempts } from '../../../access/attempts.ts';
import { audit } from '../../../access/audit.ts';
import { readDevice } from '../../../access/devices.ts';
import { networkOf } from '../../../access/network.ts';
import { takeCode } from '../../../access/second-factor.ts';
import type { Entry } from '../../../access/sessions.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import { SIGN_IN } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { deviceOf } from './device.ts';
import { nextPath } from './next.ts';
import { CODE, letIn } from './way-in.ts';

/** The half-open session of this request; without one the sign-in begins anew. */
function awaited(req: Request, res: Response): Entry | null {
  const entry = req.session.entry;
  if (entry?.stage === 'code') return entry;
  res.redirect(303, entry ? nextPath(req.query.next) : SIGN_IN);
  return null;
}

export const showCode: Handler = (web) => (req, res) => {
  const entry = awaited(req, res);
  if (entry) showForm(web, { req, res, entry, next: nextPath(req.query.next), why: null });
};

interface Shown {
  req: Request;
  res: Response;
  entry: Entry;
  next: string;
  why: 'wrong' | 'slow' | null;
  minutes?: number;
}

function showForm(web: Web, { req, res, entry, next, why, minutes = 0 }: Shown): void {
  const data = {
    action: CODE,
    next,
    wrong: why === 'wrong',
    slow: why === 'slow',
    minutes,
    email: entry.user.email,
  };
  const status = why === 'wrong' ? 422 : why === 'slow' ? 429 : 200;
  showPage(web, { req, res, name: 'access-code', language: entry.user.language, data, status });
}

/** Takes the six digits of the app, or a recovery code; either opens once. */
export const takeCodeForm: Handler = (web) => {
  const { ground } = web;
  const attempts = openAttempts(ground, 'code');
  return async (req, res) => {
    const entry = awaited(req, res);
    if (!entry) return;
    const form = readForm(req);
    const shown = { req, res, entry, next: nextPath(form.text('next')) };
    const { user } = entry;
    const device = readDevice(ground.keys, deviceOf(ground, req), {
      userId: user.id,
      now: ground.clock.now(),
    });
    const one = { account: user.id, network: networkOf(req.ip ?? ''), device };
    const seconds = await attempts.begin(one);
    if (seconds !== null) return showForm(web, { ...shown, why: 'slow', minutes: Math.ceil(seconds / 60) });
    if (!(await takeCode(ground, user, form.text('code')))) {
      await audit(ground.sql, {
        actor: user.email,
        action: 'code.refused',
        subjectType: 'user',
        subjectId: user.id,
      });
      return showForm(web, { ...shown, why: 'wrong' });
    }
    await attempts.succeed(one);
    await letIn(web, { req, res }, user.id);
    res.redirect(303, shown.next);
  };
};
