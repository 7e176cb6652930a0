import type { Request, Response } from 'express';
import qrcode from 'qrcode';
import {
  beginEnrolment,
  confirmEnrolment,
  dropSecondFactor,
  renewRecoveryCodes,
  secondFactorOf,
} from '../../../access/second-factor.ts';
import { readForm } from '../../form.ts';
import { renew } from '../../session.ts';
import { SECOND_FACTOR, type Staff, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, readingOf, showConsole } from '../shell.ts';
import { ACCOUNT, askPassword } from './account.ts';

type Why = 'code' | 'wrong' | 'slow' | null;

export const showSecondFactor: Handler = (web) => (req, res) => show(web, req, res, null);

/** How it stands, or the picture and the secret to set it up. */
async function show(web: Web, req: Request, res: Response, why: Why): Promise<void> {
  const { user } = staffOf(res);
  const factor = await secondFactorOf(web.ground, user.id);
  const enrolment = factor.since ? null : await beginEnrolment(web.ground, user);
  const data = {
    ...{ wrongCode: why === 'code', wrongOld: why === 'wrong', slowOld: why === 'slow', factor },
    ...{ secret: enrolment?.secret ?? null, picture: enrolment && (await pictureOf(enrolment.address)) },
    ...{ action: SECOND_FACTOR, due: isDue(req) },
  };
  const status = why === 'slow' ? 429 : why ? 422 : 200;
  await showFrame(web, { req, res, name: 'second-factor', data, status });
}

interface Framed {
  req: Request;
  res: Response;
  name: string;
  data: Record<string, unknown>;
  status?: number;
}

function showFrame(web: Web, page: Framed): Promise<void> {
  const { t } = readingOf(page.req, page.res);
  const crumbs = [{ href: ACCOUNT, text: t('account.title') }];
  return showConsole(web, { ...page, title: t('factor.title'), crumbs, styles: ['access.css'] });
}

/** As SVG without a style of its own, which the CSP would not let be. */
const pictureOf = (address: string): Promise<string> =>
  qrcode.toString(address, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });

const isDue = (req: Request): boolean => Boolean(req.session.entry?.secondFactorDue);

/** Turns it on by a first code of the app, and shows the recovery codes, once. */
export const takeSecondFactor: Handler = (web) => async (req, res) => {
  const { user } = staffOf(res);
  const codes = await confirmEnrolment(web.ground, user, readForm(req).text('code'));
  if (!codes) return show(web, req, res, 'code');
  if (req.session.entry) await renew(req, { ...req.session.entry });
  await showFrame(web, { req, res, name: 'recovery-codes', data: { codes } });
};

/** Does something to the second factor for who knows their password. */
const withPassword =
  (deed: (web: Web, call: { req: Request; res: Response }, staff: Staff) => Promise<void>): Handler =>
  (web) => {
    const ask = askPassword(web);
    return async (req, res) => {
      const staff = staffOf(res);
      const old = await ask(req, staff);
      if (old !== 'right') return show(web, req, res, old);
      await deed(web, { req, res }, staff);
    };
  };

export const turnOff: Handler = withPassword(async (web, { req, res }, { user }) => {
  await dropSecondFactor(web.ground, user);
  if (req.session.entry) await renew(req, { ...req.session.entry });
  leadOn(res, SECOND_FACTOR, 'factor-off');
});

export const newCodes: Handler = withPassword(async (web, { req, res }, { user }) => {
  const { since } = await secondFactorOf(web.ground, user.id);
  if (!since) return leadOn(res, SECOND_FACTOR);
  const codes = await renewRecoveryCodes(web.ground, user);
  await showFrame(web, { req, res, name: 'recovery-codes', data: { codes } });
});
