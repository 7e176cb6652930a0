import type { Stream } from './accounts.ts';

const INDIA = new Intl.DateTimeFormat('en-CA', {
  ...({ timeZone: 'Asia/Kolkata', year: 'numeric', month: '2-digit', day: '2-digit' } as const),
});

/** The day in India at a moment: `2026-11-27`. */
export const indianDay = (at: Date): string => INDIA.format(at);

/** The financial year of a day of India's calendar, April to March: `2026-27` for `2027-03-31`. */
export function financialYear(day: string): string {
  const year = Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < 4 ? 1 : 0);
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
}

const LETTERS: Record<Stream, string> = { domestic: 'WC', fcra: 'WCF' };

/** How a receipt's number is written: `WC/2026-27/000123`; the streams have a series each. */
export const receiptNumber = (stream: Stream, year: string, number: bigint): string =>
  `${LETTERS[stream]}/${year}/${String(number).padStart(6, '0')}`;
