import type { Request, Response } from 'express';
import { askRefund, decideRefund, REFUND_DECIDERS } from '../../../giving/refund-asking.ts';
import { listRefunds, type RefundLine, readRefund, refundStates } from '../../../giving/refund-list.ts';
import { assignParked } from '../../../giving/suspense.ts';
import { formatAmount } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { readForm } from '../../form.ts';
import { hasRole, MONEY_READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, asked, askedId, optionsOf } from '../contacts/reading.ts';
import { userOf } from '../newsletters/deeds.ts';
import { projectNames } from '../project-names.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { showGift } from './page.ts';
import { refundRow } from './refund-rows.ts';
import { accountWords, GIFTS, modeWords, REFUNDS, STYLES, streamWords } from './words.ts';

const PAGE = 50;

/** Refunds by state, the newest first. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { t } = reading;
  const state = refundStates.find((one) => one === asked(req, 'state'));
  const before = askedId(req, 'before');
  const found = await listRefunds(web.ground, { state, before, limit: PAGE + 1 });
  const rows = found.slice(0, PAGE);
  const next = found.length > PAGE ? addressOf(REFUNDS, { state, before: rows.at(-1)?.id }) : null;
  const states = refundStates.map((value) => ({ value, text: t(`refund.state.${value}`) }));
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'refunds',
      title: t('refund.title'),
      styles: STYLES,
      crumbs: crumbsOf(web, res, reading),
    },
    data: {
      rows: rows.map((refund) => refundRow(refund, reading)),
      ...{ states: optionsOf(states, state ?? '', t('console.all')), filtered: Boolean(state) },
      pager: pagerOf(before, next, () => addressOf(REFUNDS, { state })),
    },
  });
};

export const show: Handler = (web) => (req, res) => showRefund(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  refused?: { form: 'approve' | 'decline'; text: string; answer: string };
}

/** A refund for whoever decides about it. It does not tell who gave. */
async function showRefund(web: Web, { req, res, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const refund = await readRefund(web.ground, String(req.params.id));
  const staff = staffOf(res);
  const own = refund.askedById === staff.user.id;
  const mayDecide = refund.state === 'asked' && !own && hasRole(staff, REFUND_DECIDERS);
  await showConsole(web, {
    ...{ req, res, name: 'refund', styles: STYLES, status: refused ? 422 : 200 },
    title: t('refund.one', { amount: formatAmount(refund.amount) }),
    crumbs: [...crumbsOf(web, res, reading), { href: REFUNDS, text: t('refund.title') }],
    data: {
      ...factsOf(refund, reading, await projectNames(web.ground.sql, reading)),
      gift: hasRole(staff, MONEY_READERS) ? `${GIFTS}/${refund.payment}` : null,
      ...{ own, waits: refund.state === 'asked' },
      mayDecide,
      fault: mayDecide ? null : (refused?.text ?? null),
      approveFault: refused?.form === 'approve' ? refused.text : null,
      declineFault: refused?.form === 'decline' ? refused.text : null,
      typed: refused?.answer ?? '',
    },
  });
}

function factsOf(refund: RefundLine, reading: Reading, named: (words: string) => string) {
  const { t } = reading;
  return {
    ...{ refund: refundRow(refund, reading), paid: formatAmount(refund.paid), paidAt: refund.paidAt },
    ...{
      whole: refund.paid === refund.amount,
      receipt: refund.receipt,
      fund: named(accountWords(t, refund.fund)),
    },
    ...{ mode: modeWords(t, refund.method), stream: streamWords(t, refund.stream), payment: refund.payment },
  };
}

function crumbsOf(web: Web, res: Response, { t }: Reading) {
  return web.allows(staffOf(res).user.roles, 'get', GIFTS) ? [{ href: GIFTS, text: t('nav.gifts') }] : [];
}

/** Asks for a refund on the gift's page; nothing leaves before another person has approved it. */
export const ask: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const payment = String(req.params.id);
  const typed = { amount: form.text('amount').trim(), reason: form.text('reason').trim() };
  const again = (text: string) => showGift(web, { req, res, refused: { form: 'refund', text, typed } });
  const sum = typed.amount ? readRupees(typed.amount) : null;
  if (sum && !sum.ok) return again(readingOf(req, res).t('refund.fault.amount'));
  await orAgain(
    async () => {
      const wish = { payment, amount: sum ? sum.paise : null, reason: typed.reason };
      await askRefund(web.ground, wish, userOf(res));
      leadOn(res, `${GIFTS}/${payment}`, 'refund-asked');
    },
    (refusal) => (refusal.status === 404 ? fail(refusal) : again(readingOf(req, res).said(refusal))),
  );
};

/** What is not there has no page to show the form on. */
function fail(refusal: Error): never {
  throw refusal;
}

const deciding =
  (approve: boolean): Handler =>
  (web) =>
  async (req, res) => {
    const id = String(req.params.id);
    const answer = readForm(req).text('answer').trim();
    await orAgain(
      async () => {
        const became = await decideRefund(web.ground, { id, approve, answer }, userOf(res));
        leadOn(res, `${REFUNDS}/${id}`, `refund-${became}`);
      },
      (refusal) => {
        if (refusal.status === 404) return fail(refusal);
        const text = readingOf(req, res).said(refusal);
        return showRefund(web, {
          req,
          res,
          refused: { form: approve ? 'approve' : 'decline', text, answer },
        });
      },
    );
  };
export const approve = deciding(true);
export const decline = deciding(false);

/** Says what money in suspense is for. */
export const assign: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const payment = String(req.params.id);
  const [fund, name, address, note] = ['fund', 'name', 'address', 'note'].map((field) =>
    form.text(field).trim(),
  );
  const typed = { fund: fund ?? '', name: name ?? '', address: address ?? '', note: note ?? '' };
  await orAgain(
    async () => {
      const donor = { name: typed.name, address: typed.address || null };
      await assignParked(web.ground, { payment, fund: typed.fund, donor, note: typed.note }, userOf(res));
      leadOn(res, `${GIFTS}/${payment}`, 'payment-assigned');
    },
    (refusal) => {
      const text = readingOf(req, res).said(refusal);
      return showGift(web, { req, res, refused: { form: 'assign', text, typed } });
    },
  );
};
