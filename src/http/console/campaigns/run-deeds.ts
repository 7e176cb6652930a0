import type { Request, Response } from 'express';
import { decideRun } from '../../../campaigns/decisions.ts';
import { runHead } from '../../../campaigns/run-head.ts';
import { goOn, haltCanary } from '../../../deliveries/canary-course.ts';
import { runCourse } from '../../../deliveries/course.ts';
import { retryRun } from '../../../deliveries/retry.ts';
import { cancelRun, pauseRun, resumeRun } from '../../../deliveries/runs.ts';
import { decideUnknown } from '../../../deliveries/unknown.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { crumbsOf, showRun, titleOf } from './run.ts';
import { runIn } from './run-number.ts';

interface Doing {
  run: bigint;
  actor: string;
  form: Form;
}

/** Does something to a run and shows it again; why it cannot be done is said there. */
const deed =
  (done: string, work: (ground: Web['ground'], doing: Doing) => Promise<unknown>): Handler =>
  (web) =>
  (req, res) =>
    orAgain(
      async () => {
        const run = runIn(req);
        await work(web.ground, { run, actor: staffOf(res).user.email, form: readForm(req) });
        leadOn(res, `/console/runs/${run}`, done);
      },
      (refusal) => (refusal.status === 404 ? Promise.reject(refusal) : showRun(web, { req, res, refusal })),
    );

export const pause = deed('run-paused', (ground, { run, actor }) => pauseRun(ground, run, actor));
export const resume = deed('run-resumed', (ground, { run, actor }) => resumeRun(ground, run, actor));
export const cancel = deed('run-cancelled', (ground, { run, actor }) => cancelRun(ground, run, actor));
export const release = deed('run-released', (ground, { run, actor }) => goOn(ground, run, actor));
export const halt = deed('run-halted', (ground, { run, actor }) => haltCanary(ground, run, actor));
export const retry = deed('run-retried', (ground, { run, actor }) => retryRun(ground, run, actor));

export const decide = deed('run-decided', (ground, { run, actor, form }) =>
  decideRun(
    ground,
    { run, decision: form.text('decision') === 'send' ? 'send' : 'skip' },
    { actor, userId: null },
  ),
);

/** `leave` is an answer too: then nothing is changed. */
export const settleUnknown = deed('run-unknown', async (ground, { run, actor, form }) => {
  const decision = form.text('decision');
  if (decision !== 'arrived' && decision !== 'again') return;
  const seqs = form
    .all('seq')
    .filter((text) => /^\d{1,9}$/.test(text))
    .map(Number);
  await decideUnknown(ground, { run, decision, ...(seqs.length && { seqs }) }, actor);
});

/** Names how many have gone and how many will not, before anything is cancelled. */
export const askCancel: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  await showQuestion(web, { req, res, run });
};

async function showQuestion(
  web: Web,
  { req, res, run }: { req: Request; res: Response; run: bigint },
): Promise<void> {
  const reading = readingOf(req, res);
  const [head, course] = [await runHead(web.ground.sql, run), await runCourse(web.ground.sql, run)];
  const { planned, deferred, sending } = course.figures;
  const data = {
    ...{ run: String(run), name: head.message ?? reading.t('run.nameless') },
    ...{ gone: course.handled + sending, left: planned + deferred, begun: Boolean(course.startedAt) },
    over: ['finished', 'cancelled'].includes(course.state),
    dueAt: head.dueAt,
  };
  const crumbs = [...crumbsOf(reading, head), { href: `/console/runs/${run}`, text: titleOf(reading, head) }];
  await showConsole(web, { req, res, name: 'run-cancel', title: reading.t('run.cancel'), data, crumbs });
}
