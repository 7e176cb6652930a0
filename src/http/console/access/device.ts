import type { Request, Response } from 'express';
import { DEVICE_DAYS, deviceToken } from '../../../access/devices.ts';
import type { Ground } from '../../../ground.ts';
import { cookieRules } from '../../session.ts';

const nameOf = (ground: Pick<Ground, 'config'>) => `${cookieRules(ground).prefix}wecare-device`;

/** What the browser keeps of an earlier sign-in, empty when nothing. */
export function deviceOf(ground: Pick<Ground, 'config'>, req: Request): string {
  const cookies = (req.get('cookie') ?? '').split(/;\s*/);
  const start = `${nameOf(ground)}=`;
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length) ?? '';
}

/** Makes this browser a known one of a user, who has proved to be themselves in it. */
export function trustDevice(
  ground: Pick<Ground, 'config' | 'keys' | 'clock'>,
  res: Response,
  userId: string,
): void {
  const { options } = cookieRules(ground);
  const token = deviceToken(ground.keys, userId, ground.clock.now());
  res.cookie(nameOf(ground), token, { ...options, maxAge: DEVICE_DAYS * 86_400_000 });
}
