import type { Request, Response } from 'express';
import { mayStep, stepMonthly } from '../../../giving/monthly-change.ts';
import { listMonthly, type MonthlyLine, monthlyStates, sumMonthly } from '../../../giving/monthly-list.ts';
import { formatAmount } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { FINANCE, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, asked, askedId, optionsOf } from '../contacts/reading.ts';
import { accountWords, modeWords } from '../gifts/words.ts';
import { projectNames } from '../project-names.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { DONOR_STYLES, DONORS, MONTHLY, PAGE, tabsOf } from './tabs.ts';

const LOOKS: Record<MonthlyLine['state'], string> = {
  ...{ active: 'sent', authenticated: 'planned', pending: 'deferred', paused: 'held', halted: 'failed' },
  ...{ created: 'planned', cancelled: 'held', completed: 'sent', expired: 'held' },
};

export const list: Handler = (web) => (req, res) => show(web, { req, res });

/** Monthly gifts with how each stands; `refused` says why one was not ended. */
async function show(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: string },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const [q, before] = [asked(req, 'q'), askedId(req, 'before')];
  const state = monthlyStates.find((one) => one === asked(req, 'state'));
  const over = asked(req, 'over') === '1' || undefined;
  const found = await listMonthly(web.ground, { state, over, q, before, limit: PAGE + 1 });
  const rows = found.slice(0, PAGE);
  const kept = { state, over: over && '1', q };
  const next = found.length > PAGE ? addressOf(MONTHLY, { ...kept, before: rows.at(-1)?.id }) : null;
  const { amount, ...sums } = await sumMonthly(web.ground);
  const named = await projectNames(web.ground.sql, reading);
  const mayEnd = hasRole(staffOf(res), FINANCE);
  await showConsole(web, {
    ...{ req, res, name: 'donors-monthly', title: t('donors.tab.monthly'), styles: DONOR_STYLES },
    ...{ status: refused ? 422 : 200, crumbs: [{ href: DONORS, text: t('nav.donors') }] },
    data: {
      ...{ tabs: tabsOf(web, { req, res }), refused: refused ?? null, q },
      rows: rows.map((row) => ({
        ...rowOf(row, reading),
        fund: named(accountWords(t, row.fund)),
        end: mayEnd && mayStep(row, 'cancel') ? `${MONTHLY}/${row.id}/end` : null,
      })),
      ...{ count: sums.count, amount: formatAmount(amount), filtered: Boolean(q || state || over) },
      ended: sums.over && !over ? { count: sums.over, href: addressOf(MONTHLY, { over: '1' }) } : null,
      over,
      states: optionsOf(
        monthlyStates.map((value) => ({ value, text: t(`my.monthly.${value}`) })),
        state,
        t('console.all'),
      ),
      pager: pagerOf(before, next, () => addressOf(MONTHLY, kept)),
    },
  });
}

function rowOf(row: MonthlyLine, { t }: Reading) {
  const { id, name, email, amount, nextAmount, state, method, paid, nextAt, createdAt, over, overToldAt } =
    row;
  return {
    ...{ id, name, email, amount: formatAmount(amount), createdAt, nextAt },
    ...{ over, overToldAt },
    later: nextAmount && formatAmount(nextAmount),
    badge: { look: LOOKS[state], text: t(`my.monthly.${state}`) },
    ...{ mode: method ? modeWords(t, method) : null, months: t('my.monthly.months', { months: paid }) },
  };
}

/** Ends one for good because its donor told staff so; the donor is told by mail. */
export const end: Handler = (web) => (req, res) => {
  const sure = readForm(req).text('sure') === '1';
  const { t, said } = readingOf(req, res);
  if (!sure) return show(web, { req, res, refused: t('donors.monthly.unsure') });
  return orAgain(
    async () => {
      const actor = staffOf(res).user.email;
      await stepMonthly(web.ground, { id: String(req.params.id), step: 'cancel' }, { actor });
      leadOn(res, MONTHLY, 'monthly-ended');
    },
    (refusal) => show(web, { req, res, refused: said(refusal) }),
  );
};
