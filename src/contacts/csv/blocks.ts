import { isUtf8 } from 'node:buffer';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';

/** Whole records of a CSV file, some thousand at a time, still as bytes. */
export interface Block {
  bytes: Buffer;
  /** The line on which `bytes` begins, from 1. */
  firstLine: number;
  /** The line on which each record begins. A quoted cell may make a record several lines long. */
  lines: number[];
}

export interface Source {
  /** As it is called in sentences. */
  name: string;
  delimiter: string;
}

export const MAX_RECORD_BYTES = 1 << 20;
/** A million empty cells fit into a megabyte and take thirty once they are parsed. */
const MAX_CELLS = 10_000;
const BLOCK_RECORDS = 1000;
const BLOCK_CELLS = 50_000;

/**
 * Cuts a stream into blocks of whole records (RFC 4180), holding no more than a record and a block of
 * it, so that a file of any size or shape takes the same memory. Empty lines are left out.
 * @throws Refusal naming the line, for a record over a megabyte or of over 10,000 cells, a quotation mark out of place or never
 *   closed, a zero byte, and text that is not UTF-8
 */
export async function* readBlocks(chunks: AsyncIterable<Buffer>, source: Source): AsyncGenerator<Block> {
  const cut = newCut(source);
  for await (const chunk of chunks) {
    for (const block of push(cut, chunk)) yield requireUtf8(block, source.name);
  }
  for (const block of end(cut)) yield requireUtf8(block, source.name);
}

const [FIELD_START, PLAIN, QUOTED, QUOTE_IN_QUOTED] = [0, 1, 2, 3];
const [LF, CR, QUOTE] = [10, 13, 34];
const BOM = [0xef, 0xbb, 0xbf];

/** How far the cutting got. Offsets count from the start of the file. */
interface Cut {
  name: string;
  comma: number;
  state: number;
  offset: number;
  line: number;
  wasCr: boolean;
  /** Where the quotation mark that is open stands. */
  quoteLine: number;
  recordLine: number;
  recordStart: number;
  /** Delimiters in the record, and in the records of the block. */
  cells: number;
  blockCells: number;
  /** What the next block will hold. */
  held: Buffer[];
  heldBytes: number;
  lines: number[];
  firstLine: number;
}

const newCut = ({ name, delimiter }: Source): Cut => ({
  ...{ name, comma: delimiter.charCodeAt(0), state: FIELD_START, offset: 0, line: 1, wasCr: false },
  ...{
    quoteLine: 0,
    recordLine: 1,
    recordStart: 0,
    cells: 0,
    blockCells: 0,
    held: [],
    heldBytes: 0,
    lines: [],
    firstLine: 1,
  },
});

function push(cut: Cut, chunk: Buffer): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i] as number;
    if (byte !== LF && byte !== CR) {
      step(cut, byte, cut.offset + i);
    } else if (endLine(cut, byte, cut.offset + i) && mayCut(chunk, i) && isFull(cut, i - from)) {
      hold(cut, chunk.subarray(from, i + 1));
      from = i + 1;
      blocks.push(...take(cut));
    }
  }
  hold(cut, chunk.subarray(from));
  cut.offset += chunk.length;
  requireShort(cut, cut.offset);
  return blocks;
}

function end(cut: Cut): Block[] {
  if (cut.state === QUOTED) {
    throw new Refusal(
      say`${cut.name}, line ${cut.quoteLine}: the quotation mark that opens here is never closed. Close it, or write it twice ("") if it belongs to the text.`,
    );
  }
  endRecord(cut, cut.offset);
  return take(cut);
}

/** One byte that is no line end. */
function step(cut: Cut, byte: number, at: number): void {
  cut.wasCr = false;
  if (cut.state === QUOTED) cut.state = byte === QUOTE ? QUOTE_IN_QUOTED : QUOTED;
  else if (byte === cut.comma) endCell(cut);
  else if (cut.state !== PLAIN) leaveStart(cut, byte, at);
  if (byte === 0) throw zeroByte(cut);
}

/** The first byte of a cell, or the one behind a quotation mark that may have closed it. */
function leaveStart(cut: Cut, byte: number, at: number): void {
  if (byte === QUOTE) {
    if (cut.state === FIELD_START) cut.quoteLine = cut.line;
    cut.state = QUOTED;
  } else if (cut.state === QUOTE_IN_QUOTED) throw strayQuote(cut);
  else if (at < 3 && byte === BOM[at]) cut.recordStart = at + 1;
  else cut.state = PLAIN;
}

function endCell(cut: Cut): void {
  cut.state = FIELD_START;
  if (++cut.cells <= MAX_CELLS) return;
  throw new Refusal(
    say`${cut.name}, line ${cut.recordLine}: this row has more than ${MAX_CELLS} cells, which no contact has. Nothing more was read; correct the file and import it again.`,
  );
}

/** @returns whether the record ends with the line */
function endLine(cut: Cut, byte: number, at: number): boolean {
  const ends = cut.state !== QUOTED;
  if (ends) endRecord(cut, at);
  if (byte === CR || !cut.wasCr) cut.line++; // CR LF is one line end
  cut.wasCr = byte === CR;
  if (ends) cut.recordLine = cut.line;
  return ends;
}

function endRecord(cut: Cut, at: number): void {
  requireShort(cut, at);
  if (at > cut.recordStart) cut.lines.push(cut.recordLine);
  cut.recordStart = at + 1;
  cut.state = FIELD_START;
  cut.blockCells += cut.cells;
  cut.cells = 0;
}

/** Not between CR and LF. */
const mayCut = (chunk: Buffer, i: number) => chunk[i] === LF || (i + 1 < chunk.length && chunk[i + 1] !== LF);

const isFull = (cut: Cut, more: number) =>
  cut.lines.length >= BLOCK_RECORDS ||
  cut.blockCells >= BLOCK_CELLS ||
  cut.heldBytes + more >= MAX_RECORD_BYTES;

function hold(cut: Cut, bytes: Buffer): void {
  cut.held.push(bytes);
  cut.heldBytes += bytes.length;
}

function take(cut: Cut): Block[] {
  const block = { bytes: Buffer.concat(cut.held), firstLine: cut.firstLine, lines: cut.lines };
  Object.assign(cut, { held: [], heldBytes: 0, lines: [], blockCells: 0, firstLine: cut.line });
  return block.lines.length ? [block] : [];
}

function requireShort(cut: Cut, at: number): void {
  if (at - cut.recordStart <= MAX_RECORD_BYTES) return;
  const open = say`Is the quotation mark that opens on line ${cut.quoteLine} missing its end? `;
  throw new Refusal(
    say`${cut.name}, line ${cut.recordLine}: this row is longer than 1 MB, which no contact is. ${cut.state === QUOTED ? open : ''}Nothing more was read; correct the file and import it again.`,
  );
}

const zeroByte = (cut: Cut) =>
  new Refusal(
    say`${cut.name}, line ${cut.line}: there is a zero byte, so this is no text file, a damaged one, or UTF-16. Save it as "CSV UTF-8" and import that.`,
  );

const strayQuote = (cut: Cut) =>
  new Refusal(
    say`${cut.name}, line ${cut.line}: text follows a closing quotation mark (the cell opens on line ${cut.quoteLine}). A quotation mark inside a cell is written twice (""); correct the line and import the file again.`,
  );

function requireUtf8(block: Block, name: string): Block {
  if (isUtf8(block.bytes)) return block;
  throw new Refusal(
    say`${name}, line ${firstBadLine(block)}: the text is not UTF-8, so names would be spoilt. Save the file as "CSV UTF-8" and import that.`,
  );
}

function firstBadLine({ bytes, firstLine }: Block): number {
  let start = 0;
  let line = firstLine;
  for (let i = 0; i < bytes.length; i++) {
    const isCrLf = bytes[i] === CR && bytes[i + 1] === LF;
    if ((bytes[i] !== LF && bytes[i] !== CR) || isCrLf) continue;
    if (!isUtf8(bytes.subarray(start, i))) break;
    start = i + 1;
    line++;
  }
  return line;
}
