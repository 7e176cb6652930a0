import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { Role } from '../../access/users.ts';
import { type Going, goingOut, runningNow } from '../../campaigns/today.ts';
import { liftHold, listHolds, placeHold, standingHolds } from '../../deliveries/holds.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { type Form, readForm } from '../form.ts';
import type { Route } from '../routes.ts';
import { staffOf } from '../staff.ts';
import type { Handler, Web } from '../web.ts';
import { backTo, leadOn, orAgain, readingOf, showConsole } from './shell.ts';

/** Who may stop everything with one hand, and let it go on. */
const HOLDERS: readonly Role[] = ['administrator', 'author', 'approver'];

const HOLD = '/console/hold';

interface Typed {
  reason: string;
  from: string;
  until: string;
  back: string;
}

const EMPTY: Typed = { reason: '', from: '', until: '', back: '' };

const show: Handler = (web) => (req, res) =>
  showForm(web, { req, res, typed: { ...EMPTY, back: backTo(String(req.query.back ?? '')) } });

const place: Handler = (web) => (req, res) => {
  const typed = typedIn(readForm(req));
  return orAgain(
    async () => {
      const { zone } = staffOf(res).user;
      const from = momentIn(typed.from, zone);
      const until = momentIn(typed.until, zone);
      const actor = staffOf(res).user.email;
      await placeHold(web.ground, {
        reason: typed.reason,
        actor,
        ...(from && { from }),
        ...(until && { until }),
      });
      leadOn(res, backTo(typed.back), 'held');
    },
    (refusal) => showForm(web, { req, res, typed, error: readingOf(req, res).said(refusal) }),
  );
};

/** Names what goes out at once, before anything is let go. */
const askLift: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const { t, zone } = readingOf(req, res);
  const running = (await runningNow(ground)).filter(({ state }) => state !== 'paused');
  const now = ground.clock.now();
  const { today } = await goingOut(ground, zone);
  const data = {
    ...{ back: backTo(String(req.query.back ?? '')), standing: await standingHolds(ground.sql) },
    running: running.map((one) => ({ ...one, left: one.total - one.handled })),
    due: today.filter(({ state, at }) => at <= now && DUE.includes(state)),
  };
  const crumbs = [{ href: HOLD, text: t('hold.everything') }];
  await showConsole(web, { req, res, name: 'hold-lift', title: t('hold.lift'), crumbs, data });
};

/** States of what has not begun, though its time has come. */
const DUE: Going['state'][] = ['planned', 'approved', 'late', 'asked'];

const lift: Handler = (web) => async (req, res) => {
  await liftHold(web.ground, staffOf(res).user.email);
  leadOn(res, backTo(readForm(req).text('back')), 'lifted');
};

export const holdRoutes: Route[] = [
  { method: 'get', path: '/console/hold', who: HOLDERS, does: 'asks why everything is held', handle: show },
  { method: 'post', path: '/console/hold', who: HOLDERS, does: 'holds everything', handle: place },
  {
    ...{ method: 'get', path: '/console/hold/lift', who: HOLDERS, handle: askLift },
    does: 'says what goes on when a hold is lifted',
  },
  { method: 'post', path: '/console/hold/lift', who: HOLDERS, does: 'lets everything go on', handle: lift },
];

interface Asked {
  req: Request;
  res: Response;
  typed: Typed;
  error?: string;
}

async function showForm(web: Web, { req, res, typed, error }: Asked): Promise<void> {
  const { t } = readingOf(req, res);
  const holds = await listHolds(web.ground.sql);
  const standing = (await standingHolds(web.ground.sql)).length > 0;
  const data = { typed, error: error ?? null, holds, standing, ...emptyReason(typed, error) };
  const status = error ? 422 : 200;
  await showConsole(web, { req, res, name: 'hold', title: t('hold.everything'), data, status });
}

const emptyReason = ({ reason }: Typed, error: string | undefined) => ({
  noReason: Boolean(error) && !reason.trim(),
});

const typedIn = (form: Form): Typed => ({
  reason: form.text('reason'),
  from: form.text('from'),
  until: form.text('until'),
  back: form.text('back'),
});

/** A wall-clock time of `datetime-local` in the writer's zone. @throws Refusal for what is no time */
function momentIn(text: string, zone: string): Date | undefined {
  if (!text) return undefined;
  const at = DateTime.fromISO(text, { zone });
  if (!at.isValid) throw new Refusal(say`${JSON.stringify(text)} is no date with a time.`);
  return at.toJSDate();
}
