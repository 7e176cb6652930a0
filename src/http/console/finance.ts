import type { Request } from 'express';
import type { Role } from '../../access/users.ts';
import type { Fund } from '../../giving/funds.ts';
import { formatAmount, formatDay, type Language } from '../../i18n.ts';
import { type AmountFault, readRupees } from '../../money.ts';
import { asked, askedId } from './contacts/reading.ts';
import type { Reading } from './shell.ts';

/** Who keeps the books: nobody else writes in them. */
export const FINANCE: readonly Role[] = ['finance'];

/** Rows of a page of a list. */
export const PAGE = 50;

/** Rows for one page out of one more than it shows, and where the next begins. */
export function paged<T extends { id: string }>(req: Request, rows: T[], path: string) {
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  const join = path.includes('?') ? '&' : '?';
  const next = rows.length > PAGE && last ? `${path}${join}after=${last.id}` : null;
  const first = asked(req, 'after') ? path : null;
  return { rows: shown, pager: next || first ? { first, next } : null };
}

/** Where a page of a list of ours begins. */
export const afterIn = (req: Request): string | undefined => askedId(req, 'after');

/** A day of India's calendar in words. */
export const dayText = (day: string | null, language: Language): string =>
  day ? formatDay(new Date(`${day}T12:00:00+05:30`), language, 'Asia/Kolkata') : '';

/** The name of a fund, by its account. */
export const fundName = (code: string, { t }: Pick<Reading, 't'>): string =>
  code.startsWith('fund.general.') ? t('give.to') : code.split('.').slice(2, -1).join(' ');

/** Funds for a select, with what each holds. */
export const fundOptions = (
  funds: Fund[],
  chosen: string,
  { reading, named }: { reading: Reading; named(words: string): string },
) =>
  funds.map(({ code, stream, held }) => ({
    value: code,
    text: `${named(fundName(code, reading))} · ${reading.t(`offline.stream.${stream}`)} · ${formatAmount(held)}`,
    selected: code === chosen,
  }));

/** Rupees that were typed, or what is wrong with them in words. */
export function readSum(text: string, { t }: Pick<Reading, 't'>): { paise: bigint; fault: string | null } {
  const read = readRupees(text);
  if (read.ok) return { paise: read.paise, fault: read.paise > 0n ? null : t('offline.fault.empty') };
  return { paise: 0n, fault: t(`offline.fault.${read.fault satisfies AmountFault}`) };
}
