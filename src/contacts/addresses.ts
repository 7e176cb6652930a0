import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';

/** Phones are kept under the channel that writes to them first. */
export const PHONE_CHANNEL = 'sms';
export const EMAIL_CHANNEL = 'email';

/** In SQL: the channel under which addresses of a channel are kept; WhatsApp goes to the same telephones. */
export const addressChannelSql = (channel: string): string =>
  `CASE WHEN ${channel} = 'whatsapp' THEN '${PHONE_CHANNEL}' ELSE ${channel} END`;

/** An address as it is stored and compared, or why it cannot be one, in words. */
export type Normalised = { ok: true; value: string } | { ok: false; reason: Sentence };

export interface ChannelAddress {
  channel: string;
  value: string;
}

/**
 * Reads an e-mail address or a phone number that a person typed.
 * @throws Refusal that says what is wrong with it
 */
export function readAddress(text: string): ChannelAddress {
  const isMail = text.includes('@');
  if (!isMail && !/\p{Nd}/u.test(text))
    throw new Refusal(
      say`${JSON.stringify(text.slice(0, 100))} is neither an e-mail address nor a phone number.`,
    );
  const read = isMail ? normaliseEmail(text) : normalisePhone(text);
  if (!read.ok) throw new Refusal(say`"${text.slice(0, 100)}" cannot be used: ${read.reason}.`);
  return { channel: isMail ? EMAIL_CHANNEL : PHONE_CHANNEL, value: read.value };
}

/**
 * One spelling per mailbox: no blanks around it, Unicode NFC, the domain in ASCII (IDNA, UTS 46), and
 * everything in lower case. RFC 5321 §2.4 lets a host tell `Ravi@` from `ravi@`; none that we met does,
 * while people type both, so the two are one mailbox here. A local part may hold UTF-8 (RFC 6531 §3.3).
 * Refused: more than 254 octets (RFC 5321 §4.5.3.1.3), control characters, address literals, domains
 * without a dot.
 */
export function normaliseEmail(text: string): Normalised {
  const typed = text.trim().normalize('NFC');
  const at = typed.lastIndexOf('@');
  if (at < 1) return no(say`the e-mail address has no "@" with something before it`);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(typed))
    return no(say`the e-mail address holds a line break or control character`);
  const local = localPart(typed.slice(0, at).toLowerCase().normalize('NFC'));
  if (local === undefined) return no(say`the part before the "@" is not one an e-mail address can have`);
  const domain = domainName(typed.slice(at + 1));
  if (domain === undefined) return no(say`the part after the "@" is not a domain name`);
  if (Buffer.byteLength(local) > 64) return no(say`the part before the "@" is longer than 64 octets`);
  const value = `${local}@${domain}`;
  if (Buffer.byteLength(value) > 254) return no(say`the e-mail address is longer than 254 octets`);
  return { ok: true, value };
}

/**
 * E.164, such as `+919876543210`. A number without a country code is taken as Indian. Digits may be
 * Malayalam or full-width; an apostrophe that a spreadsheet wants before the plus sign is dropped.
 */
export function normalisePhone(text: string): Normalised {
  const typed = text.trim().replace(/^'/, '').replace(/[൦-൯]/g, toLatinDigit).normalize('NFKC');
  if (/^\d(?:[.,]\d+)?e\+?\d+$/i.test(typed)) {
    return no(say`a spreadsheet has turned the phone number into ${typed}; format the column as text`);
  }
  const phone =
    typed.length <= 50
      ? parsePhoneNumberFromString(typed, { defaultCountry: 'IN', extract: false })
      : undefined;
  if (!phone?.isValid())
    return no(say`the phone number is not one that exists in India or, after a "+", abroad`);
  if (phone.ext) return no(say`the phone number has an extension, which cannot receive messages`);
  return { ok: true, value: phone.number };
}

const no = (reason: Sentence): Normalised => ({ ok: false, reason });

/** RFC 5321 §4.1.2 Dot-string, or Quoted-string, which loses quotes that it does not need. */
function localPart(text: string): string | undefined {
  if (isDotString(text)) return text;
  const quoted = /^"((?:[^"\\]|\\[\x20-\x7e])*)"$/.exec(text)?.[1];
  if (quoted === undefined || FORMATS.test(quoted)) return undefined;
  const content = quoted.replace(/\\(.)/g, '$1');
  return isDotString(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
}

const isDotString = (text: string) => DOT_STRING.test(text) && !FORMATS.test(text);

// RFC 5322 §3.2.3 atext, widened by RFC 6531 to what is not ASCII.
const DOT_STRING = /^[^\s"(),.:;<>@[\\\]]+(?:\.[^\s"(),.:;<>@[\\\]]+)*$/u;
// Invisible characters would make two addresses look alike; Malayalam needs the two joiners.
const FORMATS = /(?![\u200c\u200d])[\p{C}]|(?! )\p{Z}/u;

/** @returns the domain in ASCII, or undefined for what is no host name with a dot (RFC 1123 §2.1) */
function domainName(text: string): string | undefined {
  // domainToASCII reads hosts of URLs: it would decode %41 and take numbers as an IPv4 address.
  if (/[\s%/?#:@\\[\]]/u.test(text)) return undefined;
  const ascii = domainToASCII(text);
  return ascii.length <= 253 && HOST.test(ascii) ? ascii : undefined;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

const toLatinDigit = (digit: string) => String(digit.charCodeAt(0) - 0x0d66);
