import { scaleLinear, scaleTime } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { RunCourse } from '../../../deliveries/course.ts';
import { formatNumber, formatTime } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';

/** The frame of the drawing, without the room for its words. */
const [WIDTH, HEIGHT, TOP] = [320, 120, 8];
/** A time under it, in Malayalam, is so wide. */
const LABEL = 60;

export interface RateChart {
  area: string;
  line: string;
  rows: { y: number; text: string }[];
  from: string;
  /** Whether there is room to write that at the axis, beside the present. */
  fromFits: boolean;
  now: { x: number; y: number; text: string; anchor: 'middle' | 'end' };
  /** Where the rest will have gone at this rate. */
  coming: { x: number; text: string } | null;
  /** The same in numbers. */
  table: { at: Date; n: number }[];
}

/** Mails a minute since a run began, and until when at that rate; null before anything went. */
export function rateChart(reading: Reading, course: RunCourse): RateChart | null {
  const { series, endsAt, now, state } = course;
  if (!series) return null;
  const { seconds, from, counts } = series;
  const at = (span: number) => new Date(from.getTime() + span * seconds * 1000);
  const rates = counts.map((n) => (n * 60) / seconds);
  const points = rates.map((rate, span): [Date, number] => [at(span), rate]);
  const last = points.at(-1) as [Date, number];
  const runs = state === 'running';
  const until = runs ? later(now, last[0]) : at(counts.length);
  // The present span is not over, so its count says nothing yet.
  if (runs && points.length > 1) points.pop();
  points.push([until, runs ? course.perMinute : last[1]]);
  const x = scaleTime([from, later(endsAt, until)], [0, WIDTH]);
  const most = Math.max(1, ...points.map(([, rate]) => rate));
  const y = scaleLinear([0, most], [HEIGHT, TOP]).nice(3);
  const round = (n: number) => Math.round(n * 10) / 10;
  const time = (moment: Date) => formatTime(moment, reading.language, reading.zone);
  const end = round(x(until));
  return {
    area:
      area<[Date, number]>(
        (p) => x(p[0]),
        HEIGHT,
        (p) => y(p[1]),
      ).digits(1)(points) ?? '',
    line:
      line<[Date, number]>(
        (p) => x(p[0]),
        (p) => y(p[1]),
      ).digits(1)(points) ?? '',
    rows: y
      .ticks(3)
      .filter(Number.isInteger)
      .map((n) => ({ y: round(y(n)), text: formatNumber(n) })),
    from: time(from),
    fromFits: end > 2 * LABEL,
    now: {
      x: end,
      y: round(y(points.at(-1)?.[1] ?? 0)),
      text: time(until),
      anchor: end > WIDTH - 24 ? 'end' : 'middle',
    },
    coming: endsAt && WIDTH - end > 1.5 * LABEL ? { x: WIDTH, text: time(endsAt) } : null,
    table: counts.map((n, span) => ({ at: at(span), n })).slice(-20),
  };
}

const later = (one: Date | null, other: Date): Date => (one && one > other ? one : other);
