import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { Going } from '../../../campaigns/going.ts';
import { type Home, readHome } from '../../../campaigns/home.ts';
import type { Lately } from '../../../campaigns/lately.ts';
import { dayOf, type Running } from '../../../campaigns/today.ts';
import { formatTime } from '../../../i18n.ts';
import { APPROVERS, hasRole, READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { goingBadge } from '../going.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { thingsOf } from './things.ts';
import { lineOf } from './timeline.ts';
import { type Where, whereFor } from './where.ts';

/** The first page: what needs a person, what goes out, what came of it. */
export const showHome: Handler = (web) => async (req, res) => {
  if (!hasRole(staffOf(res), READERS)) return showWelcome(web, req, res);
  const [staff, reading, where] = [staffOf(res), readingOf(req, res), whereFor(web, staffOf(res))];
  const technical = web.allows(staff.user.roles, 'get', '/console/settings');
  const finance = where.page('/console/reconciliation')
    ? 'money'
    : where.page('/console/refunds')
      ? 'refunds'
      : null;
  const home = await readHome(web.ground, { id: staff.user.id, zone: reading.zone, technical, finance });
  const approves = hasRole(staff, APPROVERS);
  const things = thingsOf(home, { reading, where, approves, user: staff.user.id });
  const data = {
    ...dayData(web, home, { reading, where }),
    ...{ things, accounts: home.accounts.map(accountRow) },
    figures: figuresOf(home.figures),
    steps: stepsOf(home, where),
    lede: ledeOf(home, things.length, reading),
    lately: home.lately.map((one) => latelyRow(one, where)),
    ...{ plan: where.page('/console/campaigns/new'), live: home.running.length > 0 },
    settings: where.page('/console/settings'),
  };
  const title = reading.t('nav.home');
  await showConsole(web, { req, res, name: 'home', title, data, styles: ['console-home.css'] });
};

const showWelcome = (web: Web, req: Request, res: Response) => {
  const { t } = readingOf(req, res);
  return showConsole(web, { req, res, name: 'home-welcome', title: t('nav.home') });
};

type Named = Pick<Going, 'run' | 'campaignId' | 'campaign' | 'message' | 'state'>;

function dayData(web: Web, home: Home, { reading, where }: { reading: Reading; where: Where }) {
  const { zone, language } = reading;
  const now = web.ground.clock.now();
  const line = lineOf(home.today, { from: dayOf(now, zone).from, now });
  const shown = <T extends Named>(one: T) => ({
    ...{ ...one, ...goingBadge(one.state), href: where.run(one.run, one.campaignId) },
    of: one.message.startsWith(one.campaign) ? null : one.campaign,
  });
  const lanes = line.lanes.map((lane) => ({ ...lane, events: lane.events.map(shown) }));
  const hours = line.hours.map((hour) => ({ ...hour, text: hourText(hour.at, reading) }));
  return {
    ...{ lanes, hours, nowX: line.now, nowAt: now, heading: weekday(now, reading) },
    days: byDay(home.coming.map(shown), (at) => weekday(at, reading), zone),
    running: home.running.map((one) => ({ ...shown(one), ...barOf(one) })),
    nowText: formatTime(now, language, zone),
  };
}

function barOf({ handled, total }: Running) {
  const percent = total ? Math.floor((handled / total) * 100) : 0;
  return { percent, parts: [{ look: 'sent', x: 0, percent }] };
}

const figuresOf = ({ complaints, bounces, ...figures }: Home['figures']) => ({
  ...{ ...figures, complaints: complaints.toFixed(2), bounces: bounces.toFixed(2) },
});

/** `Saturday, 21 November`, in the reader's zone. */
const weekday = (at: Date, { language, zone }: Reading): string =>
  new Intl.DateTimeFormat(language === 'ml' ? 'ml-IN' : 'en-IN', {
    ...{ weekday: 'long', day: 'numeric', month: 'long', timeZone: zone },
  })
    .format(at)
    // The platform joins weekday endings with a mark that newer fonts do without.
    .replaceAll('\u200c', '');

const hourText = (at: Date, { language, zone }: Reading): string =>
  formatTime(at, language, zone).replace(':00', '');

function byDay<T extends Going>(all: T[], nameOf: (at: Date) => string, zone: string) {
  const days = new Map<string, { name: string; events: T[] }>();
  for (const one of all) {
    const key = DateTime.fromJSDate(one.at, { zone }).toISODate() ?? '';
    const day = days.get(key) ?? { name: nameOf(one.at), events: [] };
    day.events.push(one);
    days.set(key, day);
  }
  return [...days.values()];
}

/** One sentence for whoever has a second: what goes out, what comes today, what waits. */
function ledeOf(home: Home, things: number, { t }: Reading): string {
  const going = home.running.filter(({ state }) => state !== 'paused').length;
  const later = home.today.filter(({ state }) => ['planned', 'approved'].includes(state)).length;
  return [
    t('home.lede.now', { going }),
    t('home.lede.later', { later }),
    t('home.lede.things', { things }),
  ].join(' ');
}

const latelyRow = (one: Lately, where: Where) => {
  const share = (n: number) => (one.total ? (n / one.total) * 100 : 0);
  const [sent, failed, unknown] = [share(one.sent), share(one.failed), share(one.unknown)];
  const parts = [
    { look: 'sent', x: 0, percent: sent },
    { look: 'failed', x: sent, percent: failed },
    { look: 'unknown', x: sent + failed, percent: unknown },
  ];
  const href = where.run(one.run, one.campaignId);
  return { ...one, parts: parts.filter(({ percent }) => percent), percent: Math.floor(sent), href };
};

const accountRow = ({ name, restsUntil, disabledAt }: Home['accounts'][number]) => ({
  name,
  ...(disabledAt
    ? { look: 'held', key: 'home.account.off' }
    : restsUntil
      ? { look: 'deferred', key: 'home.account.rests' }
      : { look: 'sent', key: 'home.account.ready' }),
});

/** The way of a newcomer, until all of it was walked once. */
function stepsOf({ steps }: Home, where: Where) {
  const { imported, written, approved } = steps;
  if (imported && written && approved) return null;
  const wished = [
    { key: 'home.step.import', done: imported, href: where.page('/console/contacts/import') },
    { key: 'home.step.write', done: written, href: where.page('/console/campaigns/new') },
    { key: 'home.step.approve', done: approved, href: where.page('/console/campaigns') },
  ];
  const next = wished.findIndex(({ done }) => !done);
  return wished.map((step, i) => ({ ...step, number: i + 1, next: i === next }));
}
