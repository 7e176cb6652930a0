import type { Request, Response } from 'express';
import type { Refusal } from '../../../errors.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { pay, sign, withdraw } from '../../../giving/disbursements/deeds.ts';
import { officesOf } from '../../../giving/disbursements/offices.ts';
import { readDisbursement } from '../../../giving/disbursements/read.ts';
import { signersOf } from '../../../giving/disbursements/rules.ts';
import { formatAmount } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { askPassword } from '../access/account.ts';
import { dayText, fundName } from '../finance.ts';
import { projectNames } from '../project-names.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { DISBURSEMENTS, LOOKS } from './list.ts';

export const one: Handler = (web) => (req, res) => show(web, { req, res });

/** Signs, for who proves again who they are. */
export const signed: Handler = (web) => {
  const ask = askPassword(web);
  return async (req, res) => {
    const staff = staffOf(res);
    const old = await ask(req, staff);
    if (old !== 'right') return show(web, { req, res, old });
    const { id: userId, email } = staff.user;
    const id = String(req.params.id);
    await orAgain(
      async () => {
        await sign(web.ground, id, { id: userId, email, sessionId: staff.sessionId });
        leadOn(res, `${DISBURSEMENTS}/${id}`, 'payment-signed');
      },
      (refusal) => again(web, { req, res, refusal }),
    );
  };
};

export const paid: Handler = (web) => (req, res) => {
  const [id, form] = [String(req.params.id), readForm(req)];
  const utr = form.text('utr').trim();
  return orAgain(
    async () => {
      await pay(web.ground, { id, utr, day: form.text('day') }, staffOf(res).user.email);
      leadOn(res, `${DISBURSEMENTS}/${id}`, 'payment-made');
    },
    (refusal) => again(web, { req, res, refusal, utr }),
  );
};

export const withdrawn: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await withdraw(web.ground, String(req.params.id), staffOf(res).user.email);
      leadOn(res, DISBURSEMENTS, 'payment-withdrawn');
    },
    (refusal) => again(web, { req, res, refusal }),
  );

const again = (
  web: Web,
  { req, res, refusal, utr }: { req: Request; res: Response; refusal: Refusal; utr?: string },
) => show(web, { req, res, refused: readingOf(req, res).said(refusal), ...(utr !== undefined && { utr }) });

interface Showing {
  req: Request;
  res: Response;
  refused?: string;
  old?: 'wrong' | 'slow';
  utr?: string;
}

async function show(web: Web, { req, res, refused, old, utr = '' }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t, language, moment } = reading;
  const payment = await readDisbursement(web.ground, String(req.params.id));
  const named = await projectNames(web.ground.sql, reading);
  const { user } = staffOf(res);
  const mine = await officesOf(web.ground, user.id);
  const myOffice = payment.missing.find((office) => mine.includes(office));
  const mayWrite = web.allows(user.roles, 'post', DISBURSEMENTS);
  const open = payment.state === 'open' || payment.state === 'signed';
  const data = {
    ...{ ...payment, amount: formatAmount(payment.amount), fund: named(fundName(payment.fund, reading)) },
    ...{
      day: dayText(payment.day, language),
      paid: dayText(payment.paidOn, language),
      look: LOOKS[payment.state],
    },
    ...{ purposeText: t(`pay.purpose.${payment.purpose}`), stateText: t(`pay.state.${payment.state}`) },
    signers: signersOf(payment.higher).map((office) => {
      const by = payment.signatures.find((signature) => signature.office === office);
      return { office: t(`offices.${office}`), by: by?.name ?? null, at: by ? moment(new Date(by.at)) : '' };
    }),
    maySign: myOffice !== undefined && open,
    ...{
      myOffice: myOffice ? t(`offices.${myOffice}`) : '',
      wrongOld: old === 'wrong',
      slowOld: old === 'slow',
    },
    ...{ mayPay: mayWrite && payment.state === 'signed', mayWithdraw: mayWrite && open, utrTyped: utr },
    ...{
      here: `${DISBURSEMENTS}/${payment.id}`,
      today: indianDay(web.ground.clock.now()),
      refused: refused ?? null,
    },
  };
  await showConsole(web, {
    ...{ req, res, name: 'disbursement', title: payment.payee.name, data, styles: ['console-finance.css'] },
    crumbs: [{ href: DISBURSEMENTS, text: t('nav.disbursements') }],
    status: old === 'slow' ? 429 : refused || old ? 422 : 200,
  });
}
