import { parse } from 'csv-parse/sync';
import { Refusal } from '../../errors.ts';
import { readRupees } from '../../money.ts';
import { type Sentence, say } from '../../say.ts';
import { type Columns, findHeads, headOf, type Role } from './columns.ts';

/** One line of a statement. */
export interface StatementLine {
  /** Row of the file, from 1. */
  row: number;
  /** Of India's calendar. */
  day: string;
  /** Paise; what came is positive. */
  amount: bigint;
  balance: bigint | null;
  reference: string | null;
  words: string;
  /** Which of equal lines it is, from 0. */
  ordinal: number;
}

/** A statement as it was read; nothing of it is written yet. */
export interface Statement {
  /** Null when the columns were not recognised: then nothing was read. */
  columns: Columns | null;
  /** Heads to choose from. */
  heads: string[];
  lines: StatementLine[];
  problems: { row: number; what: Sentence }[];
}

const MOST_ROWS = 20_000;
/** What ends the lines: sums, and what the bank says below. */
const END = /statement summary|end of (the )?statement|^\s*\*{3,}|^\s*(grand )?total\b/i;
const NO_LINE = /^\s*(opening balance|closing balance|brought forward|carried forward|[bc]\/f)\b/i;

/**
 * Reads a statement of any bank whose columns are recognised.
 *
 * @param wished what a person said of the columns, or was remembered
 * @throws Refusal when it is no CSV, or too long
 */
export function readStatement(content: Buffer, wished: Columns | null = null): Statement {
  const rows = rowsOf(content);
  const found = findHeads(rows, wished);
  if (found.at === null) {
    const heads = (rows[found.widest] ?? []).map(headOf).filter(Boolean);
    return { columns: null, heads: [...new Set(heads)], lines: [], problems: [] };
  }
  const { at, columns } = found;
  const heads = (rows[at] as string[]).map(headOf);
  const lines: StatementLine[] = [];
  const problems: Statement['problems'] = [];
  const seen = new Map<string, number>();
  let ended = false;
  for (const [i, cells] of rows.slice(at + 1).entries()) {
    const row = at + 2 + i;
    const cell = (role: Role) => {
      const head = columns[role];
      return head === undefined ? '' : (cells[heads.indexOf(head)] ?? '').trim();
    };
    const dated = readDay(cell('day')) !== null;
    ended ||= !dated && cells.some((text) => END.test(text));
    // What stands below the sums is the bank's own, unless it is a line with a date all the same.
    const read = ended && !dated ? null : readLine(cell);
    if (read === null) continue;
    if ('what' in read) {
      problems.push({ row, what: read.what });
      continue;
    }
    const same = [read.day, read.amount, read.balance, read.words].join('\n');
    const ordinal = seen.get(same) ?? 0;
    seen.set(same, ordinal + 1);
    lines.push({ ...read, row, ordinal });
  }
  return { columns, heads: [...new Set(heads.filter(Boolean))], lines, problems };
}

type Read = Omit<StatementLine, 'row' | 'ordinal'>;

/** @returns null for a row that is no line */
function readLine(cell: (role: Role) => string): Read | { what: Sentence } | null {
  const [dayText, words] = [cell('day'), cell('words').replace(/\s+/g, ' ').slice(0, 500)];
  const money = ['debit', 'credit', 'amount'].map((role) => cell(role as Role)).join('');
  if (!dayText || (!money && !words)) return null;
  if (NO_LINE.test(words) || NO_LINE.test(dayText)) return null;
  const day = readDay(dayText);
  if (!day) return { what: say`"${dayText.slice(0, 40)}" is no date such as 27/11/2026.` };
  const amount = amountOf(cell);
  if (typeof amount !== 'bigint') return { what: amount };
  const balance = cell('balance') ? readAmount(cell('balance')) : null;
  if (cell('balance') && balance === null)
    return { what: say`"${cell('balance').slice(0, 40)}" is no balance.` };
  return { day, amount, balance, words, reference: referenceIn(cell('reference'), words) };
}

function amountOf(cell: (role: Role) => string): bigint | Sentence {
  // Some banks write what went with a minus; what came with one is not understood.
  const [out, credit] = [readAmount(cell('debit') || '0'), readAmount(cell('credit') || '0')];
  const debit = out !== null && out < 0n ? -out : out;
  const told = cell('amount');
  if (debit === null || credit === null || credit < 0n || (told && readAmount(told) === null))
    return say`The amount "${(told || cell('debit') || cell('credit')).slice(0, 40)}" cannot be read.`;
  if (debit && credit) return say`It has both a debit and a credit.`;
  const direct = told ? signed(readAmount(told) ?? 0n, cell('sign')) : 0n;
  const amount = credit - debit || direct;
  return amount || say`It has no amount.`;
}

/** A column of `DR` and `CR` counts before what the figure says. */
function signed(amount: bigint, sign: string): bigint {
  const size = amount < 0n ? -amount : amount;
  if (/^\s*(d|dr|debit|withdrawal)\b/i.test(sign)) return -size;
  return /^\s*(c|cr|credit|deposit)\b/i.test(sign) ? size : amount;
}

/** Rupees in paise, with a sign, brackets, or `Cr` and `Dr` behind; a dash is nought. Null when unreadable. */
export function readAmount(text: string): bigint | null {
  const typed = text.replace(/\s+/g, ' ').trim();
  if (/^[-–—]*$/.test(typed)) return 0n;
  const debit = /dr\.?$/i.test(typed) || /^\(.*\)$/.test(typed) || /^[-−–]/.test(typed);
  const bare = typed
    .replace(/\s*[cd]r\.?$/i, '')
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^[-−–+]\s*/, '');
  const read = readRupees(bare.startsWith('.') ? `0${bare}` : bare);
  if (!read.ok) return null;
  return debit ? -read.paise : read.paise;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as Indian banks write it, the day first: `27/11/2026`, `27-11-26`, `27 Nov 2026`. Null when none. */
export function readDay(text: string): string | null {
  const typed = text.trim().replace(/[ T,]+\d{1,2}:\d{2}(:\d{2})?(\s*[ap]m)?$/i, '');
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed);
  const parts = iso
    ? [iso[0], iso[3], iso[2], iso[1]]
    : /^(\d{1,2})[-/. ]([a-z]{3,9}|\d{1,2})[-/. ,]+(\d{4}|\d{2})$/i.exec(typed);
  if (!parts) return null;
  const [, day = '', month = '', year = ''] = parts;
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const number = /^\d/.test(month) ? Number(month) : named;
  const whole = `${year.length === 2 ? `20${year}` : year}-${two(number)}-${two(Number(day))}`;
  const at = new Date(`${whole}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(whole) ? whole : null;
}

const two = (n: number) => String(n).padStart(2, '0');

/** The bank's reference, from its column or out of the words: NEFT and RTGS, UPI and IMPS, a cheque's number. */
function referenceIn(column: string, words: string): string | null {
  const told = column.replace(/^'/, '').trim();
  if (/[1-9]/.test(told) && told.length <= 60) return told.replace(/^0+(?=\d{6}$)/, '');
  const found =
    /\b[A-Z]{4}[A-Z]?\d{10,18}\b/.exec(words) ??
    /\b\d{12}\b/.exec(words) ??
    /\b(?:chq|cheque|clg)\D{0,12}(\d{6})\b/i.exec(words);
  return found ? (found[1] ?? found[0]) : null;
}

function rowsOf(content: Buffer): string[][] {
  const text = textOf(content);
  try {
    const rows: string[][] = parse(text, {
      ...{ delimiter: delimiterOf(text), bom: true, record_delimiter: ['\r\n', '\n', '\r'] },
      ...{ relax_quotes: true, relax_column_count: true, skip_empty_lines: false, to: MOST_ROWS + 1 },
    });
    if (rows.length <= MOST_ROWS) return rows;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal(say`The file is no well-formed CSV. Download it from the bank again, as CSV.`);
  }
  throw new Refusal(
    say`The statement has more than ${MOST_ROWS} rows. Download it in parts, such as by month.`,
  );
}

/** UTF-8, or what older systems of banks write. */
function textOf(content: Buffer): string {
  if (content.includes(0))
    throw new Refusal(say`The file is no CSV. Download the statement as CSV, not as a workbook.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder('windows-1252').decode(content);
  }
}

function delimiterOf(text: string): string {
  const start = text.slice(0, 20_000).replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => start.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
