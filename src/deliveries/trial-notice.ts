import { readAddress } from '../contacts/addresses.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { sendNotice } from './notices.ts';

const TRIAL: Record<string, { subject: string; body: string }> & { en: { subject: string; body: string } } = {
  en: {
    subject: 'A trial from We Care',
    body: 'This mail came by the lane that codes and receipts take. Nothing needs to be done.',
  },
  ml: {
    subject: 'വി കെയർ: പരീക്ഷണ ഇമെയിൽ',
    body: 'കോഡുകളും രസീതുകളും വരുന്ന വഴിയിലൂടെയാണ് ഈ ഇമെയിൽ വന്നത്. ഒന്നും ചെയ്യേണ്ടതില്ല.',
  },
};

/**
 * Sends one notice the way codes and receipts go, to see that the accounts work.
 * @param wish address of its reader, and en or ml
 * @returns the notice's id
 * @throws Refusal for what is no e-mail address
 */
export async function sendTrialNotice(
  ground: Pick<Ground, 'db' | 'queues' | 'config'>,
  { to, language }: { to: string; language: string },
): Promise<string> {
  const { channel, value: address } = readAddress(to);
  if (channel !== 'email') throw new Refusal(say`"${to}" is no e-mail address.`);
  const { subject, body } = TRIAL[language] ?? TRIAL.en;
  const html = `<p>${body}</p>`;
  return sendNotice(ground, { kind: 'trial', address, language, subject, html, text: body });
}
