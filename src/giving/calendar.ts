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

/** So many financial years until the one of a day of India's calendar, the newest first. */
export function yearsUntil(day: string, count: number): string[] {
  const newest = Number(financialYear(day).slice(0, 4));
  return Array.from({ length: count }, (_, n) => financialYear(`${newest - n}-04-01`));
}

const LETTERS: Record<Stream, string> = { domestic: 'WC', fcra: 'WCF' };

/** How a receipt's number is written: `WC/2026-27/000123`; the streams have a series each. */
export const receiptNumber = (stream: Stream, year: string, number: bigint): string =>
  `${LETTERS[stream]}/${year}/${String(number).padStart(6, '0')}`;

/** Every day from one to another of India's calendar, both of them too; none when the first is the later. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** The days of a financial year: `2026-27` is from `2026-04-01` to `2027-03-31`. Null for what is none. */
export function daysOfYear(text: string): { from: string; to: string } | null {
  const [, year = '', next = ''] = /^(20\d{2})-(\d{2})$/.exec(text) ?? [];
  if (!year || Number(next) !== (Number(year) + 1) % 100) return null;
  return { from: `${year}-04-01`, to: `${Number(year) + 1}-03-31` };
}

/** The parts of a receipt's number as it is written; null for what is none. */
export function readReceiptNumber(text: string): { stream: Stream; year: string; number: bigint } | null {
  const [, letters, year = '', number = ''] =
    /^(WCF?)\/(20\d{2}-\d{2})\/(\d{1,12})$/.exec(text.trim().toUpperCase()) ?? [];
  if (!letters) return null;
  return { stream: letters === LETTERS.fcra ? 'fcra' : 'domestic', year, number: BigInt(number) };
}
