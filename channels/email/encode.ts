/** RFC 2045 section 6.7 and 6.8: the two transfer encodings, each in pieces that can be joined freely. */

import { type Out, reserve, writeBytes, writeText } from './out.ts';

const CRLF = '\r\n';
const SOFT_BREAK = '=\r\n';
const HEX = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
/** One line, nothing to escape, and no dot in front. */
const PLAIN = /^(?!\.|From )[ -<>-~]{1,74}$/;

/**
 * Text as quoted-printable that stands on lines of its own: it ends with a hard or a soft line break,
 * so that pieces are joined by writing one after the other. Lines are at most 76 characters, none
 * ends with a space and none begins with a dot (so SMTP's dot-stuffing never applies).
 * Line feeds become CRLF.
 */
export function quotedPrintable(text: string): string {
  if (PLAIN.test(text)) return text + SOFT_BREAK;
  const lines = text.split(/\r\n?|\n/);
  const last = lines.pop() as string;
  let out = '';
  for (const line of lines) out += quoteLine(line, true) + CRLF;
  return last === '' ? out : out + quoteLine(last, false) + SOFT_BREAK;
}

/** `final` when a hard line break follows, before which a space or tab must be encoded. */
function quoteLine(line: string, final: boolean): string {
  let out = '';
  let column = 0;
  const bytes = Buffer.from(line, 'utf8');
  for (let at = 0; at < bytes.length; at += 1) {
    let code = quoteByte(bytes[at] as number, final && at === bytes.length - 1);
    if (column + code.length > 75) {
      out += SOFT_BREAK;
      column = 0;
    }
    if (column === 0 && mayNotBegin(bytes, at)) code = HEX[bytes[at] as number] as string;
    out += code;
    column += code.length;
  }
  return out;
}

function quoteByte(byte: number, atEnd: boolean): string {
  if (byte === 0x20 || byte === 0x09) return atEnd ? (HEX[byte] as string) : String.fromCharCode(byte);
  return byte > 0x20 && byte < 0x7f && byte !== 0x3d ? String.fromCharCode(byte) : (HEX[byte] as string);
}

/** A dot would be stuffed by SMTP; "From " would be changed by mailboxes in mbox format. */
const mayNotBegin = (bytes: Buffer, at: number) =>
  bytes[at] === 0x2e || (bytes[at] === 0x46 && bytes.toString('latin1', at, at + 5) === 'From ');

/** Bytes that can be encoded after 0, 1 or 2 bytes left over from what stands before. */
export interface Base64Piece {
  bytes: Buffer;
  /** By the number of bytes left over before; made when first wanted. */
  phases: (Base64Phase | undefined)[];
}
interface Base64Phase {
  /** Where the whole groups begin: before it stands what completes the group that was begun before. */
  start: number;
  /** Whole groups, on lines of 72: four characters fit in front of the first. */
  lines: Buffer;
  /** From here on it is left over for what follows. */
  end: number;
}

export function base64Piece(text: string): Base64Piece {
  return { bytes: Buffer.from(text.replace(/\r\n?|\n/g, CRLF), 'utf8'), phases: [] };
}

function phaseOf(piece: Base64Piece, leftOver: number): Base64Phase {
  const known = piece.phases[leftOver];
  if (known) return known;
  const start = (3 - leftOver) % 3;
  const end = piece.bytes.length - ((piece.bytes.length - start) % 3);
  const lines = end - start > SHORT ? inLines(piece.bytes, start, end) : inOneLine(piece.bytes, start, end);
  const phase = { start, end, lines };
  piece.phases[leftOver] = phase;
  return phase;
}

/** What fits on one line: the values of one reader, which are encoded anew for each mail. */
const SHORT = 54;

function inLines(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.toString('base64', start, end).replace(/.{1,72}/g, `$&${CRLF}`), 'latin1');
}

/** By hand: the string between would take three times as long. */
function inOneLine(bytes: Buffer, start: number, end: number): Buffer {
  if (start >= end) return NOTHING;
  const line = Buffer.allocUnsafe(((end - start) / 3) * 4 + CRLF.length);
  const out = { bytes: line, from: 0, at: 0 };
  for (let at = start; at < end; at += 3)
    putGroup(out, bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number);
  line.write(CRLF, out.at, 'latin1');
  return line;
}
const NOTHING = Buffer.alloc(0);

/** Pieces joined to one base64 stream without padding inside, in lines of at most 76. */
export interface Base64Stream {
  out: Out;
  /** Bytes that wait for the rest of their group of three, and how many. */
  waiting: [number, number, number];
  count: number;
}

export function addBase64(stream: Base64Stream, piece: Base64Piece): void {
  const { bytes } = piece;
  if (stream.count + bytes.length < 3) {
    keep(stream, bytes, 0);
    return;
  }
  const { start, lines, end } = phaseOf(piece, stream.count);
  if (stream.count > 0) {
    for (let at = 0; at < start; at++) stream.waiting[stream.count + at] = bytes[at] as number;
    writeGroup(stream);
    if (lines.length === 0) writeText(stream.out, CRLF);
  }
  writeBytes(stream.out, lines);
  stream.count = 0;
  keep(stream, bytes, end);
}

/** Ends the stream, with padding where a group is not whole. */
export function endBase64({ out, waiting, count }: Base64Stream): void {
  if (count > 0) writeText(out, Buffer.from(waiting.slice(0, count)).toString('base64') + CRLF);
}

function keep(stream: Base64Stream, bytes: Buffer, from: number): void {
  for (let at = from; at < bytes.length; at++) stream.waiting[stream.count++] = bytes[at] as number;
}

const DIGITS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');

function writeGroup({ out, waiting: [a, b, c] }: Base64Stream): void {
  reserve(out, 4);
  putGroup(out, a, b, c);
}

/** Three bytes as four characters. */
function putGroup(out: Out, a: number, b: number, c: number): void {
  const { bytes, at } = out;
  bytes[at] = DIGITS[a >> 2] as number;
  bytes[at + 1] = DIGITS[((a & 3) << 4) | (b >> 4)] as number;
  bytes[at + 2] = DIGITS[((b & 15) << 2) | (c >> 6)] as number;
  bytes[at + 3] = DIGITS[c & 63] as number;
  out.at = at + 4;
}
