import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { daysOfYear } from '../calendar.ts';

/** Days of India's calendar, both of them within. */
export interface Period {
  from: string;
  to: string;
}

/**
 * A period as somebody typed it: a financial year (`2026-27`), or its first and last day.
 *
 * @throws Refusal for what is no day, or ends before it begins
 */
export function readPeriod({ year, from, to }: { year?: string; from?: string; to?: string }): Period {
  if (year) {
    const days = daysOfYear(year);
    if (days) return days;
    throw new Refusal(say`"${year}" is no financial year. It looks like 2026-27.`);
  }
  const period = { from: dayOf(from), to: dayOf(to) };
  if (period.from > period.to) throw new Refusal(say`The period ends before it begins.`);
  return period;
}

function dayOf(text = ''): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text;
  throw new Refusal(say`Give the first and the last day as 2026-04-01, or a financial year as 2026-27.`);
}
