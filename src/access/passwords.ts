import { hash, verify } from '@node-rs/argon2';
import { COMMON } from './common-passwords.ts';

/** argon2id with the least that the OWASP Password Storage Cheat Sheet asks for: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SHORTEST = 12;
const LONGEST = 128;
/** Of random bytes that nobody kept: it costs as much to compare with as a real one. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$RBs6vl1/1CKTaLEs0ZzjmQ$99E3iCv4wxLR2xn9s98RwNmb8Y8l0KAC6zGqP9Ko2bk';

/** Why a password will not do. */
export type PasswordFault = 'short' | 'long' | 'common' | 'personal';

/** Letters typed in two ways are one password (NIST SP 800-63B section 5.1.1.2). */
const normal = (password: string) => password.normalize('NFKC');

/** @returns a PHC string with salt and cost in it */
export const hashPassword = (password: string): Promise<string> => hash(normal(password), COST);

/** Takes the same time when there is no such user or they have no password. */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  // Longer ones were never taken, and cost more to compare.
  const given = normal(password).slice(0, 4 * LONGEST);
  const same = await verify(stored ?? DECOY, given);
  return same && Boolean(stored);
}

/**
 * What is wrong with a new password, or null. Length, and nothing that everybody or everybody who knows
 * the person would try; no rule of what it is made of (NIST SP 800-63B section 5.1.1.2).
 */
export function passwordFault(
  password: string,
  { email, name }: { email: string; name: string },
): PasswordFault | null {
  const text = normal(password);
  const length = [...text].length;
  if (length < SHORTEST) return 'short';
  if (length > LONGEST) return 'long';
  const bare = lettersOf(text);
  const own = [email, email.split('@')[0] ?? '', name, ...name.split(/\s+/)].map(lettersOf);
  if (own.some((word) => word.length > 2 && word === bare)) return 'personal';
  if (COMMON.has(bare) || isPattern(text.toLowerCase())) return 'common';
  return null;
}

/** Without digits and signs, by which people lengthen a word. */
const lettersOf = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{M}]/gu, '');

/** One to four characters again and again, or a row such as 123456789012 or abcdefghijkl. */
function isPattern(text: string): boolean {
  if (/^(.{1,4}?)\1+.{0,3}$/u.test(text)) return true;
  const points = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, i) => point - (points[i] ?? 0));
  const even = steps.filter((step) => Math.abs(step) === 1 || step === -9).length;
  return even >= steps.length - 1;
}
