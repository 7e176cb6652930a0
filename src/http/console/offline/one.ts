import type { Request, Response } from 'express';
import { indianDay } from '../../../giving/calendar.ts';
import { receiptToken } from '../../../giving/gift-token.ts';
import { detailsOf } from '../../../giving/offline/kinds.ts';
import { readOffline } from '../../../giving/offline/read.ts';
import { bounceCheque, doubtGift, judgeDoubt, realiseCheque } from '../../../giving/offline/reversal.ts';
import { formatAmount } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { dayText, fundName } from '../finance.ts';
import { projectNames } from '../project-names.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { KINDS, OFFLINE } from './form.ts';
import { LOOKS } from './list.ts';

export const one: Handler = (web) => (req, res) => show(web, { req, res });

/** A small form of the page: done, or the page again with why not. */
const deed =
  (
    done: string,
    work: (web: Web, asked: { id: string; form: Form; actor: string }) => Promise<void>,
  ): Handler =>
  (web) =>
  (req, res) => {
    const [id, form] = [String(req.params.id), readForm(req)];
    return orAgain(
      async () => {
        await work(web, { id, form, actor: staffOf(res).user.email });
        leadOn(res, `${OFFLINE}/${id}`, done);
      },
      (refusal) =>
        show(web, { req, res, refused: readingOf(req, res).said(refusal), reason: form.text('reason') }),
    );
  };

export const realised = deed('cheque-realised', ({ ground }, { id, form, actor }) =>
  realiseCheque(ground, { id, day: form.text('day') }, actor),
);
export const bounced = deed('cheque-bounced', ({ ground }, { id, form, actor }) =>
  bounceCheque(ground, { id, day: form.text('day') }, actor),
);
export const doubted = deed('gift-doubted', ({ ground }, { id, form, actor }) =>
  doubtGift(ground, { id, reason: form.text('reason') }, actor),
);
export const judged = deed('gift-judged', ({ ground }, { id, form, actor }) =>
  judgeDoubt(ground, { id, wrong: form.text('wrong') === '1' }, actor),
);

interface Showing {
  req: Request;
  res: Response;
  refused?: string;
  reason?: string;
}

async function show(web: Web, { req, res, refused, reason = '' }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t, language } = reading;
  const gift = await readOffline(web.ground, String(req.params.id));
  const named = await projectNames(web.ground.sql, reading);
  const { kind, state, receipt } = gift;
  const user = staffOf(res).user;
  const mayWrite = web.allows(user.roles, 'post', OFFLINE);
  const ended = state === 'bounced' || state === 'reversed';
  const words = detailsOf[kind].map(({ name }) => ({
    label: t(`offline.detail.${kind}.${name}` as 'offline.detail.cheque.number'),
    value: name === 'dated' ? dayText(gift.details[name] ?? '', language) : (gift.details[name] ?? ''),
  }));
  const data = {
    ...{
      ...gift,
      amount: formatAmount(gift.amount),
      kindText: t(`offline.kind.${kind}`),
      fund: named(fundName(gift.fund, reading)),
    },
    details: words.filter(({ value }) => value),
    ...{
      day: dayText(gift.day, language),
      counted: dayText(gift.countedOn, language),
      ended: dayText(gift.endedOn, language),
    },
    ...{
      look: LOOKS[state],
      stateText: t(`offline.state.${state}`),
      here: `${OFFLINE}/${gift.id}`,
      mayWrite,
    },
    ...{
      goods: kind === 'goods',
      refused: refused ?? null,
      reason,
      today: indianDay(web.ground.clock.now()),
    },
    receipt: receipt && { ...receipt, href: `/receipts/verify/${receiptToken(web.ground.keys, receipt.id)}` },
    mayRealise: mayWrite && kind === 'cheque' && state === 'waiting' && !gift.doubt,
    mayBounce: mayWrite && kind === 'cheque' && (state === 'waiting' || state === 'counted'),
    mayDoubt: mayWrite && !ended && !gift.doubt,
    mayJudge: mayWrite && !ended && gift.doubt !== null && gift.doubtedBy !== user.email,
    ownDoubt: !ended && gift.doubt !== null && gift.doubtedBy === user.email,
    again: mayWrite && state === 'reversed' ? `${KINDS}?replaces=${gift.id}` : null,
    replacesHref: gift.replaces && `${OFFLINE}/${gift.replaces}`,
  };
  await showConsole(web, {
    ...{ req, res, name: 'offline-gift', title: gift.donor, data, styles: ['console-finance.css'] },
    ...{ crumbs: [{ href: OFFLINE, text: t('nav.offline') }], status: refused ? 422 : 200 },
  });
}
