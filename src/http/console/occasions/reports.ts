import type { Request, Response } from 'express';
import { LOOKERS } from '../../../pages/occasions/decide.ts';
import {
  answerReport,
  type OccasionReport,
  openReports,
  outcomes,
} from '../../../pages/occasions/reports.ts';
import { readForm } from '../../form.ts';
import { hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { backTo, leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { OCCASIONS, REPORTS, STYLES, tabsOf } from './words.ts';

interface Refused {
  id: string;
  text: string;
  answer: string;
}

export const reports: Handler = (web) => (req, res) => showReports(web, { req, res });

/** What people said of pages and waits for an answer, the most urgent first. */
async function showReports(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: Refused },
): Promise<void> {
  const reading = readingOf(req, res);
  const now = web.ground.clock.now();
  const mayDecide = hasRole(staffOf(res), LOOKERS);
  const open = await openReports(web.ground);
  const data = {
    ...{ tabs: tabsOf(web, { req, res }), back: REPORTS },
    reports: open.map((report) => reportView(report, { reading, now, mayDecide, refused })),
    refused: refused && !open.some(({ id }) => id === refused.id) ? refused.text : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'occasions-reports', title: reading.t('occasions.tab.reports'), data },
    ...{ status: refused ? 422 : 200, styles: STYLES },
    crumbs: [{ href: OCCASIONS, text: reading.t('nav.occasions') }],
  });
}

interface Seeing {
  reading: Reading;
  now: Date;
  mayDecide: boolean;
  refused?: Refused | undefined;
}

const HOUR_MS = 3_600_000;

/** A word about a page with its clock, and where it can be answered. */
export function reportView(report: OccasionReport, { reading, now, mayDecide, refused }: Seeing) {
  const { t } = reading;
  const open = report.answeredAt === null;
  const hours = Math.floor(Math.abs(report.dueAt.getTime() - now.getTime()) / HOUR_MS);
  const late = open && report.dueAt <= now;
  return {
    ...report,
    ...{ open, late, mayAnswer: open && mayDecide, field: `answer-${report.id}` },
    ...{ page: `${OCCASIONS}/${report.occasionId}`, action: `${REPORTS}/${report.id}/answer` },
    heading: t(`occasions.report.${report.kind}`),
    reasonText: t(`occasions.reason.${report.reason}`),
    clock: t(late ? 'occasions.report.late' : 'occasions.report.left', { hours }),
    look: open ? (late ? 'failed' : 'deferred') : 'sent',
    outcomeText: report.outcome ? t(`occasions.outcome.${report.outcome}`) : null,
    outcomes: outcomes.map((value) => ({ value, text: t(`occasions.outcome.${value}`) })),
    fault: refused?.id === report.id ? refused.text : null,
    typed: refused?.id === report.id ? refused.answer : '',
  };
}

/** Answers one, and leads back to where it was read. */
export const answer: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const id = String(req.params.report);
  const words = form.long('answer').slice(0, 2000);
  const outcome = outcomes.find((one) => one === form.text('outcome')) ?? 'kept';
  return orAgain(
    async () => {
      await answerReport(
        web.ground,
        { id, outcome, answer: words },
        { ...staffOf(res).user, disabledAt: null },
      );
      leadOn(res, backTo(form.text('back'), REPORTS), 'occasion-answered');
    },
    (refusal) =>
      refusal.status === 404
        ? Promise.reject(refusal)
        : showReports(web, {
            ...{ req, res, refused: { id, text: readingOf(req, res).said(refusal), answer: words } },
          }),
  );
};
