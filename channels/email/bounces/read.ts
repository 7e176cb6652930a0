/** Bytes read of one mail; the report stands before the returned message, so the rest may go. */
const LONGEST = 10 * 1024 * 1024;
const LONGEST_HEAD = 256 * 1024;
const LONGEST_TEXT = 512 * 1024;
const DEEPEST = 8;
const MOST_PARTS = 200;

export type Headers = ReadonlyMap<string, string>;

export interface Leaf {
  /** Media type in lower case, such as `text/plain`. */
  type: string;
  text: string;
}

export interface ReadMail {
  headers: Headers;
  leaves: Leaf[];
}

/**
 * Takes a mail apart: its headers and its leaves as text, in their order (RFC 2045, RFC 2046).
 * A returned message is one leaf, never entered. Takes raw bytes, of which the first 10 MB count;
 * never throws: what is no MIME is one leaf of plain text.
 */
export function readMail(source: Uint8Array): ReadMail {
  const bytes = source.subarray(0, LONGEST);
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const leaves: Leaf[] = [];
  const { headers, body } = splitEntity(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
  walk({ headers, body, depth: 0 }, leaves);
  return { headers, leaves };
}

/** The header lines of an entity and what follows them; an mbox line before them is passed over. */
export function splitEntity(raw: string): { headers: Headers; body: string } {
  const start = raw.search(/[^\n]/);
  if (start < 0) return { headers: new Map(), body: '' };
  const text = raw.slice(start);
  const at = text.indexOf('\n\n');
  const head = text.slice(0, at < 0 ? LONGEST_HEAD : Math.min(at, LONGEST_HEAD));
  return { headers: readHeaders(head), body: at < 0 ? '' : text.slice(at + 2) };
}

/** Header fields, unfolded, by lower-case name; the first of a name counts. */
export function readHeaders(head: string): Headers {
  const fields = new Map<string, string>();
  let name = '';
  let value: string[] = [];
  const keep = () => {
    if (name && !fields.has(name)) fields.set(name, value.join(' ').trim());
  };
  for (const line of head.split('\n')) {
    if (/^[ \t]/.test(line)) {
      value.push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || colon > 80 || line.startsWith('From ')) continue;
    keep();
    name = line.slice(0, colon).trim().toLowerCase();
    value = [line.slice(colon + 1).trim()];
  }
  keep();
  return fields;
}

interface Entity {
  headers: Headers;
  body: string;
  depth: number;
}

function walk({ headers, body, depth }: Entity, leaves: Leaf[]): void {
  if (leaves.length >= MOST_PARTS) return;
  const contentType = headers.get('content-type') ?? 'text/plain';
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? 'text/plain';
  const boundary = type.startsWith('multipart/') && depth < DEEPEST ? parameter(contentType, 'boundary') : '';
  const parts = boundary ? split(body, boundary) : [];
  if (parts.length === 0) {
    leaves.push({
      type: type.startsWith('multipart/') ? 'text/plain' : type,
      text: decode({ headers, body, depth }, contentType),
    });
    return;
  }
  for (const part of parts) walk({ ...splitPart(part), depth: depth + 1 }, leaves);
}

/** A part that starts with an empty line has no headers (RFC 2046, 5.1). */
const splitPart = (part: string) =>
  part.startsWith('\n') ? { headers: new Map<string, string>(), body: part.slice(1) } : splitEntity(part);

function split(body: string, boundary: string): string[] {
  const parts: string[] = [];
  const mark = `\n--${boundary}`;
  const text = `\n${body}`;
  let at = text.indexOf(mark);
  while (at >= 0 && parts.length < MOST_PARTS) {
    const line = text.indexOf('\n', at + mark.length);
    if (line < 0 || text.startsWith('--', at + mark.length)) break;
    const next = text.indexOf(mark, line);
    parts.push(text.slice(line + 1, next < 0 ? undefined : next));
    at = next;
  }
  return parts;
}

const parameter = (value: string, name: string): string => {
  const found = new RegExp(
    `;\\s{0,99}${name}\\s{0,9}=\\s{0,9}(?:"([^"]{1,200})"|([^\\s;"]{1,200}))`,
    'i',
  ).exec(value.slice(0, 8192));
  return (found?.[1] ?? found?.[2] ?? '').trim();
};

function decode({ headers, body }: Entity, contentType: string): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? '';
  const part = body.slice(0, LONGEST_TEXT);
  const plain = encoding.includes('base64')
    ? Buffer.from(part, 'base64')
    : Buffer.from(encoding.includes('quoted') ? unquote(part) : part, 'latin1');
  return inCharset(plain, parameter(contentType, 'charset')).replace(/\r\n?/g, '\n');
}

const unquote = (text: string): string =>
  text
    .replace(/=[ \t]{0,9}\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Many bounces name no charset, or a wrong one: an escape of ISO-2022-JP speaks for itself. */
function inCharset(bytes: Uint8Array, label: string): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const charset = latin.includes('\u001b$') ? 'iso-2022-jp' : label || 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return latin;
    throw error;
  }
}

/** Reads encoded words (RFC 2047) of a header field, or the UTF-8 that stands there without them (RFC 6532). */
export const readWords = (value: string): string =>
  ofUtf8(value.slice(0, 4096)).replace(
    /=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([bq])\?([^?\s]{0,500})\?=\s{0,3}/gi,
    (_, charset: string, how: string, text: string) =>
      inCharset(
        how.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(unquote(text.replaceAll('_', ' ')), 'latin1'),
        charset,
      ),
  );

/** Text whose bytes were read as Latin-1; as it is where they are no UTF-8. */
function ofUtf8(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const read = Buffer.from(text, 'latin1').toString('utf8');
  return read.includes('\ufffd') ? text : read;
}

/** What came back, or its headers: RFC 3462, RFC 6533 for UTF-8, and what some servers call it instead. */
export const isReturned = (type: string): boolean =>
  /^(message\/(rfc822|global)(-headers)?|text\/rfc822-headers)$/.test(type);
