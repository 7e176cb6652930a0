import type { Stream } from '../../../giving/accounts.ts';
import { receiptNumber } from '../../../giving/calendar.ts';
import type { Agreement, Dedication } from '../../../giving/orders.ts';
import type { personalOf } from '../../../giving/personal.ts';
import { formatAmount, formatDay, type Language, translate } from '../../../i18n.ts';

type Data = Awaited<ReturnType<typeof personalOf>>;
type Row = Record<string, unknown>;
/** A label's key and what stands beside it; nothing is shown of what is empty. */
type Line = [label: string, value: string | null];

/** All that is kept about a donor, as they would say it. */
export const readable = (data: Data, language: Language) =>
  (Object.keys(lines) as (keyof Data)[]).map((part) => ({
    title: `my.data.${part}`,
    rows: data[part].map((row) => ({
      lines: lines[part](row, language)
        .filter(([, value]) => value)
        .map(([label, value]) => ({ label, value })),
    })),
  }));

const lines: Record<keyof Data, (row: Row, language: Language) => Line[]> = {
  gifts: (row, language) => [
    ['statement.day', dayOf(row.given_on, language)],
    ['statement.amount', amountOf(row.paise)],
    ['statement.refunded', row.refunded_paise === '0' ? null : amountOf(row.refunded_paise)],
    ['receipt.mode', translate(language, `receipt.mode.${row.mode}`)],
    ['receipt.reference', text(row.reference)],
    ['give.name', text(row.name)],
    ['give.kind', translate(language, `give.kind.${row.kind}`)],
    ['give.email', text(row.email)],
    ['give.phone', text(row.phone)],
    ['give.address', text(row.address)],
    ['my.data.identity', row.identity_kept ? translate(language, 'my.data.identity.kept') : null],
    ['give.message', text(row.message)],
    ['give.dedication', dedicationOf(row.dedication as Dedication | null, language)],
    ['give.agree', ((row.consents ?? []) as Agreement[]).map(({ words }) => words).join(' ')],
  ],
  gifts_by_hand: (row, language) => [
    ['statement.day', dayOf(row.day, language)],
    ['statement.amount', amountOf(row.paise)],
    ['receipt.mode', translate(language, `offline.kind.${row.kind}`)],
    ['my.data.state', translate(language, `offline.state.${row.state}`)],
    ['receipt.reference', text(row.reference)],
  ],
  monthly_gifts: (row, language) => [
    ['my.monthly.begun', momentOf(row.created_at, language)],
    ['statement.amount', amountOf(row.paise)],
    ['my.data.state', translate(language, `my.monthly.${row.state}`)],
    ['my.data.months', String(row.months_paid)],
    ['my.data.next', momentOf(row.next_at, language)],
  ],
  receipts: (row, language) => [
    ['statement.receipt', receiptNumber(row.stream as Stream, String(row.year), BigInt(String(row.number)))],
    ['statement.amount', amountOf(row.paise)],
    ['statement.day', momentOf(row.issued_at, language)],
    ['receipt.cancelled', momentOf(row.cancelled_at, language)],
  ],
  erasure_requests: (row, language) => [
    ['my.data.asked', momentOf(row.asked_at, language)],
    ['my.data.decided', momentOf(row.decided_at, language)],
  ],
};

const text = (value: unknown) => (typeof value === 'string' ? value : null);
const amountOf = (paise: unknown) => formatAmount(BigInt(String(paise)));
/** Of India's calendar. */
const dayOf = (day: unknown, language: Language) => formatDay(new Date(`${day}T12:00:00+05:30`), language);
const momentOf = (at: unknown, language: Language) => (at instanceof Date ? formatDay(at, language) : null);

function dedicationOf(dedication: Dedication | null, language: Language): string | null {
  if (!dedication) return null;
  const { kind, name, tell } = dedication;
  const card = tell && translate(language, 'give.check.card', tell);
  return [`${translate(language, `give.dedication.${kind}`)}: ${name}`, card].filter(Boolean).join('. ');
}
