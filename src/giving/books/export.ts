import { audit } from '../../access/audit.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { journalRows } from './journal-rows.ts';
import type { Period } from './period.ts';
import { registerRows } from './receipts-register.ts';
import { type Cell, csvOf, type Sheet } from './sheet.ts';
import { tallyOf } from './tally.ts';
import { totalsOf, trialBalance } from './trial-balance.ts';
import { xlsxOf } from './workbook.ts';

export const books = ['journal', 'trial-balance', 'receipts'] as const;
export type Book = (typeof books)[number];
export const bookFormats = ['csv', 'xlsx', 'tally'] as const;
export type BookFormat = (typeof bookFormats)[number];

type Needs = Pick<Ground, 'sql' | 'keys'>;

export interface BookFile {
  name: string;
  type: string;
  chunks: AsyncIterable<string | Buffer>;
}

/**
 * A book of a period as a file that is written while it is read. That it was taken, by whom, is in the log;
 * only the register of receipts tells who gave.
 *
 * @throws Refusal for a form that the book has not
 */
export async function exportBook(
  ground: Needs,
  { book, format, period }: { book: Book; format: BookFormat; period: Period },
  actor: string,
): Promise<BookFile> {
  if (format === 'tally' && book !== 'journal')
    throw new Refusal(say`Tally takes the journal only. Take this one as CSV or XLSX.`);
  await audit(ground.sql, {
    ...{ actor, action: 'books.exported', subjectType: 'book', subjectId: book },
    after: { ...period, format },
  });
  const name = `${book}-${period.from}-${period.to}.${format === 'tally' ? 'xml' : format}`;
  if (format === 'tally')
    return { name, type: 'application/xml', chunks: tallyOf(ground.sql, journalRows(ground.sql, period)) };
  const sheet = SHEETS[book](ground, period);
  return format === 'csv'
    ? { name, type: 'text/csv; charset=utf-8', chunks: csvOf(sheet) }
    : {
        ...{ name, chunks: xlsxOf(sheet) },
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      };
}

const SHEETS: Record<Book, (ground: Needs, period: Period) => Sheet> = {
  journal: ({ sql }, period) => ({
    name: 'Journal',
    heads: ['journal', 'day', 'kind', 'subject', 'account', 'debit', 'credit', 'posted_at', 'seal', 'hash'],
    rows: postingRows(sql, period),
  }),
  'trial-balance': ({ sql }, period) => ({
    name: 'Trial balance',
    heads: ['stream', 'kind', 'account', 'opening', 'debits', 'credits', 'closing'],
    rows: balanceRows(sql, period),
  }),
  receipts: (ground, period) => ({
    name: 'Receipts',
    heads: [
      ...['receipt', 'day', 'donor', 'donor_kind', 'address', 'identity_kind', 'identity', 'amount', 'mode'],
      ...['reference', 'fund', 'issued_on', 'cancelled_on'],
    ],
    rows: receiptRows(ground, period),
  }),
};

async function* postingRows(sql: Needs['sql'], period: Period): AsyncGenerator<Cell[]> {
  for await (const { id, day, kind, subject, at, seal, hash, postings } of journalRows(sql, period))
    for (const { account, amount } of postings)
      yield [
        ...[id, day, kind, subject, account],
        ...[amount > 0n ? amount : null, amount < 0n ? -amount : null, at.toISOString(), seal, hash],
      ];
}

async function* balanceRows(sql: Needs['sql'], period: Period): AsyncGenerator<Cell[]> {
  const rows = await trialBalance(sql, period);
  for (const row of rows)
    yield [row.stream, row.kind, row.account, row.opening, row.debits, row.credits, row.closing];
  const all = totalsOf(rows);
  yield ['', '', 'total', all.opening, all.debits, all.credits, all.closing];
}

async function* receiptRows(ground: Needs, period: Period): AsyncGenerator<Cell[]> {
  for await (const { words, amount, fund, issuedOn, cancelledOn } of registerRows(ground, period)) {
    const { number, day, donor, mode, reference } = words;
    yield [
      ...[number, day, donor.name, donor.kind, donor.address, donor.identity?.kind ?? null],
      ...[donor.identity?.number ?? null, amount, mode, reference, fund, issuedOn, cancelledOn],
    ];
  }
}
