import type { Request, Response } from 'express';
import { listUsers } from '../../../access/users.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { giveCharge, listCharges, offices } from '../../../giving/disbursements/offices.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { dayText } from '../finance.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { DISBURSEMENTS } from './list.ts';

export const OFFICES = `${DISBURSEMENTS}/offices`;

export const showOffices: Handler = (web) => (req, res) => show(web, { req, res });

export const giveOffice: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const typed = { office: form.text('office'), user: form.text('user'), since: form.text('since') };
  return orAgain(
    async () => {
      const { office, user: userId, since } = typed;
      await giveCharge(web.ground, { office, userId, since }, staffOf(res).user.email);
      leadOn(res, OFFICES, 'office-given');
    },
    (refusal) => show(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

interface Showing {
  req: Request;
  res: Response;
  typed?: { office: string; user: string; since: string };
  refused?: string;
}

async function show(web: Web, { req, res, typed, refused }: Showing): Promise<void> {
  const { t, language } = readingOf(req, res);
  const [charges, users] = await Promise.all([listCharges(web.ground), listUsers(web.ground)]);
  const data = {
    rows: charges.map((charge) => ({
      ...{ name: charge.name, officeText: t(`offices.${charge.office}`) },
      ...{ since: dayText(charge.since, language), until: dayText(charge.until, language) },
    })),
    offices: offices.map((value) => ({
      value,
      text: t(`offices.${value}`),
      selected: value === typed?.office,
    })),
    users: users
      .filter(({ disabledAt }) => !disabledAt)
      .map(({ id, name, email }) => ({
        value: id,
        text: `${name} (${email})`,
        selected: id === typed?.user,
      })),
    since: typed?.since ?? indianDay(web.ground.clock.now()),
    ...{ mayGive: web.allows(staffOf(res).user.roles, 'post', OFFICES), refused: refused ?? null },
  };
  await showConsole(web, {
    ...{ req, res, name: 'offices', title: t('offices.title'), data, styles: ['console-finance.css'] },
    crumbs: [{ href: DISBURSEMENTS, text: t('nav.disbursements') }],
    status: refused ? 422 : 200,
  });
}
