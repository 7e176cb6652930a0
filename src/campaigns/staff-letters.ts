import { linkAddress } from '../access/one-time-links.ts';
import { sendNotice } from '../deliveries/notices.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { writeNotice } from './notice-letters.ts';

type Part = Pick<Ground, 'sql' | 'db' | 'queues' | 'config'>;

/** Before everything that nobody waits for at a screen. */
const URGENT = 10;

export interface Invited {
  email: string;
  name: string;
  language: Language;
  /** Who invited them, by name. */
  inviter: string;
  token: string;
}

/** Mails an invitation to the console. @returns the notice's id */
export async function mailInvitation(
  part: Part,
  { email, name, language, inviter, token }: Invited,
): Promise<string> {
  const values = { name, inviter, link_url: addressOf(part, 'welcome', { token, language }) };
  const letter = await writeNotice(part, { name: 'staff-invitation', language, values });
  return sendNotice(part, { kind: 'invitation', address: email, language, priority: URGENT, ...letter });
}

/** Mails a link by which somebody sets a new password. @returns the notice's id */
export async function mailReset(
  part: Part,
  { email, language, token }: { email: string; language: Language; token: string },
): Promise<string> {
  const values = { link_url: addressOf(part, 'reset', { token, language }) };
  const letter = await writeNotice(part, { name: 'staff-reset', language, values });
  return sendNotice(part, { kind: 'password-reset', address: email, language, priority: URGENT, ...letter });
}

const addressOf = (
  part: Part,
  kind: 'welcome' | 'reset',
  { token, language }: { token: string; language: Language },
): string => `${linkAddress(part, kind, token)}?lang=${language}`;
