import type { Rule } from './finding.ts';

const CLIPPED_AT = 102 * 1024;
/** RFC 5322 section 2.1.1: octets of a line without CRLF. */
const LONGEST = 998;
const WORD = /=\?([^?\s]{1,40})\?([bq])\?([^?\s]*)\?=/gi;

/** Gmail hides what lies beyond 102 KB of HTML, the way to unsubscribe with it. */
export const size: Rule = ({ html }) => {
  const bytes = Buffer.byteLength(html);
  if (bytes <= CLIPPED_AT) return [];
  const words = `The HTML has ${Math.ceil(bytes / 1024)} KB; Gmail hides what lies beyond 102 KB. Shorten it.`;
  return [{ level: 'error', code: 'html-size', words }];
};

/** Line lengths, and headers that are not ASCII or not whole (RFC 2047). */
export const wire: Rule = ({ source }) => {
  if (source === undefined) return [];
  const lines = source.split(/\r?\n/);
  const long = lines.findIndex((line) => line.length > LONGEST);
  const end = lines.indexOf('');
  const headers = lines.slice(0, end < 0 ? 500 : Math.min(end, 500)).map((line) => line.slice(0, LONGEST));
  const error = (code: string, words: string) => ({ level: 'error' as const, code, words });
  return [
    ...(long < 0
      ? []
      : [error('line-length', `Line ${long + 1} is longer than ${LONGEST} octets. Encode that part.`)]),
    ...(headers.some((line) => /[\x80-\xff]/.test(line))
      ? [error('header-8bit', 'A header holds letters that are not encoded.')]
      : []),
    ...(headers.some(isBroken)
      ? [error('encoded-word', 'A header holds a broken encoded-word (RFC 2047).')]
      : []),
  ];
};

/** A line of HTML that is longer than any server need take, where its author's program sends it as it is. */
export const draftLines: Rule = ({ html, draft }) => {
  if (!draft) return [];
  const long = html.split(/\r\n?|\n/).findIndex((line) => Buffer.byteLength(line) > LONGEST);
  if (long < 0) return [];
  const words = `Line ${long + 1} of the HTML is longer than ${LONGEST} octets (RFC 5322). We encode it; another program may cut it. Break the line.`;
  return [{ level: 'warning', code: 'line-length', words }];
};

/** Each encoded-word must be whole by itself: at most 75 characters, no letter cut in two. */
function isBroken(line: string): boolean {
  if (/=\?[\w-]{1,40}\?[bq]\?/i.test(line.replace(WORD, ''))) return true;
  return [...line.matchAll(WORD)].some(([whole, charset = '', kind = '', text = '']) => {
    if (whole.length > 75) return true;
    if (!/^utf-?8$/i.test(charset)) return false;
    const octets = /b/i.test(kind) ? Buffer.from(text, 'base64') : unquoted(text);
    return octets.toString('utf8').includes('\uFFFD');
  });
}

const unquoted = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
