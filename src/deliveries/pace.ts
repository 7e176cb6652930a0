import type { Queryable } from '../db.ts';

/** How a run goes that is under way and too large to be counted by its rows. */
interface UnderWay {
  startedAt: Date | null;
  /** Outcomes until now. */
  handled: number;
  now: Date;
}

interface Pace {
  /** In the last minute, or as if it were one. */
  perMinute: number;
  series: { seconds: number; from: Date; counts: number[] } | null;
}

interface Noted {
  at: Date;
  handled: number;
}

/** Spans people can read a time axis by; how far a run is, is noted every ten seconds. */
const SPANS = [10, 30, 60, 300, 900, 3600, 21_600, 86_400];
const MOST_SPANS = 60;

/** How fast a run goes, and went, by what was noted of it. */
export async function paceOf(
  sql: Queryable,
  run: bigint,
  { startedAt, handled, now }: UnderWay,
): Promise<Pace> {
  if (!startedAt) return { perMinute: 0, series: null };
  const { rows } = await sql.query<Noted>('SELECT at, handled FROM run_pace WHERE run = $1 ORDER BY at', [
    run,
  ]);
  const begin: Noted = { at: rows[0] && rows[0].at < startedAt ? rows[0].at : startedAt, handled: 0 };
  const noted = [begin, ...rows, { at: now, handled }];
  const minuteAgo = now.getTime() - 60_000;
  const before = noted.findLast(({ at }) => at.getTime() <= minuteAgo) ?? begin;
  const minutes = Math.max(3000, now.getTime() - before.at.getTime()) / 60_000;
  return {
    perMinute: Math.max(0, Math.round((handled - before.handled) / minutes)),
    series: handled ? seriesOf(noted) : null,
  };
}

/** What came between two notes counts where the later one lies. */
function seriesOf(noted: Noted[]): Pace['series'] {
  const from = noted[0]?.at ?? new Date(0);
  const length = ((noted.at(-1)?.at ?? from).getTime() - from.getTime()) / 1000;
  const seconds = SPANS.find((span) => length / span <= MOST_SPANS) ?? Math.ceil(length / MOST_SPANS);
  const counts = Array<number>(Math.floor(length / seconds) + 1).fill(0);
  for (const [i, { at, handled }] of noted.entries()) {
    const span = Math.floor((at.getTime() - from.getTime()) / 1000 / seconds);
    const more = handled - (noted[i - 1]?.handled ?? 0);
    counts[span] = Math.max(0, (counts[span] ?? 0) + more);
  }
  return { seconds, from, counts };
}
