/** RFC 2045 section 6.7 and 6.8: the two transfer encodings, each in pieces that can be joined freely. */

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

/** Bytes (one per character) that can be encoded after 0, 1 or 2 bytes left over from what stands before. */
export interface Base64Piece {
  bytes: string;
  /** By the number of bytes left over before; made when first wanted. */
  phases: (Base64Phase | undefined)[];
}
interface Base64Phase {
  /** Completes the group that was begun before. */
  head: string;
  /** Whole groups, on lines of 72: four characters fit in front of the first. */
  lines: string;
  /** Left over for what follows. */
  tail: string;
}

export function base64Piece(text: string): Base64Piece {
  const canonical = text.replace(/\r\n?|\n/g, CRLF);
  return { bytes: Buffer.from(canonical, 'utf8').toString('latin1'), phases: [] };
}

function phaseOf(piece: Base64Piece, leftOver: number): Base64Phase {
  const known = piece.phases[leftOver];
  if (known) return known;
  const head = (3 - leftOver) % 3;
  const end = piece.bytes.length - ((piece.bytes.length - head) % 3);
  const groups = Buffer.from(piece.bytes.slice(head, end), 'latin1').toString('base64');
  const phase = {
    head: piece.bytes.slice(0, head),
    lines: groups.replace(/.{1,72}/g, `$&${CRLF}`),
    tail: piece.bytes.slice(end),
  };
  piece.phases[leftOver] = phase;
  return phase;
}

/** Joins pieces to one base64 stream without padding inside, in lines of at most 76. */
export interface Base64Stream {
  out: string;
  leftOver: string;
}

export function addBase64(stream: Base64Stream, piece: Base64Piece): void {
  const { leftOver } = stream;
  if (leftOver.length + piece.bytes.length < 3) {
    stream.leftOver += piece.bytes;
    return;
  }
  const { head, lines, tail } = phaseOf(piece, leftOver.length);
  if (leftOver !== '') stream.out += group(leftOver + head) + (lines || CRLF);
  else stream.out += lines;
  stream.leftOver = tail;
}

export function endBase64(stream: Base64Stream): string {
  if (stream.leftOver === '') return stream.out;
  return `${stream.out}${Buffer.from(stream.leftOver, 'latin1').toString('base64')}${CRLF}`;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAIRS = Array.from({ length: 4096 }, (_, n) => `${DIGITS[n >> 6]}${DIGITS[n & 63]}`);

/** Three bytes as four characters. */
function group(bytes: string): string {
  const middle = bytes.charCodeAt(1);
  const first = (bytes.charCodeAt(0) << 4) | (middle >> 4);
  const second = ((middle & 15) << 8) | bytes.charCodeAt(2);
  return (PAIRS[first] as string) + (PAIRS[second] as string);
}
