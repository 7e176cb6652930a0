import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Refusal } from './errors.ts';

export type Purpose =
  | 'recipient-token'
  | 'account-secret'
  | 'web-token'
  | 'rate-limit'
  | 'subscription'
  | 'subscribe-form'
  | 'consent-proof'
  | 'api-answer'
  | 'webhook-secret'
  | 'totp-secret'
  | 'image-consent'
  | 'gateway-secret'
  | 'donor-identity'
  | 'identity-index'
  | 'receipt-words'
  | 'finance-words'
  | 'gift-form'
  | 'gift-token'
  | 'receipt-token'
  | 'donor-link'
  | 'project-follow'
  | 'occasion-draft'
  | 'occasion-family'
  | 'occasion-code'
  | 'occasion-contact'
  | 'occasion-guest'
  | 'touch'
  | 'session'
  | 'device';

/** Signs and seals with one versioned ring; the newest key makes, every key checks. */
export interface Keys {
  /** Numbers of the ring's keys; the first makes. */
  ids: number[];
  /** Truncated HMAC-SHA-256 of `data`, of `length` bytes, led by the id of the key that made it. */
  sign(purpose: Purpose, data: Uint8Array, length: number): Buffer;
  verify(purpose: Purpose, data: Uint8Array, signature: Uint8Array): boolean;
  /** Secrets for a library that signs by itself: the first makes, all check. */
  secrets(purpose: Purpose): string[];
  /** AES-256-GCM: key id, nonce, tag, ciphertext. */
  seal(purpose: Purpose, plain: string): Buffer;
  /** @throws Refusal when the key is gone from the ring or the bytes were changed */
  open(purpose: Purpose, sealed: Uint8Array): string;
}

/**
 * Reads a ring such as `2:BASE64,1:BASE64` (32 bytes each; ids 1 to 255; the first one makes).
 * @throws Refusal when a key is malformed
 */
export function openKeys(ring: string): Keys {
  const secrets = parseRing(ring);
  const newest = [...secrets.keys()][0] as number;
  const derived = new Map<string, Buffer>();
  const keyFor = (id: number, purpose: Purpose): Buffer | undefined => {
    const secret = secrets.get(id);
    if (!secret) return undefined;
    const name = `${id}/${purpose}`;
    const known = derived.get(name) ?? Buffer.from(hkdfSync('sha256', secret, '', `we-care/${purpose}`, 32));
    derived.set(name, known);
    return known;
  };
  const mac = (id: number, purpose: Purpose, data: Uint8Array): Buffer | undefined => {
    const key = keyFor(id, purpose);
    return key && createHmac('sha256', key).update(data).digest();
  };
  return {
    ids: [...secrets.keys()],
    sign(purpose, data, length) {
      const whole = mac(newest, purpose, data) as Buffer;
      return Buffer.concat([Buffer.of(newest), whole.subarray(0, length)]);
    },
    verify(purpose, data, signature) {
      const whole = mac(signature[0] ?? 0, purpose, data);
      const given = signature.subarray(1);
      if (!whole || given.length < 8) return false;
      return given.length <= whole.length && timingSafeEqual(whole.subarray(0, given.length), given);
    },
    secrets: (purpose) => [...secrets.keys()].map((id) => keyFor(id, purpose)?.toString('base64') ?? ''),
    seal(purpose, plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(newest, purpose) as Buffer, nonce);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(newest), nonce, cipher.getAuthTag(), body]);
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed);
      const key = keyFor(bytes[0] ?? 0, purpose);
      if (!key)
        throw new Refusal(
          `Key ${bytes[0]} is not in WECARE_KEYS. Put the old key back behind the new one.`,
          500,
        );
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13));
      decipher.setAuthTag(bytes.subarray(13, 29));
      return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8');
    },
  };
}

/** A ring of one new key, for an installation that has none yet. */
export const newRing = (): string => entry(1);

/**
 * The ring with one new key in front, which makes from then on; all others go on checking.
 * @throws Refusal when the numbers 1 to 255 are used up
 */
export function nextRing(ring: string): string {
  const id = Math.max(...parseRing(ring).keys()) + 1;
  if (id > 255) {
    throw new Refusal(
      'The key numbers 1 to 255 are used up. Take keys out of WECARE_KEYS that "wecare keys status" calls unused, and give the newest a low number that is free.',
    );
  }
  return `${entry(id)},${ring.trim()}`;
}

const entry = (id: number) => `${id}:${randomBytes(32).toString('base64')}`;

function parseRing(ring: string): Map<number, Buffer> {
  const entries = ring.split(',').map((entry) => {
    const [, id, text] = /^\s*(\d{1,3}):([A-Za-z0-9+/=_-]+)\s*$/.exec(entry) ?? [];
    const bytes = Buffer.from(text ?? '', 'base64');
    if (!id || Number(id) < 1 || Number(id) > 255 || bytes.length !== 32) {
      throw new Refusal(
        'WECARE_KEYS must be NUMBER:BASE64 of 32 bytes, newest first, separated by commas (openssl rand -base64 32).',
      );
    }
    return [Number(id), bytes] as const;
  });
  return new Map(entries);
}
