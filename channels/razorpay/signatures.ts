import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares in a time that tells nothing. Only 64 lower-case hex digits can fit. */
export function isSigned(secret: string, message: string | Buffer, signature: unknown): boolean {
  if (!secret || typeof signature !== 'string' || !/^[0-9a-f]{64}$/.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(message).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
