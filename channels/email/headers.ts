import { domainToASCII } from 'node:url';

/** Longest line that is folded to, and the longest word that is left whole (RFC 5322 section 2.1.1). */
const FOLD_AT = 76;
const LONGEST_WORD = 900;
const PRINTABLE = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** An address that no mail can be sent to. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/** A value made safe for a header: every control, CR and LF among them, is a space; trimmed. */
export const cleanValue = (value: string): string =>
  (PRINTABLE.test(value) ? value : value.replace(CONTROLS, ' ')).trim();

/**
 * One header line with its CRLF, folded, in ASCII. What is not ASCII, or could be mistaken for an
 * encoded-word, or holds a word too long for a line, becomes encoded-words (RFC 2047).
 */
export function header(name: string, value: string): string {
  const clean = cleanValue(value);
  if (mustEncode(clean)) return fold(name, encodedWords(clean, name));
  return fold(name, clean);
}

const mustEncode = (value: string) =>
  !PRINTABLE.test(value) || value.includes('=?') || (value.length > LONGEST_WORD && hasLongWord(value));
const hasLongWord = (value: string) => value.split(' ').some((word) => word.length > LONGEST_WORD);

/** Folds before runs of spaces, so that unfolding gives back exactly what was there. */
function fold(name: string, value: string): string {
  if (name.length + 2 + value.length <= FOLD_AT || !value.includes(' ')) return `${name}: ${value}\r\n`;
  let out = '';
  let line = `${name}: `;
  for (let from = 0, to = 0; from < value.length; from = to) {
    to = endOfWord(value, from);
    if (from > 0 && line.length + to - from > FOLD_AT) {
      out += `${line}\r\n`;
      line = '';
    }
    line += value.slice(from, to);
  }
  return `${out}${line}\r\n`;
}

/** Where the word ends that begins here, the spaces in front of it included. */
function endOfWord(value: string, from: number): number {
  let at = from;
  while (value[at] === ' ') at++;
  const end = value.indexOf(' ', at);
  return end < 0 ? value.length : end;
}

/** RFC 2047: words of at most 75 characters, each of whole characters; the first leaves room for the name. */
function encodedWords(text: string, name: string): string {
  const words: string[] = [];
  let room = Math.max(3, bytesIn(FOLD_AT - name.length - 2));
  let word = '';
  let bytes = 0;
  for (const character of text) {
    const size = utf8Length(character.codePointAt(0) as number);
    if (bytes + size > room) {
      words.push(word);
      [word, bytes, room] = ['', 0, bytesIn(75)];
    }
    word += character;
    bytes += size;
  }
  return [...words, word].filter(Boolean).map(encodedWord).join(' ');
}

const utf8Length = (code: number) => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
const bytesIn = (characters: number) => Math.floor((Math.min(characters, 75) - 12) / 4) * 3;
const encodedWord = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

export interface Mailbox {
  name: string | null;
  address: string;
}

/** A header of one mailbox, as From, To and Reply-To are. @throws AddressError */
export function mailboxHeader(header: string, { name, address }: Mailbox): string {
  const words = name === null ? '' : cleanValue(name).replace(/\s+/g, ' ');
  if (words === '') return fold(header, asciiAddress(address));
  return fold(header, `${phrase(words, header)} <${asciiAddress(address)}>`);
}

/** RFC 5322 section 3.2.5: atoms as they are, else a quoted string, else encoded-words. */
function phrase(words: string, header: string): string {
  if (!PRINTABLE.test(words) || words.includes('=?') || words.length > 200)
    return encodedWords(words, header);
  if (/^[\w!#$%&'*+\-/=?^`{|}~ ]+$/.test(words)) return words;
  return `"${words.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * An address with its domain in ASCII (IDNA).
 * @throws AddressError when it is malformed, or when the part before @ is not ASCII, which would
 *   need SMTPUTF8 at every server on the way
 */
function asciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  const domain = asciiDomain(address.slice(at + 1));
  if (at < 1 || domain === '' || local.length > 64 || !/^[!-~](?:[ -~]*[!-~])?$/.test(local)) {
    throw new AddressError(
      `“${cleanValue(address)}” is not an address that mail can be sent to. Correct it.`,
    );
  }
  if (/^[\w.!#$%&'*+\-/=?^`{|}~]+$/.test(local) || /^"(?:[^"\\]|\\.)*"$/.test(local))
    return `${local}@${domain}`;
  return `"${local.replace(/["\\]/g, '\\$&')}"@${domain}`;
}

function asciiDomain(domain: string): string {
  if (domain.length > 253) return '';
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(domain)) return domain;
  const ascii = domainToASCII(domain);
  return /^[a-z0-9.-]+$/.test(ascii) ? ascii : '';
}
