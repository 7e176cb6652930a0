import { header } from './headers.ts';

/** A file that every mail of a run carries. Plain JSON. */
export interface MailFile {
  name: string;
  /** Media type, such as `image/jpeg` or `text/csv; charset=utf-8`. */
  type: string;
  /** Content-ID without brackets, when the HTML shows it (`cid:…`); null for what is attached. */
  cid: string | null;
  /** Base64 without line breaks. */
  content: string;
}

/** What stands around the parts that differ from recipient to recipient. */
export interface Tree {
  /** Ends the message's headers and leads to the first part: ASCII, CRLF. */
  head: string;
  /** Closes those parts and carries the files; the same for everybody, so made once. */
  tail: Buffer;
}

/**
 * Nests `multipart/alternative` into what carries files, as RFC 2046 section 5.1 and RFC 2387 have it:
 * mixed(related(alternative(…), inline…), attached…), each only where it is needed.
 * @param boundary of the alternative; the others derive from it
 */
export function nest(boundary: string, files: readonly MailFile[] = []): Tree {
  const inline = files.filter(({ cid }) => cid !== null);
  const attached = files.filter(({ cid }) => cid === null);
  let tree: Wrapping = {
    type: `multipart/alternative;\r\n boundary="${boundary}"`,
    head: '',
    tail: [ascii(`--${boundary}--\r\n`)],
  };
  if (inline.length) {
    const type = 'multipart/related; type="multipart/alternative"';
    tree = wrapped(tree, { type, boundary: boundary.replace('=_', '=_r'), files: inline });
  }
  if (attached.length) {
    tree = wrapped(tree, {
      type: 'multipart/mixed',
      boundary: boundary.replace('=_', '=_m'),
      files: attached,
    });
  }
  return { head: `Content-Type: ${tree.type}\r\n\r\n${tree.head}`, tail: Buffer.concat(tree.tail) };
}

interface Wrapping {
  type: string;
  head: string;
  tail: Buffer[];
}

function wrapped(
  inner: Wrapping,
  { type, boundary, files }: { type: string; boundary: string; files: MailFile[] },
): Wrapping {
  return {
    type: `${type};\r\n boundary="${boundary}"`,
    head: `--${boundary}\r\nContent-Type: ${inner.type}\r\n\r\n${inner.head}`,
    // The line break before a delimiter belongs to it (RFC 2046 section 5.1.1).
    tail: [...inner.tail, ...files.flatMap((file) => part(boundary, file)), ascii(`\r\n--${boundary}--\r\n`)],
  };
}

function part(boundary: string, { name, type, cid, content }: MailFile): Buffer[] {
  if (!/^[a-z]+\/[\w.+-]+(?:; charset=utf-8)?$/.test(type)) throw new Error(`${type} is no media type`);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content)) throw new Error(`${name} is not in base64`);
  const head = [
    `\r\n--${boundary}\r\nContent-Type: ${type};\r\n ${typeName(name)}\r\n`,
    'Content-Transfer-Encoding: base64\r\n',
    cid === null ? '' : `Content-ID: <${checkedId(cid)}>\r\n`,
    `Content-Disposition: ${cid === null ? 'attachment' : 'inline'};\r\n ${parameter('filename', name)}\r\n\r\n`,
  ];
  return [ascii(head.join('')), ...lines(content)];
}

/** RFC 2045 section 6.8: lines of at most 76. In pieces, so that no expression runs over megabytes at once. */
function lines(content: string): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += PIECE) {
    pieces.push(ascii(content.slice(at, at + PIECE).replace(/.{1,76}/g, '$&\r\n')));
  }
  const last = pieces.at(-1);
  if (last) pieces[pieces.length - 1] = last.subarray(0, -2);
  return pieces;
}
const PIECE = 76 * 8192;

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

function checkedId(id: string): string {
  if (/^[\w.+-]{1,80}@[\w.-]{1,250}$/.test(id)) return id;
  throw new Error(`${id} is no Content-ID`);
}

const isAscii = (text: string) => /^[ -~]*$/.test(text);
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** A parameter as RFC 2231 has it: UTF-8 in percent signs, in pieces that fit a line. */
function parameter(key: string, value: string): string {
  if (isAscii(value) && value.length <= 60) return `${key}=${quoted(value)}`;
  const pieces = [''];
  for (const letter of value.replace(/\p{Cs}/gu, '')) {
    const code = encodeURIComponent(letter).replace(/['()*!]/g, percent);
    if ((pieces.at(-1) as string).length + code.length > 54) pieces.push('');
    pieces[pieces.length - 1] += code;
  }
  if (pieces.length === 1) return `${key}*=UTF-8''${pieces[0]}`;
  return pieces.map((piece, n) => `${key}*${n}*=${n ? '' : "UTF-8''"}${piece}`).join(';\r\n ');
}

const percent = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;

/** Some mail programs look for the name here only, as encoded-words; others pass it over. */
function typeName(name: string): string {
  if (isAscii(name)) return `name=${quoted(name)}`;
  return `name="${header('X', name).slice(3).trim()}"`;
}
