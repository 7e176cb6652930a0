import type { Queryable } from '../db.ts';
import { found } from '../errors.ts';
import { say } from '../say.ts';
import { digestOf, READ_AT_ONCE } from './digest.ts';
import { paceOf } from './pace.ts';
import { type CanaryProgress, canaryProgress, countedFigures, type Figures } from './progress.ts';
import { type DeliveryState, deliveryStates, type RunState } from './states.ts';

/** How a run goes, as whoever watches it sees it. */
export interface RunCourse {
  run: bigint;
  state: RunState;
  total: number;
  reason: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  figures: Figures;
  /** Deliveries with an outcome. */
  handled: number;
  /** In the last minute, or as if it were one. */
  perMinute: number;
  /** When the rest will have gone at that rate; null while nothing goes. */
  endsAt: Date | null;
  /** Outcomes by time: each entry is one span of `seconds`, empty ones too. */
  series: { seconds: number; from: Date; counts: number[] } | null;
  canary: CanaryProgress | null;
  /** It ended and was large: its rate is still to be counted. */
  preparing: boolean;
  /** By the database's clock, as all of the above. */
  now: Date;
}

/** Spans people can read a time axis by. */
const SPANS = [1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400];
const MOST_SPANS = 60;
const HANDLED: DeliveryState[] = ['sent', 'failed', 'unknown', 'bounced', 'complained'];

/**
 * How a run goes, at once however large it is: a small one is counted by its rows, a large one by its
 * counters, which say the same, and its rate is read from what was noted while it went.
 * @param few a run of at most so many deliveries is small
 * @throws Refusal (404) when there is no such run
 */
export async function runCourse(sql: Queryable, run: bigint, few = READ_AT_ONCE): Promise<RunCourse> {
  const digest = await digestOf(sql, run, few);
  if (digest === undefined) return countCourse(sql, run);
  const { rows } = await sql.query<Head>(HEAD, [run]);
  const head = found(rows[0], say`There is no run ${run}.`);
  const figures = await countedFigures(sql, run);
  const ended = head.endedAt !== null;
  const pace = ended
    ? { perMinute: 0, series: digest?.series ?? null }
    : await paceOf(sql, run, { ...head, handled: handledIn(figures) });
  return {
    ...courseOf({ run, head, figures, perMinute: pace.perMinute }),
    ...{ series: pace.series, canary: await canaryProgress(sql, run), preparing: ended && !digest },
  };
}

/**
 * Counts everything of a run by its rows: a million take a second or two.
 * @throws Refusal (404) when there is no such run
 */
export async function countCourse(sql: Queryable, run: bigint): Promise<RunCourse> {
  const { rows } = await sql.query<Head>(HEAD, [run]);
  const { rows: times } = await sql.query<{ first: Date | null; last: Date | null }>(TIMES, [run]);
  const head = found(rows[0], say`There is no run ${run}.`);
  const { first, last } = times[0] ?? { first: null, last: null };
  const span = {
    from: first,
    until: ['running', 'paused'].includes(head.state) ? head.now : last,
    now: head.now,
  };
  const seconds = secondsOf(span);
  const { rows: counted } = await sql.query<Counted>(COUNT, [run, first, seconds]);
  const figures = Object.fromEntries(deliveryStates.map((name) => [name, 0])) as Figures;
  for (const { state, n } of counted) figures[state] += n;
  const course = courseOf({ run, head, figures, perMinute: rateOf(span, counted) });
  return {
    ...course,
    series:
      first && course.handled
        ? { seconds, from: first, counts: countsOf(counted, spansIn(span, seconds)) }
        : null,
    canary: await canaryProgress(sql, run),
    preparing: false,
  };
}

const handledIn = (figures: Figures): number => HANDLED.reduce((sum, state) => sum + figures[state], 0);

function courseOf({
  run,
  head,
  figures,
  perMinute,
}: {
  run: bigint;
  head: Head;
  figures: Figures;
  perMinute: number;
}) {
  const left = figures.planned + figures.deferred + figures.sending;
  const goes = head.state === 'running' && perMinute > 0 && left > 0;
  return {
    ...{ run, state: head.state, total: head.total, reason: head.reason, now: head.now },
    ...{ startedAt: head.startedAt, endedAt: head.endedAt, figures, handled: handledIn(figures), perMinute },
    endsAt: goes ? new Date(head.now.getTime() + (left / perMinute) * 60_000) : null,
  };
}

interface Head {
  state: RunState;
  total: number;
  reason: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  now: Date;
}

/** When deliveries of a run went, by the clock by which they are dated. */
interface Span {
  from: Date | null;
  until: Date | null;
  now: Date;
}

interface Counted {
  state: DeliveryState;
  span: number | null;
  n: number;
  recent: number;
}

const HEAD = `
SELECT state::text AS state, total, reason, started_at AS "startedAt", ended_at AS "endedAt", now() AS now
  FROM run WHERE id = $1`;

const TIMES = 'SELECT min(at) AS first, max(at) AS last FROM delivery WHERE run = $1 AND attempts > 0';

/** $1 run · $2 its beginning · $3 seconds of a span */
const COUNT = `
SELECT state::text AS state,
       CASE WHEN attempts > 0 THEN floor(extract(epoch FROM at - $2::timestamptz) / $3::float8)::int END AS span,
       count(*)::int AS n, count(*) FILTER (WHERE at > now() - interval '1 minute')::int AS recent
  FROM delivery WHERE run = $1 GROUP BY 1, 2`;

/** How many seconds a span has in which outcomes are counted. */
function secondsOf({ from, until }: Span): number {
  if (!from || !until) return 60;
  const seconds = (until.getTime() - from.getTime()) / 1000;
  return SPANS.find((span) => seconds / span <= MOST_SPANS) ?? Math.ceil(seconds / MOST_SPANS);
}

/** A run younger than a minute is reckoned by its age, three seconds at least. */
function rateOf({ from, now }: Span, counted: Counted[]): number {
  if (!from) return 0;
  const recent = counted
    .filter(({ state }) => HANDLED.includes(state))
    .reduce((sum, one) => sum + one.recent, 0);
  const age = Math.max(3, (now.getTime() - from.getTime()) / 1000);
  return Math.round((recent * 60) / Math.min(60, age));
}

/** How many spans have passed since the first delivery, the present one too. */
const spansIn = ({ from, until }: Span, span: number): number =>
  from && until ? Math.floor((until.getTime() - from.getTime()) / 1000 / span) + 1 : 1;

function countsOf(counted: Counted[], spans: number): number[] {
  const handled = counted.filter(({ state, span }) => span !== null && span >= 0 && HANDLED.includes(state));
  const counts = Array<number>(Math.max(spans, ...handled.map(({ span }) => (span ?? 0) + 1))).fill(0);
  for (const { span, n } of handled) counts[span ?? 0] = (counts[span ?? 0] ?? 0) + n;
  return counts;
}
