import { type DkimKey, openDkim } from '../../channels/email/dkim.ts';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';

/** A domain that an account sends for, in small letters; `*` is every one. */
export const SENDER_DOMAIN = /^(\*|([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63})$/;

/** @returns the domains in small letters @throws Refusal when there is none, or one is no domain */
export function requireDomains(domains: string[]): string[] {
  const small = domains.map((domain) => domain.trim().toLowerCase());
  const wrong = small.find((domain) => !SENDER_DOMAIN.test(domain));
  if (small.length && wrong === undefined) return small;
  throw new Refusal(
    say`An account serves sender domains such as wecare.example, or * for every one; ${JSON.stringify(wrong ?? '')} is none.`,
  );
}

/** @throws Refusal unless it is one line of 1 to 100 characters */
export function requireName(name: string): void {
  if (name.trim() && name.length <= 100 && !/\p{Cc}/u.test(name)) return;
  throw new Refusal(say`The name of an account is one line of 1 to 100 characters.`);
}

/** @throws Refusal that names the key, and says what one must be */
export function requireSigningKeys(keys: DkimKey[]): void {
  for (const key of keys) {
    try {
      openDkim([key]);
    } catch {
      // What the library says of it is nothing a person can act on.
      throw new Refusal(
        say`The DKIM key ${key.selector} of ${key.domain} will not do. It must be a PEM private key, RSA of at least 2048 bits or Ed25519.`,
      );
    }
  }
}
