import { DateTime } from 'luxon';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';

/** When a day that somebody chose is over in their zone. @throws Refusal for what is no day */
export function endOfDay(text: string, zone: string): Date {
  const day = DateTime.fromISO(text, { zone });
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !day.isValid)
    throw new Refusal(say`${JSON.stringify(text.slice(0, 40))} is no day such as 2027-03-31.`);
  return day.endOf('day').toJSDate();
}

/** The day of a moment in somebody's zone, as `input type=date` takes it. */
export const dayIn = (at: Date | null, zone: string): string =>
  (at && DateTime.fromJSDate(at, { zone }).toISODate()) ?? '';
