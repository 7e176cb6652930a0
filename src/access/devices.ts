import { randomBytes } from 'node:crypto';
import type { Keys } from '../keys.ts';

/** How long a browser stays known after its last sign-in. */
export const DEVICE_DAYS = 180;
const MAC_BYTES = 16;

/** How many users a browser is kept as known for: colleagues share a computer. */
const MOST_USERS = 5;

interface Who {
  userId: string;
  now: Date;
}

/** What a browser keeps after a user has signed in: their token, and those of others who share it. */
export function deviceTokens(keys: Keys, kept: string, who: Who): string {
  const others = kept.split('.').filter((token) => token && !bytesOf(keys, token, who));
  return [deviceToken(keys, who), ...others].slice(0, MOST_USERS).join('.');
}

/** Whose it is, a number of its own, the day. */
function deviceToken(keys: Keys, { userId, now }: Who): string {
  const day = Buffer.alloc(4);
  day.writeUInt32BE(dayOf(now));
  const data = Buffer.concat([idBytes(userId), randomBytes(8), day]);
  return Buffer.concat([data, keys.sign('device', data, MAC_BYTES)]).toString('base64url');
}

/** The number of a known browser of this user, or null for anybody else's, a forged or an old one. */
export function readDevice(keys: Keys, kept: string, who: Who): string | null {
  const found = kept
    .split('.', MOST_USERS)
    .map((token) => bytesOf(keys, token, who))
    .find((data) => data !== null && dayOf(who.now) - data.readUInt32BE(24) <= DEVICE_DAYS);
  return found?.subarray(16, 24).toString('hex') ?? null;
}

/** What a token of this user says, however old; null for anybody else's and a forged one. */
function bytesOf(keys: Keys, token: string, { userId }: Who): Buffer | null {
  const bytes = Buffer.from(token, 'base64url');
  const data = bytes.subarray(0, 28);
  if (bytes.length !== 29 + MAC_BYTES || !keys.verify('device', data, bytes.subarray(28))) return null;
  return data.subarray(0, 16).equals(idBytes(userId)) ? data : null;
}

const idBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
const dayOf = (time: Date) => Math.floor(time.getTime() / 86_400_000);
