import type { Request, Response } from 'express';
import { v4 as uuid } from 'uuid';
import { propose } from '../../../giving/disbursements/propose.ts';
import { purposes } from '../../../giving/disbursements/rules.ts';
import { listFunds } from '../../../giving/funds.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { fundOptions, readSum } from '../finance.ts';
import { projectNames } from '../project-names.ts';
import { fieldsOf } from '../settings/page.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { DISBURSEMENTS } from './list.ts';

const FIELDS = [
  ...([
    'key',
    'fund',
    'amount',
    'purpose',
    'about',
    'document',
    'payeeKind',
    'name',
    'account',
    'ifsc',
  ] as const),
] as const;
type Typed = Partial<Record<(typeof FIELDS)[number], string>>;

export const begin: Handler = (web) => (req, res) => show(web, { req, res, typed: { key: uuid() } });

export const proposed: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const reading = readingOf(req, res);
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Required<Typed>;
  const sum = readSum(typed.amount, reading);
  if (sum.fault) return show(web, { req, res, typed, errors: { amount: sum.fault } });
  const { key, fund, purpose, about, document, name, account, ifsc } = typed;
  const kind = typed.payeeKind === 'organisation' ? 'organisation' : 'person';
  await orAgain(
    async () => {
      const wish = { formKey: key || uuid(), fund, amount: sum.paise, purpose, about, document };
      const payee = { kind, name, account, ifsc } as const;
      const id = await propose(web.ground, { ...wish, payee }, staffOf(res).user.email);
      leadOn(res, `${DISBURSEMENTS}/${id}`, 'payment-proposed');
    },
    (refusal) => show(web, { req, res, typed, refused: reading.said(refusal) }),
  );
};

interface Showing {
  req: Request;
  res: Response;
  typed: Typed;
  errors?: Typed;
  refused?: string;
}

async function show(web: Web, { req, res, typed, errors = {}, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const named = await projectNames(web.ground.sql, reading);
  const data = {
    ...{ f: fieldsOf(FIELDS, typed, errors), refused: refused ?? null },
    funds: fundOptions(await listFunds(web.ground.sql), typed.fund ?? '', { reading, named }),
    purposes: purposes.map((value) => ({
      value,
      text: t(`pay.purpose.${value}`),
      selected: value === typed.purpose,
    })),
    payeeKinds: (['person', 'organisation'] as const).map((value) => ({
      ...{ value, text: t(`pay.payee.${value}`), selected: value === typed.payeeKind },
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'disbursement-form', title: t('pay.new'), data, styles: ['console-finance.css'] },
    crumbs: [{ href: DISBURSEMENTS, text: t('nav.disbursements') }],
    status: refused || errors.amount ? 422 : 200,
  });
}
