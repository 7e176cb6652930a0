import { scaleBand, scaleLinear } from 'd3-scale';
import type { Outcome } from '../../../campaigns/outcome.ts';
import type { DeliveryState } from '../../../deliveries/states.ts';
import { formatDay, formatTime } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { percentOf } from './words.ts';

const HEIGHT = 160;
/** At most so many bars; more hours than that share one. */
const BARS = 36;

/** The visits of people over the first days, in bars; null while nobody came. */
export function courseChart(reading: Reading, course: Outcome['course']) {
  if (!course?.hours.length) return null;
  const last = Math.max(...course.hours.map(({ hour }) => hour)) + 1;
  const each = Math.ceil(last / BARS);
  const spans = Array.from({ length: Math.ceil(last / each) }, (_, span) => {
    const within = course.hours.filter(({ hour }) => Math.floor(hour / each) === span);
    const sum = (of: 'opens' | 'clicks') => within.reduce((all, one) => all + one[of], 0);
    return {
      span,
      opens: sum('opens'),
      clicks: sum('clicks'),
      at: new Date(course.from.getTime() + span * each * 3_600_000),
    };
  });
  const x = scaleBand(
    spans.map(({ span }) => String(span)),
    [0, 100],
  ).paddingInner(0.15);
  const y = scaleLinear(
    [0, Math.max(1, ...spans.map(({ opens, clicks }) => Math.max(opens, clicks)))],
    [HEIGHT, 8],
  ).nice(3);
  const half = x.bandwidth() / 2;
  const bar = (n: number, left: number) => ({
    x: two(left),
    y: two(y(n)),
    width: two(half),
    height: two(HEIGHT - y(n)),
  });
  const told = ({ language, zone }: Reading, at: Date) =>
    `${formatDay(at, language, zone)}, ${formatTime(at, language, zone)}`;
  return {
    bars: spans.map(({ span, opens, clicks, at }) => {
      const left = x(String(span)) ?? 0;
      return {
        opens: bar(opens, left),
        clicks: bar(clicks, left + half),
        when: told(reading, at),
        nOpens: opens,
        nClicks: clicks,
      };
    }),
    rows: y
      .ticks(3)
      .filter(Number.isInteger)
      .map((n) => ({ y: two(y(n)), n })),
    from: told(reading, course.from),
    to: told(reading, new Date(course.from.getTime() + last * 3_600_000)),
    each,
  };
}

/** How a bar is divided; what nobody need look at is left white. */
const PARTS: [look: string, states: DeliveryState[]][] = [
  ['sent', ['sent']],
  ['deferred', ['deferred']],
  ['failed', ['failed', 'bounced', 'complained']],
  ['unknown', ['unknown']],
];

/** One row for each language: its share as a bar, and in numbers. */
export function languageRows({ t }: Reading, { languages }: Pick<Outcome, 'languages'>) {
  const sums = languages.map(({ states }) => Object.values(states).reduce((sum, n) => sum + n, 0));
  const most = Math.max(1, ...sums);
  return languages.map(({ language, states }, i) => ({
    name: t('campaign.language', { language }),
    parts: partsOf(states, most),
    ...{ total: sums[i] ?? 0, sent: states.sent, failed: states.failed + states.bounced + states.complained },
    ...{ unknown: states.unknown, share: percentOf(states.sent, sums[i] ?? 0) },
  }));
}

/** One row for each mail domain. */
export function domainRows({ domains }: Pick<Outcome, 'domains'>) {
  const most = Math.max(1, ...domains.rows.map(({ total }) => total));
  return domains.rows.map(({ domain, total, sent, failed, bounced }) => ({
    ...{ name: domain, total, sent, failed: failed + bounced, share: percentOf(sent, total) },
    parts: partsOf({ sent, failed, bounced } as Record<DeliveryState, number>, most),
  }));
}

function partsOf(states: Partial<Record<DeliveryState, number>>, most: number) {
  const x = scaleLinear([0, most], [0, 100]);
  let at = 0;
  return PARTS.flatMap(([look, which]) => {
    const n = which.reduce((sum, state) => sum + (states[state] ?? 0), 0);
    const part = { look, x: two(x(at)), width: two(x(n)) };
    at += n;
    return n ? [part] : [];
  });
}

const two = (n: number) => Math.round(n * 100) / 100;
