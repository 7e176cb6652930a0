import { domainToASCII } from 'node:url';
import type { Session } from './smtp.ts';
import type { Reply } from './wire.ts';

export interface Envelope {
  from: string;
  to: string;
}

export interface Refusal {
  stage: 'mail' | 'rcpt' | 'data';
  reply: Reply;
}

/** MAIL, RCPT and DATA as they travel (RFC 5321 section 3.3), or why they cannot be said to this server. */
export function commandsFor(session: Pick<Session, 'utf8'>, envelope: Envelope): string[] | Refusal {
  const from = withAsciiDomain(envelope.from);
  const to = withAsciiDomain(envelope.to);
  const misfit = unspeakable(session, from, to);
  if (misfit) return misfit;
  const plain = [`MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n'];
  if (!beyondAscii(from + to)) return plain;
  return [`MAIL FROM:<${from}> SMTPUTF8\r\n`, plain[1] as string, 'DATA\r\n'].map(bytes);
}

/** In our own words, as a server would have put it. */
const ours = (stage: Refusal['stage'], text: string): Refusal => ({
  stage,
  reply: { code: 553, text },
});

const FORBIDDEN = /[\0-\x20<>\x7f]/;

/** What may not or cannot be said to this server; of a bad sender the recipient is not to blame. */
function unspeakable({ utf8 }: Pick<Session, 'utf8'>, from: string, to: string): Refusal | null {
  if (FORBIDDEN.test(from)) return ours('mail', '5.1.7 The return path holds what no address may hold');
  if (FORBIDDEN.test(to)) return ours('rcpt', '5.1.3 The address holds what no address may hold');
  if (utf8) return null;
  if (beyondAscii(from)) return ours('mail', '5.6.7 The server takes no return path beyond ASCII');
  return beyondAscii(to) ? ours('rcpt', '5.6.7 The server takes no address beyond ASCII') : null;
}

const beyondAscii = (text: string) => /[^\0-\x7f]/.test(text);

/** A domain beyond ASCII has an A-label (RFC 5891), which every server takes. */
function withAsciiDomain(address: string): string {
  if (!beyondAscii(address)) return address;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${domainToASCII(address.slice(at + 1)) || address.slice(at + 1)}`;
}

/** The wire writes latin1; an address beyond ASCII travels as its UTF-8 bytes (RFC 6531). */
const bytes = (line: string) => Buffer.from(line, 'utf8').toString('latin1');
