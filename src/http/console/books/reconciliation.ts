import type { Request, Response } from 'express';
import { type Difference, listDifferences, resolveDifference } from '../../../giving/differences.ts';
import { reconcileSettlements } from '../../../giving/reconciling.ts';
import { listSettlements, type SettlementRow } from '../../../giving/settlements.ts';
import { listParked } from '../../../giving/suspense.ts';
import { formatAmount } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { FINANCE, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, asked, askedId } from '../contacts/reading.ts';
import { amountOr, dayWords, GIFTS, modeWords, STYLES, streamWords } from '../gifts/words.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';

export const RECONCILIATION = '/console/reconciliation';
const PAGE = 50;

export const show: Handler = (web) => (req, res) => showWork(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  refused?: { id: string; text: string; note: string };
}

/** What does not agree, what waits in suspense, and what the gateways settled. */
async function showWork(web: Web, { req, res, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { ground } = web;
  const over = asked(req, 'over') === '1';
  const after = askedId(req, 'after');
  const found = await listDifferences(ground, { over, after, limit: PAGE + 1 });
  const rows = found.slice(0, PAGE);
  const flags = { over: over ? '1' : undefined };
  const next = found.length > PAGE ? addressOf(RECONCILIATION, { ...flags, after: rows.at(-1)?.id }) : null;
  const parked = await listParked(ground);
  await showConsole(web, {
    ...{ req, res, name: 'reconciliation', title: reading.t('nav.reconciliation'), styles: STYLES },
    status: refused ? 422 : 200,
    data: {
      over,
      rows: rows.map((row) => differenceRow(row, { reading, refused })),
      pager: pagerOf(after, next, () => addressOf(RECONCILIATION, flags)),
      parked: parked.map((one) => ({
        ...{ ...one, amount: formatAmount(one.amount), mode: modeWords(reading.t, one.method) },
        ...{ href: `${GIFTS}/${one.payment}`, stream: streamWords(reading.t, one.stream) },
      })),
      ...(await settlementsOf(web, req, reading)),
      mayResolve: hasRole(staffOf(res), FINANCE),
      gone: refused && !rows.some(({ id }) => id === refused.id) ? refused.text : null,
    },
  });
}

async function settlementsOf({ ground }: Web, req: Request, reading: Reading) {
  const before = /^setl_\w{1,40}$/.exec(asked(req, 'before'))?.[0];
  const found = await listSettlements(ground, { before, limit: PAGE + 1 });
  const settlements = found.slice(0, PAGE);
  const more = found.length > PAGE ? addressOf(RECONCILIATION, { before: settlements.at(-1)?.id }) : null;
  return {
    settlements: settlements.map((row) => settlementRow(row, reading)),
    more: before || more ? { first: before ? RECONCILIATION : null, next: more } : null,
  };
}

const settlementRow = (row: SettlementRow, reading: Reading) => ({
  ...{ ...row, amount: formatAmount(row.amount), fee: formatAmount(row.fee), tax: formatAmount(row.tax) },
  ...{ day: dayWords(reading, row.day), stream: streamWords(reading.t, row.stream) },
});

interface RowIn {
  reading: Reading;
  refused: Showing['refused'] | undefined;
}

function differenceRow(row: Difference, { reading, refused }: RowIn) {
  const { id, kind, subject, foundAt, resolvedAt, resolvedBy, note } = row;
  const own = refused?.id === id ? refused : null;
  const { t } = reading;
  return {
    ...{
      id,
      subject,
      foundAt,
      resolvedAt,
      resolvedBy,
      note,
      href: subject.startsWith('pay_') ? `${GIFTS}/${subject}` : null,
    },
    text: t(`recon.kind.${kind}`, { ours: amountOr(row.ours), theirs: amountOr(row.theirs) }),
    ...{ help: t(`recon.help.${kind}`), stream: streamWords(t, row.stream) },
    ...{ action: `${RECONCILIATION}/${id}`, typed: own?.note ?? '', fault: own?.text ?? null },
  };
}

/** A difference is explained, or told what was done about it. */
export const resolve: Handler = (web) => async (req, res) => {
  const [id, note] = [String(req.params.id), readForm(req).text('note').trim()];
  await orAgain(
    async () => {
      await resolveDifference(web.ground, { id, note }, staffOf(res).user.email);
      leadOn(res, RECONCILIATION, 'difference-resolved');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showWork(web, { req, res, refused: { id, note, text: readingOf(req, res).said(refusal) } });
    },
  );
};

/** Fetches and compares now, instead of tomorrow morning. */
export const run: Handler = (web) => async (_req, res) => {
  const done = await web.ground.locks.exclusively('cron:settlements', () => reconcileSettlements(web.ground));
  leadOn(res, RECONCILIATION, done ? (done.failed ? 'reconcile-failed' : 'reconciled') : 'reconciling');
};
