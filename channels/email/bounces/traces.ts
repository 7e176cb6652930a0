import { type Headers, isReturned, readMail, splitEntity } from './read.ts';

/** What of a mail can tell which delivery it is about. Signatures are for the caller to check. */
export interface Traces {
  /** Tokens of return paths (`bounce+HEX@…`), in hex: of the envelope first, then of the mail. */
  returnPaths: string[];
  /** Tokens of unsubscribe addresses to which the mail itself went. */
  unsubscribes: string[];
  /** Tokens in the List-Unsubscribe of the message that came back. */
  tokens: string[];
  /** Message-IDs of the message that came back, without brackets. */
  messageIds: string[];
  /** The mail goes round in circles. */
  loop: boolean;
  /** What came back is itself a bounce or an automatic answer. */
  aboutBounce: boolean;
}

const RETURN_PATH = /\bbounce\+([0-9a-f]{42})@/gi;
const UNSUBSCRIBE = /\bunsubscribe\+([\w-]{28})@/gi;
const UNSUBSCRIBE_PAGE = /\/u\/([\w-]{28})(?=[>\s,])/g;
const MESSAGE_ID = /^message-id:[ \t]{0,9}\n?[ \t]{0,9}<([^<>\s]{1,250})>/gim;
/** Fields in which receiving servers and senders name to whom a mail goes. */
const TO = ['x-original-to', 'delivered-to', 'envelope-to', 'x-envelope-to', 'x-delivered-to', 'to', 'cc'];
/** RFC 5321 section 6.3: a server that counts Received lines should allow at least 100. */
const MOST_HOPS = 100;
const MOST = 20;

/**
 * Reads the traces of a mail.
 * @param source raw bytes, of which the first 10 MB count
 * @param envelopeTo to whom the envelope was addressed, where that is known
 */
export function readTraces(source: Uint8Array, envelopeTo: string[] = []): Traces {
  const { headers, leaves } = readMail(source);
  const to = [...envelopeTo, ...TO.map((name) => headers.get(name) ?? '')].join('\n');
  const returned = leaves.map(({ text }) => text).join('\n');
  return {
    returnPaths: all(RETURN_PATH, `${to}\n${returned}`).map((hex) => hex.toLowerCase()),
    unsubscribes: all(UNSUBSCRIBE, to),
    tokens: all(UNSUBSCRIBE_PAGE, returned),
    messageIds: all(MESSAGE_ID, returned),
    loop: hops(source) > MOST_HOPS || headers.has('x-loop'),
    aboutBounce: leaves.some(({ type, text }) => isReturned(type) && isAutomatic(splitEntity(text).headers)),
  };
}

/** RFC 3464 section 2: a report; RFC 3834 section 5: an answer of a program. */
function isAutomatic(headers: Headers): boolean {
  if (/^multipart\/report/i.test(headers.get('content-type') ?? '')) return true;
  if (/^auto-replied/i.test(headers.get('auto-submitted') ?? '')) return true;
  return /\bmailer-daemon@/i.test(headers.get('from') ?? '');
}

function hops(source: Uint8Array): number {
  const head = Buffer.from(source.subarray(0, 256 * 1024)).toString('latin1');
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  return head.slice(0, end).match(/^received:/gim)?.length ?? 0;
}

function all(pattern: RegExp, text: string): string[] {
  const found = new Set<string>();
  for (const [, token = ''] of text.matchAll(pattern)) {
    found.add(token);
    if (found.size >= MOST) break;
  }
  return [...found];
}
