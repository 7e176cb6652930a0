import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { readCampaign } from '../../../campaigns/efforts.ts';
import { deliveriesCsv, figuresCsv } from '../../../campaigns/export.ts';
import { begunRuns, type Outcome, outcomeOf, wholeOutcomeOf } from '../../../campaigns/outcome.ts';
import { runHead } from '../../../campaigns/run-head.ts';
import { totalsOf } from '../../../deliveries/publications/totals.ts';
import { retryableNow } from '../../../deliveries/retry.ts';
import { formatMoment } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, type Reading, readingOf, showConsole } from '../shell.ts';
import { courseChart, domainRows, languageRows } from './report-charts.ts';
import { postsReport } from './report-posts.ts';
import { crumbsOf, titleOf } from './run.ts';
import { runIn } from './run-number.ts';
import { deliveryBadge, whyIn } from './run-words.ts';
import { percentOf } from './words.ts';

/** What came of a run, for people who would rather look than read, and in numbers. */
export const runReport: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  const reading = readingOf(req, res);
  const { sql } = web.ground;
  const head = await runHead(sql, run);
  // What came of a post stands beside each of its publications.
  if (head.channel === 'post') return leadOn(res, `/console/runs/${run}`);
  const outcome = await outcomeOf(sql, { runs: [run], from: head.startedAt });
  const { deferred, failed } = await retryableNow(sql, run);
  const failures = Object.values(failed).reduce((sum, n) => sum + n, 0);
  const may = web.allows(staffOf(res).user.roles, 'post', '/console/runs/:id/retry');
  const data = {
    name: head.message ?? reading.t('run.nameless'),
    said:
      head.startedAt &&
      reading.t('run.started', { at: formatMoment(head.startedAt, reading.language, reading.zone) }),
    reference: head.reference,
    ...{ run: String(run), runs: [], csv: `/console/runs/${run}/report.csv` },
    retry:
      may && head.state !== 'cancelled' && (deferred || failures) ? { deferred, failed: failures } : null,
  };
  const crumbs = [...crumbsOf(reading, head), { href: `/console/runs/${run}`, text: titleOf(reading, head) }];
  await showReport(web, { req, res, outcome, data, crumbs });
};

/** What came of all runs of a campaign together. */
export const campaignReport: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { campaign, runs, outcome } = await gather(web, req);
  const posts = await postsReport(
    web.ground.sql,
    reading,
    runs.map(({ run }) => run),
  );
  const data = {
    ...{ posts, mails: !posts || outcome.total > 0 },
    ...{ name: campaign.name, said: campaign.goal, reference: null, run: null, retry: null },
    runs: runs.map(({ run, message, startedAt }) => ({ run: String(run), named: message, at: startedAt })),
    csv: `/console/campaigns/${campaign.id}/report.csv`,
  };
  const crumbs = [
    { href: '/console/campaigns', text: reading.t('nav.campaigns') },
    { href: `/console/campaigns/${campaign.id}`, text: campaign.name },
  ];
  await showReport(web, { req, res, outcome, data, crumbs });
};

export const runCsv: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  const { startedAt } = await runHead(web.ground.sql, run);
  giveCsv(res, `run-${run}-report`).send(
    figuresCsv(await wholeOutcomeOf(web.ground.sql, { runs: [run], from: startedAt })),
  );
};

export const campaignCsv: Handler = (web) => async (req, res) => {
  const { campaign, runs, outcome } = await gather(web, req, wholeOutcomeOf);
  const posts = await totalsOf(
    web.ground.sql,
    runs.map(({ run }) => run),
  );
  giveCsv(res, `campaign-${campaign.id.slice(0, 8)}-report`).send(figuresCsv(outcome, posts));
};

/** Every delivery with its address. Asked for by a form, because it is written down who took it. */
export const runDeliveriesCsv: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  await runHead(web.ground.sql, run);
  giveCsv(res, `run-${run}-deliveries`);
  await pipeline(Readable.from(deliveriesCsv(web.ground, run, staffOf(res).user.email)), res);
};

const giveCsv = (res: Response, name: string): Response =>
  res.type('text/csv; charset=utf-8').set('Content-Disposition', `attachment; filename="${name}.csv"`);

async function gather({ ground }: Web, req: Request, count = outcomeOf) {
  const campaign = await readCampaign(ground.sql, String(req.params.id));
  const runs = await begunRuns(ground.sql, campaign.id);
  const outcome = await count(ground.sql, {
    runs: runs.map(({ run }) => run),
    from: runs.at(-1)?.startedAt ?? null,
  });
  return { campaign, runs, outcome };
}

interface Shown {
  req: Request;
  res: Response;
  outcome: Outcome;
  data: Record<string, unknown>;
  crumbs: { href: string; text: string }[];
}

async function showReport(web: Web, { req, res, outcome, data, crumbs }: Shown): Promise<void> {
  const reading = readingOf(req, res);
  const { figures, total, visits, domains, reasons, leftOut, asOf, preparing } = outcome;
  const reached = figures.sent + figures.complained;
  const all = {
    ...{ posts: null, mails: true },
    ...data,
    here: req.path,
    ...{ asOf, preparing, total, figures, visits, reached, reachedShare: percentOf(reached, total) },
    rates: {
      opened: percentOf(visits.opened, reached),
      clicked: percentOf(visits.clicked, reached),
      failed: percentOf(figures.failed + figures.bounced, total),
    },
    course: courseChart(reading, outcome.course),
    languages: languageRows(reading, outcome),
    domains: domainRows(outcome),
    domainCount: domains.all,
    reasons: reasons.map((one) => reasonOf(reading, one)),
    leftOut: Object.entries(leftOut).map(([reason, n]) => ({ n, text: whyIn(reading, reason) || reason })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'report', title: reading.t('report.title'), data: all, crumbs },
    styles: ['console-campaigns.css'],
  });
}

const reasonOf = (reading: Reading, { state, reason, n }: Outcome['reasons'][number]) => ({
  ...{ n, state, badge: deliveryBadge(reading, state) },
  why: whyIn(reading, reason, state) || reading.t('report.no-reason'),
  code: reason && /^[45]\.\d/.test(reason) ? reason : null,
});
