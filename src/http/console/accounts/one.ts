import type { Request, Response } from 'express';
import {
  changeSocialAccount,
  checkSocialAccount,
  findSocialAccount,
  type SocialAccount,
} from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { type Costs, spentThisMonth } from '../../../deliveries/publications/rates.ts';
import type { Refusal } from '../../../errors.ts';
import { formatAmount } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { costTexts, readCosts } from './costs.ts';
import { titleIn } from './list.ts';
import { applyingIn, healthOf } from './words.ts';

type Change = Parameters<typeof changeSocialAccount>[2];

interface Asked {
  req: Request;
  res: Response;
  refusal?: Refusal;
  form?: Form;
}

export const showOne: Handler = (web) => (req, res) => show(web, { req, res });

const deed =
  (done: string, changeOf: (form: Form) => Change): Handler =>
  (web) =>
  (req, res) => {
    const [id, form] = [String(req.params.id), readForm(req)];
    return orAgain(
      async () => {
        await changeSocialAccount(
          web.ground,
          { id, user: { ...staffOf(res).user, disabledAt: null } },
          changeOf(form),
        );
        leadOn(res, `/console/accounts/${id}`, done);
      },
      (refusal) => show(web, { req, res, refusal, form }),
    );
  };

export const takeMode = deed('account-mode', (form) => ({
  mode: form.text('mode') === 'hand' ? 'hand' : 'program',
}));
export const takeCosts = deed('account-costs', (form) => ({ costs: readCosts(form) }));
export const turnOff = deed('social-off', () => ({ disabled: true }));
export const turnOn = deed('social-on', () => ({ disabled: false }));

/** Asks the network who we are, and says what came of it. */
export const checkNow: Handler = (web) => async (req, res) => {
  const { id } = await findSocialAccount(web.ground, String(req.params.id));
  const identity = await checkSocialAccount(web.ground, id);
  leadOn(res, `/console/accounts/${id}`, identity ? 'account-works' : 'account-refused');
};

async function show(web: Web, { req, res, refusal, form }: Asked): Promise<void> {
  const reading = readingOf(req, res);
  const account = await findSocialAccount(web.ground, String(req.params.id));
  const data = {
    ...viewOf(reading, account, web.ground.clock.now()),
    mayChange: hasRole(staffOf(res), ADMINISTRATORS),
    costs: costTexts(account.costs, form),
    ...(await moneyOf(web, account)),
    refused: refusal ? reading.said(refusal) : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'social-account', title: account.name, data, status: refusal ? 422 : 200 },
    crumbs: [{ href: '/console/accounts', text: reading.t('social.title') }],
    styles: ['console-settings.css', 'console-posts.css'],
  });
}

function viewOf(reading: Reading, account: SocialAccount, now: Date) {
  const network = networkOf(account.channel);
  return {
    account: {
      ...{ id: account.id, name: account.name, planned: account.planned, checkedAt: account.checkedAt },
      ...{ identity: account.identity?.name ?? null, url: account.identity?.url ?? null },
      ...{ off: Boolean(account.disabledAt), hand: account.mode === 'hand', channel: account.channel },
    },
    network: titleIn(reading, network.name, network.title),
    ...{ health: healthOf(reading, account, now), apply: applyingIn(reading, network.name) },
    program: Boolean(network.open),
    settings: Object.entries(account.settings).flatMap(([name, value]) => (value ? [{ name, value }] : [])),
  };
}

async function moneyOf(web: Web, { id, costs }: { id: string; costs: Costs | null }) {
  const spent = await spentThisMonth(web.ground.sql, id);
  const cap = costs?.monthlyCap;
  return {
    spent: formatAmount(spent),
    left: cap === undefined ? null : formatAmount(BigInt(cap) > spent ? BigInt(cap) - spent : 0n),
  };
}
