import type { Request, Response } from 'express';
import { listGatewayAccounts, streams } from '../../../giving/accounts.ts';
import { type ReceiptSettings, receiptSettings, saveReceiptSettings } from '../../../giving/issuer.ts';
import { readForm } from '../../form.ts';
import { hasRole, staffOf, TREASURERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const GIVING = `${SETTINGS}/giving`;

const FIELDS = ['registration', 'deductionEn', 'deductionMl'] as const;
type Typed = Record<(typeof FIELDS)[number], string>;

export const showGiving: Handler = (web) => async (req, res) =>
  show(web, { req, res, typed: typedOf(await receiptSettings(web.ground.sql)) });

/** What receipts say from now on; both texts of the deduction empty take it off. */
export const takeReceipts: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const text = (name: string) => form.text(name).replace(/\r\n?/g, '\n').trim();
  const typed = Object.fromEntries(FIELDS.map((name) => [name, text(name)])) as Typed;
  const errors = faultsOf(typed, readingOf(req, res));
  if (Object.keys(errors).length) return show(web, { req, res, typed, errors });
  await orAgain(
    async () => {
      const { approval } = await receiptSettings(web.ground.sql);
      await saveReceiptSettings(web.ground, { ...settingsOf(typed), approval }, staffOf(res).user.email);
      leadOn(res, GIVING, 'receipts-saved');
    },
    (refusal) => show(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

const LONGEST = 400;

/** A deduction is said in both languages or not at all. */
function faultsOf(typed: Typed, { t }: Pick<Reading, 't'>): Partial<Typed> {
  const faults: Partial<Typed> = {};
  for (const name of FIELDS) if (typed[name].length > LONGEST) faults[name] = t('gifts-settings.too-long');
  const missing = typed.deductionEn ? 'deductionMl' : 'deductionEn';
  if (Boolean(typed.deductionEn) !== Boolean(typed.deductionMl)) faults[missing] = t('gifts-settings.both');
  return faults;
}

const typedOf = ({ registration, deduction }: ReceiptSettings): Typed => ({
  ...{ registration, deductionEn: deduction?.en ?? '', deductionMl: deduction?.ml ?? '' },
});

const settingsOf = ({
  registration,
  deductionEn,
  deductionMl,
}: Typed): Omit<ReceiptSettings, 'approval'> => ({
  registration,
  deduction: deductionEn ? { en: deductionEn, ml: deductionMl } : null,
});

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  errors?: Partial<Typed>;
  refused?: string;
}

async function show(web: Web, { req, res, typed, errors = {}, refused }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const wrong = Object.keys(errors).length > 0;
  const data = {
    ...{ f: fieldsOf(FIELDS, typed, errors), wrong, refused: refused ?? null },
    ...{ deducts: Boolean((await receiptSettings(web.ground.sql)).deduction), ...(await accountsOf(web)) },
    mayChange: hasRole(staffOf(res), TREASURERS),
  };
  const status = wrong || refused ? 422 : 200;
  await showSettings(web, { req, res, name: 'giving', title: t('gifts-settings.title'), data, status });
}

/** Every account with how it stands, and the streams for which nobody can give yet. */
async function accountsOf({ ground }: Web) {
  const all = await listGatewayAccounts(ground);
  const accounts = all.map((account) => ({
    ...account,
    streamKey: `gifts-settings.stream.${account.stream}`,
    look: account.retired ? 'held' : account.heard ? 'sent' : 'deferred',
    stateKey: `gifts-settings.state.${account.retired ? 'retired' : account.heard ? 'heard' : 'silent'}`,
    hook: `${ground.config.publicUrl}/hooks/gateway/${account.id}`,
  }));
  const taken = (stream: string) => all.some((one) => one.stream === stream && !one.retired);
  const missing = streams
    .filter((stream) => !taken(stream))
    .map((stream) => `gifts-settings.missing.${stream}`);
  return { accounts, missing };
}
