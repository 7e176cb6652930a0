import { csvCell } from '../contacts/csv/rejects.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { financialYear, receiptNumber } from './calendar.ts';
import { type Approval, receiptSettings } from './issuer.ts';
import type { ReceiptWords } from './receipts.ts';
import { daysOf } from './statement.ts';

/** The statement of donations, and the section under which a donor may deduct, by the law of a year. */
const LAWS = {
  /** Income-tax Act 2025, sections 133 and 354; Income-tax Rules 2026, rule 190. */
  'Form 113': 'Section 133',
  /** Income-tax Act 1961, section 80G(5)(viii); Income-tax Rules 1962, rule 18AB. */
  'Form 10BD': 'Section 80G',
} as const;
type Form = keyof typeof LAWS;

/** Part B of both forms, in its order ("Details of donors and donations", template of the e-filing portal). */
const HEADS = [
  ...['Sl. No.', 'Pre Acknowledgement Number', 'ID Code', 'Unique Identification Number', 'Section Code'],
  ...['Unique Registration Number (URN)', 'Date of Issuance of Unique Registration Number'],
  ...['Name of donor', 'Address of donor', 'Donation Type', 'Mode of receipt'],
  'Amount of donation (Indian rupees)',
];

/** By the names of the portal's list; a PAN is wanted first. */
const IDS: Record<string, string> = {
  ...{ pan: 'Permanent Account Number', aadhaar: 'Aadhaar Number', tin: 'Tax Identification Number' },
  passport: 'Passport number',
};

/** By the names of the portal's list; what is no cash is electronic or goes through an account. */
const CASH = ['cash', 'box', 'coupon'];
const modeOf = (mode: string) =>
  CASH.includes(mode) ? 'Cash' : 'Electronic modes including account payee cheque/draft';

/** A gift that the statement cannot name. */
export interface Problem {
  receipt: string;
  missing: ('identity' | 'address')[];
}

export interface TaxStatement {
  form: Form;
  year: string;
  csv: string;
  /** Donors in it. */
  lines: number;
  /** Paise in it. */
  sum: bigint;
  problems: Problem[];
}

/** The law changed with 1 April 2026. */
const formOf = (year: string): Form => (year >= '2026-27' ? 'Form 113' : 'Form 10BD');

/**
 * What the department wants to know of a year's gifts: one line for each donor and mode, without what went back and
 * without what cannot be named, which is listed apart. Money from abroad is reported elsewhere.
 *
 * @param year `2026-27`
 * @throws Refusal (409) while no approval is set: there is nothing to deduct, so nothing is stated
 */
export async function taxStatement(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  year: string,
): Promise<TaxStatement> {
  const { approval } = await receiptSettings(sql);
  if (!approval)
    throw new Refusal(
      say`No approval for tax deductions is set, so there is no statement to make. When the fund has one, enter it with "wecare receipts set".`,
      409,
    );
  const { rows } = await sql.query<Row>(
    `SELECT r.number, r.year, r.words, (g.amount - g.refunded)::bigint AS left
       FROM donation g JOIN receipt r ON r.donation_id = g.id AND r.cancelled_at IS NULL
      WHERE g.stream = 'domestic' AND g.given_on BETWEEN $1 AND $2 AND g.refunded < g.amount
      ORDER BY r.year, r.number`,
    daysOf(year),
  );
  const gifts = rows.map((row) => giftOf(row, keys));
  const named = gifts.filter(({ missing }) => !missing.length);
  const lines = perDonor(named);
  const form = formOf(year);
  return {
    ...{ form, year, lines: lines.length, csv: csvOf(lines, { form, approval }) },
    sum: named.reduce((sum, { paise }) => sum + paise, 0n),
    problems: gifts
      .filter(({ missing }) => missing.length)
      .map(({ receipt, missing }) => ({ receipt, missing })),
  };
}

interface Row {
  number: string;
  year: string;
  words: Buffer;
  left: string;
}

interface Stated {
  receipt: string;
  paise: bigint;
  donor: ReceiptWords['donor'];
  mode: string;
  missing: Problem['missing'];
}

function giftOf({ number, year, words, left }: Row, keys: Ground['keys']): Stated {
  const { donor, day, mode }: ReceiptWords = JSON.parse(keys.open('receipt-words', words));
  const missing: Problem['missing'] = [
    ...(donor.identity && IDS[donor.identity.kind] ? [] : (['identity'] as const)),
    ...(donor.address ? [] : (['address'] as const)),
  ];
  const receipt = receiptNumber('domestic', year || financialYear(day), BigInt(number));
  return { receipt, paise: BigInt(left), donor, mode: modeOf(mode), missing };
}

/** Gifts by one number in one mode are one line, with the name and address of the last. */
function perDonor(gifts: Stated[]): Stated[] {
  const byDonor = new Map<string, Stated>();
  for (const gift of gifts) {
    const key = `${gift.mode} ${gift.donor.identity?.kind} ${gift.donor.identity?.number}`;
    const before = byDonor.get(key)?.paise ?? 0n;
    byDonor.set(key, { ...gift, paise: before + gift.paise });
  }
  return [...byDonor.values()];
}

function csvOf(lines: Stated[], { form, approval }: { form: Form; approval: Approval }): string {
  const rows = lines.map(({ donor, paise, mode }, at) => [
    ...[String(at + 1), '', IDS[donor.identity?.kind ?? ''] ?? '', donor.identity?.number ?? ''],
    ...[LAWS[form], approval.urn, approval.issuedOn, donor.name, oneLine(donor.address ?? '')],
    // Neither for the corpus nor a grant.
    ...['Others', mode, rupees(paise)],
  ]);
  return [HEADS, ...rows].map((row) => row.map((cell) => csvCell(cell)).join(',')).join('\r\n');
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ', ').trim();

/** Plain, as the portal reads it: `1500.50`. */
const rupees = (paise: bigint) => `${paise / 100n}.${String(paise % 100n).padStart(2, '0')}`;
