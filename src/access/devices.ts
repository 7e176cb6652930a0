import { randomBytes } from 'node:crypto';
import type { Keys } from '../keys.ts';

/** How long a browser stays known after its last sign-in. */
export const DEVICE_DAYS = 180;
const MAC_BYTES = 16;

/** What a browser keeps in which a user has signed in: whose it is, a number of its own, the day. */
export function deviceToken(keys: Keys, userId: string, now: Date): string {
  const day = Buffer.alloc(4);
  day.writeUInt32BE(dayOf(now));
  const data = Buffer.concat([idBytes(userId), randomBytes(8), day]);
  return Buffer.concat([data, keys.sign('device', data, MAC_BYTES)]).toString('base64url');
}

/** The number of a known browser of this user, or null for anybody else's, a forged or an old one. */
export function readDevice(
  keys: Keys,
  token: string,
  { userId, now }: { userId: string; now: Date },
): string | null {
  const bytes = Buffer.from(token, 'base64url');
  const data = bytes.subarray(0, 28);
  if (bytes.length !== 29 + MAC_BYTES || !keys.verify('device', data, bytes.subarray(28))) return null;
  if (!data.subarray(0, 16).equals(idBytes(userId))) return null;
  if (dayOf(now) - data.readUInt32BE(24) > DEVICE_DAYS) return null;
  return data.subarray(16, 24).toString('hex');
}

const idBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
const dayOf = (time: Date) => Math.floor(time.getTime() / 86_400_000);
