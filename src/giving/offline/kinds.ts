import { type Sentence, say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { accounts } from '../journal.ts';

/** By what a gift comes that no gateway brings. */
export const offlineKinds = [
  ...(['cheque', 'cash', 'bank', 'mobile', 'treasury', 'wire', 'box', 'coupon', 'goods'] as const),
] as const;
export type OfflineKind = (typeof offlineKinds)[number];

/** One line of what the paper says. */
export interface Detail {
  name: string;
  optional?: boolean;
  fits: (text: string) => boolean;
  /** What is said when it does not fit. */
  fault: Sentence;
}

const matches = (pattern: RegExp) => (text: string) => pattern.test(text);
const words = matches(/^[^\p{Cc}]{2,200}$/u);
const name = matches(/^(?=.*\p{L})[^\p{Cc}<>@]{2,100}$/u);
const number = matches(/^[\p{L}\p{N}][\p{L}\p{N} ()./&-]{0,59}$/u);

const reference: Detail = {
  ...{ name: 'reference', fits: matches(/^[A-Za-z0-9/-]{6,40}$/) },
  fault: say`Write the bank’s reference (UTR): 6 to 40 letters and figures.`,
};
const serial = (field: string): Detail => ({
  ...{ name: field, fits: matches(/^[1-9]\d{0,8}$/) },
  fault: say`Write the serial number in figures.`,
});

/** What is asked of each kind, besides donor, fund, day and amount. */
export const detailsOf: Record<OfflineKind, Detail[]> = {
  cheque: [
    { name: 'number', fits: matches(/^\d{6}$/), fault: say`A cheque’s number has six figures.` },
    { name: 'bank', fits: words, fault: say`Write the bank that the cheque is drawn on.` },
    { name: 'dated', fits: isDay, fault: say`Write the date that stands on the cheque.` },
  ],
  cash: [],
  bank: [reference],
  mobile: [reference, { name: 'by', fits: words, fault: say`Write by which app or operator it came.` }],
  treasury: [
    { name: 'challan', optional: true, fits: number, fault: say`Write the number of the challan.` },
    { name: 'order', optional: true, fits: words, fault: say`Write the number of the Government Order.` },
  ],
  wire: [
    { ...reference, fault: say`Write the reference of the bank’s advice: 6 to 40 letters and figures.` },
    {
      name: 'currency',
      fits: matches(/^(?!INR)[A-Z]{3}$/),
      fault: say`Write the currency by its three letters, such as USD.`,
    },
    {
      name: 'sum',
      fits: matches(/^\d{1,12}(\.\d{1,3})?$/),
      fault: say`Write the foreign amount in figures.`,
    },
    { name: 'country', fits: name, fault: say`Write the country that the money came from.` },
    { name: 'purpose', fits: words, fault: say`Write the purpose, as the bank’s advice has it.` },
  ],
  box: [
    { name: 'box', fits: number, fault: say`Write the number of the box.` },
    { name: 'counter', fits: name, fault: say`Write who counted.` },
    { name: 'witness', fits: name, fault: say`Write who else counted: a box is counted by two.` },
  ],
  coupon: [
    { name: 'series', fits: number, fault: say`Write the letters of the series.` },
    serial('first'),
    serial('last'),
  ],
  goods: [{ name: 'about', fits: matches(/^[^\p{Cc}]{4,300}$/u), fault: say`Describe what was given.` }],
};

export type Details = Record<string, string>;

/** Reads what was typed for a kind; each fault by its field. */
export function readDetails(
  kind: OfflineKind,
  typed: Details,
): { details: Details; faults: Record<string, Sentence> } {
  const fields = detailsOf[kind];
  const details = Object.fromEntries(fields.map((one) => [one.name, clean(typed[one.name] ?? '')]));
  const wrong = fields.filter(({ name: field, optional, fits }) => {
    const text = details[field] as string;
    return text === '' ? !optional : !fits(text);
  });
  const faults = Object.fromEntries(wrong.map((one) => [one.name, one.fault]));
  return { details, faults: { ...faults, ...together(kind, details, faults) } };
}

/** What is wrong only when fields are seen together. */
function together(kind: OfflineKind, details: Details, faults: object): Record<string, Sentence> {
  const { challan, order, counter = '', witness = '', first, last } = details;
  if (kind === 'treasury' && !challan && !order)
    return { challan: say`Write the number of the challan or of the Government Order.` };
  if (kind === 'box' && witness && counter.toLowerCase() === witness.toLowerCase())
    return { witness: say`The same person stands here twice. A box is counted by two.` };
  if (kind === 'coupon' && !('first' in faults || 'last' in faults) && Number(last) < Number(first))
    return { last: say`The last serial number is smaller than the first.` };
  return {};
}

const clean = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Whether a text is a day of the calendar: `2026-11-27`. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** What finance and the bank call it: what a statement of the bank is searched for. */
export function referenceOf(kind: OfflineKind, details: Details): string | null {
  const { number: cheque, reference: told, challan, order, box, series, first, last } = details;
  if (kind === 'coupon') return first === last ? `${series} ${first}` : `${series} ${first}-${last}`;
  return cheque ?? told ?? (challan || order) ?? box ?? null;
}

/** Where the money is once it counts. */
export function placeOf(kind: OfflineKind, stream: Stream): string {
  if (kind === 'cash' || kind === 'box' || kind === 'coupon') return accounts.cash;
  return kind === 'treasury' ? accounts.treasury : accounts.bank(stream);
}
