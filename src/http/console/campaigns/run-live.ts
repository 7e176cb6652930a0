import type { RunCourse } from '../../../deliveries/course.ts';
import type { DeliveryState } from '../../../deliveries/states.ts';
import { formatTime } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { rateChart } from './rate-chart.ts';
import { runBadge } from './words.ts';

/** What the bar shows, from left to right, and what of it counts in each part. */
const PARTS: [look: string, states: DeliveryState[]][] = [
  ['sent', ['sent']],
  ['deferred', ['deferred']],
  ['failed', ['failed', 'bounced', 'complained']],
  ['unknown', ['unknown']],
];
/** The words under the bar; each leads to its deliveries. */
const SHOWN: [look: string, state: DeliveryState][] = [
  ['sent', 'sent'],
  ['deferred', 'deferred'],
  ['failed', 'failed'],
  ['unknown', 'unknown'],
  ['planned', 'planned'],
];
const RARER: DeliveryState[] = ['sending', 'bounced', 'complained', 'skipped', 'cancelled'];

/** The part of a run's page that changes while one looks at it. */
export function liveOf(reading: Reading, course: RunCourse, shown: DeliveryState | null) {
  const { run, total, figures, handled, canary } = course;
  const { t, language, zone, again } = reading;
  const entry = ([look, state]: [string, DeliveryState]) => ({
    ...{ look, n: figures[state], text: t(`run.delivery.${state}`), current: state === shown },
    href: `/console/runs/${run}?show=${state}#deliveries`,
  });
  return {
    ...{ run: String(run), total, handled, rate: rateOf(course) },
    percent: total ? Math.floor((handled * 100) / total) : 0,
    badge: runBadge(reading, course.state),
    parts: partsOf(course),
    states: SHOWN.map(entry),
    rarer: RARER.filter((state) => figures[state]).map((state) => entry(['held', state])),
    left: leftOf(reading, course),
    chart: rateChart(reading, course),
    canary: canary && {
      ...{ size: canary.size, standing: canary.standing, sent: canary.sent },
      reason: canary.reason && again(canary.reason),
      failed: canary.failed + canary.bounced,
      until: canary.until ? formatTime(canary.until, language, zone) : null,
      sending: canary.standing === 'sending',
      waiting: canary.standing === 'waiting',
      stopped: canary.standing === 'stopped',
      released: canary.standing === 'released',
    },
  };
}

/** A minute's worth is said once so many have gone at all, and while they go. */
const rateOf = ({ state, perMinute, handled }: RunCourse): number | null =>
  state === 'running' && perMinute > 0 && perMinute <= handled ? perMinute : null;

/** In percent of the width, one after the other. */
function partsOf({ total, figures }: RunCourse) {
  let x = 0;
  return PARTS.flatMap(([look, states]) => {
    const n = states.reduce((sum, state) => sum + figures[state], 0);
    const width = total ? Math.round((n / total) * 10_000) / 100 : 0;
    const part = { look, x: Math.round(x * 100) / 100, width };
    x += width;
    return n ? [part] : [];
  });
}

/** The first seconds tell little of the rest: connections are opened, and four that went are no pace. */
const isBegun = (course: RunCourse): boolean =>
  rateOf(course) === null && course.now.getTime() - (course.startedAt ?? course.now).getTime() < 60_000;

/** What is to be said of the rest: how long it takes, or why nothing moves. */
function leftOf({ t }: Reading, course: RunCourse): string {
  const { state, endsAt, now, figures } = course;
  if (state !== 'running') return t(`run.left.${state}`);
  if (endsAt && isBegun(course)) return t('run.left.begun');
  if (endsAt) {
    const minutes = Math.ceil((endsAt.getTime() - now.getTime()) / 60_000);
    if (minutes > 90) return t('run.left.hours', { hours: Math.round(minutes / 60) });
    return t('run.left.minutes', { minutes });
  }
  return figures.planned || figures.sending
    ? t('run.left.soon')
    : t('run.left.deferred', { count: figures.deferred });
}
