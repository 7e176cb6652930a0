import { agentInWords } from '../access/agent.ts';
import { linkAddress } from '../access/one-time-links.ts';
import type { StaffUser } from '../access/sessions.ts';
import type { Queryable } from '../db.ts';
import { queueNotice, sendNotice } from '../deliveries/notices.ts';
import type { Ground } from '../ground.ts';
import { formatMoment, type Language } from '../i18n.ts';
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

/** A browser in which somebody came as a user. */
export interface Strange {
  user: Pick<StaffUser, 'email' | 'name' | 'language' | 'zone'>;
  /** Families of this browser and, of a stolen sign-in, of the one that it was given to. */
  agent: string;
  ownAgent?: string;
  network: string;
  at: Date;
}

/** Tells a user of a sign-in in a browser unknown with them, or of one that was stolen; in its transaction. */
export async function mailStrange(
  sql: Queryable,
  config: Ground['config'],
  { user, agent, ownAgent, network, at }: Strange,
): Promise<void> {
  const { email: address, language, name, zone } = user;
  const letter = ownAgent === undefined ? 'staff-new-device' : 'staff-stolen';
  const values = {
    ...{ name, network, at: formatMoment(at, language, zone), device: agentInWords(agent, language) },
    ...(ownAgent !== undefined && { own_device: agentInWords(ownAgent, language) }),
    forgot_url: `${config.publicUrl}/console/forgot?lang=${language}`,
  };
  const said = await writeNotice({ sql, config }, { name: letter, language, values });
  await queueNotice(sql, config, { kind: letter, address, language, priority: URGENT, ...said });
}

const addressOf = (
  part: Part,
  kind: 'welcome' | 'reset',
  { token, language }: { token: string; language: Language },
): string => `${linkAddress(part, kind, token)}?lang=${language}`;
