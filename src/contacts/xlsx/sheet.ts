import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import type { RowBlock } from '../row-file.ts';
import type { Book } from './book.ts';
import { dateText, numberText } from './numbers.ts';
import { unescapeText } from './strings.ts';
import { parsePart } from './xml.ts';
import type { Zip } from './zip.ts';

const MAX_COLUMNS = 16_384;
const MAX_ROW = 2 ** 20;
const BLOCK = 1000;

/** A cell under way. */
interface Cell {
  at: number;
  name: string;
  type: string;
  style: number;
  value: string;
  hasValue: boolean;
  formula: boolean;
}

interface Reading {
  book: Book;
  name: string;
  block: Required<RowBlock>;
  row: string[];
  line: number;
  size: number;
  faults: string[];
  cell: Cell | undefined;
  /** Whether text belongs to the cell's value. */
  inValue: boolean;
}

const newBlock = (): Required<RowBlock> => ({ records: [], lines: [], faults: new Map() });

/**
 * Reads a sheet row by row, the header included, in blocks of a thousand rows; rows without anything in
 * them are left out. Days and numbers become text. A formula counts with the value that the spreadsheet
 * kept; nothing is ever computed, and a row with a formula without one is marked as at fault.
 * @throws Refusal when it is no sheet, or a row is longer than a megabyte
 */
export async function* readSheet(zip: Zip, book: Book): AsyncGenerator<RowBlock> {
  const reading: Reading = {
    ...{ book, name: zip.name, block: newBlock(), row: [], line: 0, size: 0 },
    ...{ faults: [], cell: undefined, inValue: false },
  };
  const handlers = {
    open: (name: string, attributes: Record<string, string>) => openTag(reading, name, attributes),
    text: (text: string) => addText(reading, text),
    close: (name: string) => closeTag(reading, name),
  };
  for await (const _ of parsePart(zip, book.part, handlers)) {
    if (reading.block.records.length >= BLOCK) yield takeBlock(reading);
  }
  if (reading.block.records.length) yield takeBlock(reading);
}

function takeBlock(reading: Reading): RowBlock {
  const { block } = reading;
  reading.block = newBlock();
  return block;
}

function openTag(reading: Reading, name: string, attributes: Record<string, string>): void {
  const { cell } = reading;
  if (name === 'row') {
    const line = Number(attributes.r ?? reading.line + 1);
    Object.assign(reading, { row: [], faults: [], size: 0, line });
  } else if (name === 'c') reading.cell = newCell(reading, attributes);
  else if (!cell) return;
  else if (name === 'f') cell.formula = true;
  else if (name === 'v' || name === 't') {
    reading.inValue = true;
    cell.hasValue = true;
  } else if (name === 'rPh') reading.inValue = false;
}

function newCell({ row, name: file }: Reading, { r, t = 'n', s = '0' }: Record<string, string>): Cell {
  const letters = /^[A-Z]+/.exec(r ?? '')?.[0];
  const at = letters ? columnOf(letters) : row.length;
  if (at >= MAX_COLUMNS) throw new Refusal(say`${file} has more columns than a workbook can (${r ?? ''}).`);
  return { at, name: r ?? '', type: t, style: Number(s), value: '', hasValue: false, formula: false };
}

const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function addText(reading: Reading, text: string): void {
  if (!reading.inValue || !reading.cell) return;
  reading.cell.value += text;
  reading.size += text.length;
  if (reading.size <= MAX_ROW) return;
  throw new Refusal(say`${reading.name}, row ${reading.line} is longer than 1 MB, which no contact is.`);
}

function closeTag(reading: Reading, name: string): void {
  if (name === 'v' || name === 't') reading.inValue = false;
  else if (name === 'c' && reading.cell) {
    endCell(reading, reading.cell);
    reading.cell = undefined;
  } else if (name === 'row') endRow(reading);
}

function endCell(reading: Reading, cell: Cell): void {
  const text = cellText(reading.book, cell);
  if (cell.formula && text === '' && cell.type !== 'str') {
    reading.faults.push(
      `cell ${cell.name} holds a formula without a value; open and save the file in a spreadsheet, or write the value`,
    );
  }
  if (cell.type === 'e') reading.faults.push(`cell ${cell.name} holds the error ${text}`);
  if (text === '') return;
  while (reading.row.length < cell.at) reading.row.push('');
  reading.row[cell.at] = text;
}

function cellText(book: Book, { type, value, style }: Cell): string {
  if (type === 's') return value === '' ? '' : (book.strings(Number(value)) ?? '');
  if (type === 'b') return value === '' ? '' : value === '0' ? 'false' : 'true';
  if (type === 'n') return book.isDate(style) ? dateText(value, book.since) : numberText(value);
  return type === 'd' || type === 'e' ? value : unescapeText(value);
}

function endRow({ block, row, line, faults }: Reading): void {
  if (!faults.length && row.every((cell) => cell.trim() === '')) return;
  if (faults.length) block.faults.set(block.records.length, faults.join('; '));
  block.records.push(row);
  block.lines.push(line);
}
