import { EXAMPLES, languageAlone, readLanguage } from '../../languages.ts';
import { normaliseEmail, normalisePhone } from '../addresses.ts';
import type { RowBlock } from '../row-file.ts';
import type { Column, Field } from './columns.ts';

/** What one row says of a person. An empty string says nothing. */
export interface Row {
  /** The line of the file on which it begins. */
  line: number;
  name: string;
  email: string;
  phone: string;
  language: string;
  kind: string;
  district: string;
  attributes: Record<string, string>;
}

/** A row that cannot be imported: as it stood, and why, in words. */
export interface Rejected {
  line: number;
  cells: string[];
  reason: string;
  /** Its parts, where more than one thing is wrong. */
  faults?: string[];
}

const KINDS = new Map([
  ...['individual', 'person', 'വ്യക്തി'].map((word) => [word, 'individual'] as const),
  ...['corporate', 'company', 'കമ്പനി'].map((word) => [word, 'corporate'] as const),
  ...['society', 'സൊസൈറ്റി'].map((word) => [word, 'society'] as const),
  ...['local_body', 'local body', 'local self-government', 'lsg', 'lsgd'].map(
    (word) => [word, 'local_body'] as const,
  ),
  ...['celebrity', 'foundation', 'department', 'endowment', 'agency'].map((word) => [word, word] as const),
]);

const MAX_NAME = 200;
const MAX_VALUE = 2000;

/** Reads a block's records. Rows that are wholly empty say nothing and are passed over. */
export function readBlock({ records, lines, faults }: RowBlock, columns: Column[]): (Row | Rejected)[] {
  return records.flatMap((cells, i) => {
    const [line, reason] = [lines[i] as number, faults?.get(i)];
    if (reason) return [{ line, cells, reason }];
    return cells.some((cell) => cell.trim() !== '') ? [readRow(cells, columns, line)] : [];
  });
}

/** Reads one record by the header's columns. All that is wrong with it is said at once. */
function readRow(cells: string[], columns: Column[], line: number): Row | Rejected {
  const row: Row = {
    line,
    name: '',
    email: '',
    phone: '',
    language: '',
    kind: '',
    district: '',
    attributes: {},
  };
  const wrong: string[] = [];
  const parts = new Map<string, string>();
  const attributes: [string, string][] = [];
  columns.forEach((column, i) => {
    const value = clean(cells[i] ?? '');
    if (!value) return;
    if ('field' in column) readField(row, { field: column.field, value, wrong, parts });
    else if ('attribute' in column) attributes.push([column.attribute, value]);
  });
  row.name ||= [parts.get('first_name'), parts.get('last_name')].filter(Boolean).join(' ');
  row.attributes = Object.fromEntries(attributes);
  wrong.push(...shapeFaults(row, cells, columns));
  return wrong.length ? { line, cells, reason: wrong.join('; '), ...(wrong[1] && { faults: wrong }) } : row;
}

interface Reading {
  field: Field;
  value: string;
  wrong: string[];
  parts: Map<string, string>;
}

function readField(row: Row, { field, value, wrong, parts }: Reading): void {
  if (field === 'first_name' || field === 'last_name') {
    parts.set(field, value);
  } else if (field === 'email' || field === 'phone') {
    const read = field === 'email' ? normaliseEmail(value) : normalisePhone(value);
    if (read.ok) row[field] = read.value;
    else wrong.push(String(read.reason));
  } else if (field === 'language' || field === 'kind') {
    const known = field === 'language' ? languageOf(value) : KINDS.get(value.toLowerCase());
    if (known) row[field] = known;
    else wrong.push(unknownWord(field, value));
  } else row[field] = value;
}

function languageOf(value: string): string | undefined {
  const tag = readLanguage(value);
  return tag === null ? undefined : languageAlone(tag);
}

const unknownWord = (field: 'language' | 'kind', value: string) =>
  field === 'language'
    ? `the language "${value.slice(0, 40)}" is not known; write its tag (${EXAMPLES} or another) or its name, or leave it empty`
    : `the kind "${value.slice(0, 40)}" is not known; write one of ${[...new Set(KINDS.values())].join(', ')}, or leave it empty`;

function shapeFaults(row: Row, cells: string[], columns: Column[]): string[] {
  const extra = cells.slice(columns.length).some((cell) => cell.trim() !== '');
  const isAddress = (c: Column) => 'field' in c && (c.field === 'email' || c.field === 'phone');
  const hasAddress = columns.some((column, i) => isAddress(column) && (cells[i] ?? '').trim() !== '');
  const line = [row.name, row.district];
  const rest = Object.values(row.attributes);
  return [
    extra && `the row has ${cells.length} columns where the first line has ${columns.length}`,
    !hasAddress && 'there is no e-mail address and no phone number',
    line.some((text) => /\p{Cc}/u.test(text)) &&
      'the name or district holds a line break or control character',
    line.some((text) => text.length > MAX_NAME) &&
      `the name or district is longer than ${MAX_NAME} characters`,
    rest.some((text) => /(?![\r\n])\p{Cc}/u.test(text)) && 'a cell holds a control character',
    rest.some((text) => text.length > MAX_VALUE) && `a cell is longer than ${MAX_VALUE} characters`,
  ].filter((fault) => typeof fault === 'string');
}

/**
 * Blanks around a cell go, runs of them become one; an apostrophe goes that keeps a spreadsheet from
 * taking the cell for a formula (our file of rejected rows writes it).
 */
const clean = (cell: string) =>
  cell
    .trim()
    .replace(/^'(?=[=+\-@])/, '')
    .replace(/[^\S\r\n]+/g, ' ')
    .normalize('NFC');
