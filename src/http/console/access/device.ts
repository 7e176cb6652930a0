import type { Request, Response } from 'express';
import { agentInWords } from '../../../access/agent.ts';
import { DEVICE_DAYS, deviceTokens } from '../../../access/devices.ts';
import type { ListedSession } from '../../../access/sessions.ts';
import type { Ground } from '../../../ground.ts';
import type { Language } from '../../../i18n.ts';
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
  { req, res }: { req: Request; res: Response },
  userId: string,
): void {
  const { options } = cookieRules(ground);
  const kept = deviceTokens(ground.keys, deviceOf(ground, req), { userId, now: ground.clock.now() });
  res.cookie(nameOf(ground), kept, { ...options, maxAge: DEVICE_DAYS * 86_400_000 });
}

/** A session whose browser is named as people read it. */
export const inWords = (session: ListedSession, language: Language): ListedSession => ({
  ...session,
  agent: agentInWords(session.agent, language),
});
