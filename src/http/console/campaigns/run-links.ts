import type { Request, Response } from 'express';
import { repoint, undo } from '../../../campaigns/repointing.ts';
import { runHead } from '../../../campaigns/run-head.ts';
import { runSummary } from '../../../campaigns/run-summary.ts';
import type { Refusal } from '../../../errors.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { crumbsOf, rightsOf, titleOf } from './run.ts';
import { runIn } from './run-number.ts';

export const links: Handler = (web) => (req, res) => showLinks(web, { req, res });

/** Leads a link of mails that are out elsewhere, at once. */
export const lead: Handler = (web) => (req, res) => {
  const [run, code, url] = [runIn(req), String(req.params.code), readForm(req).long('url')];
  return orAgain(
    async () => {
      await repoint(web.ground, { code, url }, approver(res));
      leadOn(res, `/console/runs/${run}/links`, 'link-repointed');
    },
    (refusal) => showLinks(web, { req, res, refusal, typed: { code, url } }),
  );
};

export const leadBack: Handler = (web) => (req, res) => {
  const run = runIn(req);
  return orAgain(
    async () => {
      await undo(web.ground, String(req.params.code), approver(res));
      leadOn(res, `/console/runs/${run}/links`, 'link-undone');
    },
    (refusal) => showLinks(web, { req, res, refusal }),
  );
};

const approver = (res: Response) => ({ ...staffOf(res).user, disabledAt: null });

interface Shown {
  req: Request;
  res: Response;
  refusal?: Refusal;
  typed?: { code: string; url: string };
}

async function showLinks(web: Web, { req, res, refusal, typed }: Shown): Promise<void> {
  const run = runIn(req);
  const reading = readingOf(req, res);
  const head = await runHead(web.ground.sql, run);
  const { links: all, repointed } = await runSummary(web.ground, run);
  const data = {
    ...{
      run: String(run),
      name: head.message ?? reading.t('run.nameless'),
      refused: refusal ? reading.said(refusal) : null,
    },
    may: rightsOf(web, staffOf(res).user.roles).repoint,
    links: all.map((link) => ({
      ...{ code: link.code, url: link.url, target: link.target, moved: link.url !== link.target },
      people: link.visits.reduce((sum, { people }) => sum + people, 0),
      machines: link.visits.reduce((sum, { machines }) => sum + machines, 0),
      typed: typed?.code === link.code ? typed.url : '',
      open: typed?.code === link.code,
    })),
    repointed: repointed.map((one) => ({ ...one })).reverse(),
  };
  const crumbs = [...crumbsOf(reading, head), { href: `/console/runs/${run}`, text: titleOf(reading, head) }];
  await showConsole(web, {
    ...{ req, res, name: 'run-links', title: reading.t('run.links'), data, crumbs },
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}
