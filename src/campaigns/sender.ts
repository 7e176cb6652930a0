import { normaliseEmail } from '../contacts/addresses.ts';
import { Refusal } from '../errors.ts';
import { type Sentence, say } from '../say.ts';

/** Whom a message comes from, as its reader sees it. */
export interface Sender {
  name: string;
  address: string;
}

/**
 * Reads `We Care <news@wecare.example>`.
 * @throws Refusal when a name or an address is missing or will not do
 */
export function parseSender(text: string): Sender {
  const [, name = '', address = ''] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  if (!name || !address) {
    throw new Refusal(
      say`${JSON.stringify(text)} is no sender. Write it as "We Care <news@wecare.example>".`,
    );
  }
  return { name: requireLine(name, say`The sender’s name`), address: requireAddress(address) };
}

/** @throws Refusal for what is no e-mail address */
export function requireAddress(text: string): string {
  const read = normaliseEmail(text);
  if (read.ok) return read.value;
  throw new Refusal(say`${JSON.stringify(text)} cannot send or receive: ${read.reason}.`);
}

/** One line of text, trimmed: what goes into a header must not begin another. */
export function requireLine(text: string, what: Sentence): string {
  const line = text.trim();
  if (!line) throw new Refusal(say`${what} must not be empty.`);
  if (/[\p{Cc}\u2028\u2029]/u.test(line)) {
    throw new Refusal(say`${what} must be one line without control characters.`);
  }
  return line;
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
