const LONGEST = 64 * 1024;
const LONGEST_WORDS = 4000;
const MOST_RECIPIENTS = 1000;
const ADDRESS = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,9}/;
const ADDRESSES = new RegExp(`(?<![A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-])${ADDRESS.source}`, 'g');
const OURS = /^(postmaster|mailer-daemon|mailerdaemon|no-?reply|abuse|support|helpdesk)@/i;

/** How servers head the message they give back; what follows is not theirs. */
const RETURNED = new RegExp(
  [
    '^-{2,}.{0,20}(?:this is a copy of|copy of (?:the|your)|below this line|(?:the )?header of the original|returned message|original message|unsent message|your (?:original )?message|message (?:header|follows)|undelivered message|body of message|forwarded message|content of original).*$',
    '^(?:--- ?)?(?:the )?(?:original|returned|your) (?:message|mail|e-?mail) (?:follows|headers?|text|is attached|included).*$',
    '^message headers follow.*$',
    '^original (?:mail|message) as follows.*$',
    '^\\s{0,8}(?:below is|here is) a copy of.*$',
    '^received: (?:from|by) .*$',
    '^return-path: .*$',
  ].join('|'),
  'im',
);

export interface Passage {
  address: string;
  /** What the server says of this address, at most 4000 characters. */
  words: string;
}

/** The server's own words of a bounce: without the message that it gives back, at most 64 KB. */
export function ownWords(text: string): string {
  const part = text.slice(0, LONGEST);
  const found = RETURNED.exec(part);
  return found && found.index > 0 ? part.slice(0, found.index) : part;
}

/**
 * Finds the addresses that a text names at the start of a line, as Postfix, qmail, Exim, Sendmail
 * and Gmail do, and what it says of each. Takes what ownWords() answers.
 */
export function readPassages(text: string): Passage[] {
  const found = new Map<string, string[]>();
  let words: string[] | undefined;
  for (const line of text.split('\n')) {
    const address = leadingAddress(line);
    if (address && found.size < MOST_RECIPIENTS) {
      words = found.get(address) ?? [];
      found.set(address, words);
    }
    words?.push(line);
  }
  return [...found].map(([address, lines]) => ({ address, words: lines.join('\n').slice(0, LONGEST_WORDS) }));
}

/** Lines that name this address, for servers that list the addresses first and their words after. */
export const linesAbout = (address: string, text: string): string =>
  text
    .split('\n')
    .filter((line) => line.toLowerCase().includes(address))
    .join('\n')
    .slice(0, LONGEST_WORDS);

/** All addresses of a text but those of machines, in their order, lower case, at most 1000. */
export function addressesOf(text: string): string[] {
  const all = text.slice(0, LONGEST).match(ADDRESSES) ?? [];
  const found = new Set(all.slice(0, MOST_RECIPIENTS).map((address) => address.toLowerCase()));
  return [...found].filter((address) => !OURS.test(address));
}

/** The address in a field such as `rfc822; <someone@example.com>`, in lower case, or an empty string. */
export const bareAddress = (value: string): string =>
  (widerAddress(value) ?? ADDRESS.exec(value.slice(0, 1000))?.[0] ?? '').toLowerCase();

/** An address of the type `utf-8` (RFC 6533 section 3), whose letters may be written `\x{D05}`. */
const widerAddress = (value: string): string | undefined =>
  /^\s*utf-8\s*;\s*<?([^\s<>@;]{1,320}@[^\s<>@;]{1,320})>?/i
    .exec(value.slice(0, 1000))?.[1]
    ?.replace(/\\x\{([0-9a-f]{2,6})\}/gi, (written, hex) => {
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : written;
    });

/**
 * Words without addresses, whose names (`spam@…`) would mislead, on one line, in lower case. A dot that
 * ends a sentence becomes ¶: those of names and codes do not end one.
 */
export const withoutAddresses = (words: string): string =>
  words
    .slice(0, LONGEST_WORDS)
    .replace(ADDRESSES, '@')
    .replace(/\.(?=\s|$)/g, '¶')
    .replace(/\s+/g, ' ')
    .toLowerCase();

/** Some servers say first what the address is (`Recipient address: …`, as Oracle's does). */
const NAMED = '(?:(?:failed |original |final )?(?:recipient|address)(?: address)?: {0,9})?';
const LEADING = new RegExp(
  `^[\\s>*]{0,16}${NAMED}<?(?:mailto:)?(${ADDRESS.source})>?\\s*(?:$|[:;,(<]|\\.\\.\\.|- )`,
  'i',
);

const leadingAddress = (line: string): string => {
  const address = LEADING.exec(line.slice(0, 400))?.[1]?.toLowerCase() ?? '';
  return OURS.test(address) ? '' : address;
};
