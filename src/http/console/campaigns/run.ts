import type { Request, Response } from 'express';
import type { Role } from '../../../access/users.ts';
import { type RunHead, runHead, runLog } from '../../../campaigns/run-head.ts';
import { type RunCourse, runCourse } from '../../../deliveries/course.ts';
import {
  type DeliveryLine,
  isPlace,
  NEEDS_A_LOOK,
  pageDeliveries,
  placeOf,
} from '../../../deliveries/delivery-list.ts';
import { digestOf } from '../../../deliveries/digest.ts';
import { leftOutOfAll } from '../../../deliveries/left-out.ts';
import { retryableNow } from '../../../deliveries/retry.ts';
import { type DeliveryState, deliveryStates } from '../../../deliveries/states.ts';
import type { Refusal } from '../../../errors.ts';
import { formatDay, formatTime } from '../../../i18n.ts';
import { type Visits, visitsOf } from '../../../links/visits.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { liveOf } from './run-live.ts';
import { eventIn } from './run-log.ts';
import { runIn } from './run-number.ts';
import { showPostRun } from './run-posts.ts';
import { deliveryBadge, replyOf, whyIn } from './run-words.ts';
import { namesIn, percentOf } from './words.ts';

const SHOWN = 25;
/** Google and Yahoo filter from 0.3 % of complaints on; the little line ends there. */
const MOST_COMPLAINTS = 0.3;

export const runPage: Handler = (web) => (req, res) => showRun(web, { req, res });

/** A run: how far it is, what came of it, what of it needs a person. */
export async function showRun(
  web: Web,
  { req, res, refusal }: { req: Request; res: Response; refusal?: Refusal },
): Promise<void> {
  const run = runIn(req);
  const reading = readingOf(req, res);
  const { sql } = web.ground;
  const head = await runHead(sql, run);
  const may = rightsOf(web, staffOf(res).user.roles);
  if (head.channel === 'post')
    return showPostRun(web, {
      ...{ req, res, head, title: titleOf(reading, head), crumbs: crumbsOf(reading, head), steer: may.steer },
      refused: refusal ? reading.said(refusal) : null,
    });
  const course = await runCourse(sql, run);
  const show = showIn(req.query.show);
  const after = typeof req.query.after === 'string' && isPlace(req.query.after) ? req.query.after : undefined;
  const states = show === 'all' ? deliveryStates : show === 'look' ? NEEDS_A_LOOK : [show];
  const rows = await pageDeliveries(sql, { run, states, figures: course.figures, after, limit: SHOWN + 1 });
  const chosen = show === 'all' || show === 'look' ? null : show;
  const data = {
    ...(await aboutOf(web, reading, { head, course, may })),
    live: liveOf(reading, course, chosen),
    ...tabsOf(reading, course, show),
    rows: rows.slice(0, SHOWN).map((row) => lineOf(reading, row, { head, may })),
    pager: pagerOf(req, rows, { show, after }),
    refused: refusal ? reading.said(refusal) : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'run', data, crumbs: crumbsOf(reading, head), title: titleOf(reading, head) },
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}

type Show = DeliveryState | 'all' | 'look';
const showIn = (text: unknown): Show =>
  text === 'all' ? 'all' : (deliveryStates.find((state) => state === text) ?? 'look');

/** What this person may do to a run, as the table of routes has it. */
export function rightsOf(web: Web, roles: readonly Role[]) {
  const may = (path: string) => web.allows(roles, 'post', `/console/runs/:id/${path}`);
  return { steer: may('pause'), write: may('correction'), repoint: may('links/:code') };
}
type Rights = ReturnType<typeof rightsOf>;

export function crumbsOf({ t }: Reading, { campaign, campaignId }: RunHead) {
  const crumbs = [{ href: '/console/campaigns', text: t('nav.campaigns') }];
  if (campaign && campaignId) crumbs.push({ href: `/console/campaigns/${campaignId}`, text: campaign });
  return crumbs;
}

export const titleOf = ({ t, language, zone }: Reading, { startedAt, dueAt }: RunHead): string =>
  t('run.title', { day: formatDay(startedAt ?? dueAt, language, zone) });

interface About {
  head: RunHead;
  course: RunCourse;
  may: Rights;
}

async function aboutOf(web: Web, reading: Reading, { head, course, may }: About) {
  const { sql } = web.ground;
  const { state, figures } = course;
  const ended = state === 'finished' || state === 'cancelled';
  const canary = course.canary?.standing;
  const digest = await digestOf(sql, head.run);
  const leftOut = digest?.leftOut ?? (await leftOutOfAll(sql, [head.run]));
  const again = may.steer && state !== 'cancelled' && (figures.failed || figures.deferred);
  return {
    run: {
      ...{ ...head, run: String(head.run), name: head.message ?? reading.t('run.nameless') },
      reason: head.reason && reading.again(head.reason),
    },
    audience:
      head.audience && namesIn(reading.language, [...head.audience.lists, ...(head.audience.segments ?? [])]),
    stats: statsOf(digest?.visits ?? (await visitsOf(sql, [head.run])), course),
    preparing: course.preparing,
    does: {
      pause: may.steer && state === 'running',
      resume: may.steer && state === 'paused' && canary !== 'stopped',
      cancel: may.steer && ['planned', 'running', 'paused', 'freezing'].includes(state),
      decide: may.steer && state === 'asked',
      goOn: may.steer && ['running', 'paused'].includes(state) && Boolean(canary) && canary !== 'released',
      halt: may.steer && state === 'running' && (canary === 'sending' || canary === 'waiting'),
      unknown: may.steer && figures.unknown > 0,
      again: may.steer && head.unknownPolicy === 'again' && state !== 'cancelled',
      correct: may.write && ['paused', 'finished', 'cancelled'].includes(state) && figures.sent > 0,
      retry: again ? retryOf(await retryableNow(sql, head.run)) : null,
      watch: !ended,
    },
    unknown: figures.unknown,
    leftOut: Object.entries(leftOut).map(([reason, n]) => ({ n, text: whyIn(reading, reason) || reason })),
    log: (await runLog(sql, head.run, 8)).map((event) => eventIn(reading, event)),
  };
}

function retryOf({ deferred, failed }: { deferred: number; failed: Record<string, number> }) {
  const count = Object.values(failed).reduce((sum, n) => sum + n, 0);
  return deferred || count ? { deferred, failed: count } : null;
}

function statsOf(visits: Visits, { figures }: RunCourse) {
  const reached = figures.sent + figures.complained;
  const share = reached ? (figures.complained * 100) / reached : 0;
  return {
    ...visits,
    complaints: percentOf(figures.complained, reached),
    complaintsAt: Math.min(100, Math.round((share / MOST_COMPLAINTS) * 100)),
    bounced: figures.bounced,
  };
}

function tabsOf({ t }: Reading, { total, figures }: RunCourse, show: Show) {
  const look = NEEDS_A_LOOK.reduce((sum, state) => sum + figures[state], 0);
  return {
    tabs: { all: total, look, showsAll: show === 'all', showsLook: show === 'look' },
    shows: show === 'all' || show === 'look' ? null : t(`run.delivery.${show}`),
  };
}

function pagerOf(
  req: Request,
  rows: DeliveryLine[],
  { show, after }: { show: Show; after: string | undefined },
): { first: string | null; next: string | null } | null {
  const at = (place: string | null) =>
    `/console/runs/${req.params.id}?${new URLSearchParams({ show, ...(place && { after: place }) })}#deliveries`;
  const last = rows.length > SHOWN ? rows[SHOWN - 1] : undefined;
  if (!last && !after) return null;
  return { first: after ? at(null) : null, next: last ? at(placeOf(last)) : null };
}

function lineOf(reading: Reading, row: DeliveryLine, { head, may }: { head: RunHead; may: Rights }) {
  const { t, language, zone } = reading;
  return {
    ...{ seq: row.seq, address: row.address, contactId: row.contactId, attempts: row.attempts },
    language: t('campaign.language', { language: row.language }),
    badge: deliveryBadge(reading, row.state),
    why: whyIn(reading, row.reason, row.state),
    reply: replyOf(row),
    next: row.dueAt ? formatTime(row.dueAt, language, zone) : null,
    asks: row.state === 'unknown' && may.steer,
    again: head.unknownPolicy === 'again' && head.state !== 'cancelled',
  };
}
