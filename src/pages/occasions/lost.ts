import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type CodeToSend, wrongCode } from './contact-codes.ts';
import { contactTyped, keepersAt, readContact } from './keepers.ts';
import { drawCodeAgain } from './proof.ts';
import { enterAgain, type Proven } from './proving.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/**
 * A code for somebody who lost the link of their page. Whoever asks is answered the same whether it is null.
 * @param typed a telephone or mailbox
 * @returns null when no page is theirs, or a code went there a moment ago
 * @throws Refusal for what is neither
 */
export async function askLost(ground: Needs, typed: string): Promise<CodeToSend | null> {
  const [keeper] = await keepersAt(ground, placeOf(typed));
  if (!keeper) return null;
  try {
    return await drawCodeAgain(ground, keeper.id);
  } catch (error) {
    if (error instanceof Refusal && error.status === 429) return null;
    throw error;
  }
}

/**
 * Takes the code. Where there is no page the answer is that of a wrong code.
 * @param typed.day of the page; empty until it is asked for
 * @returns everybody who answers for a page under that contact and could be proven, the newest page first
 * @throws Refusal for a code that is wrong, used or too old; for a wrong day
 */
export async function enterLost(
  ground: Needs,
  { contact, code, day = '' }: { contact: string; code: string; day?: string },
): Promise<Proven> {
  const keepers = await keepersAt(ground, placeOf(contact));
  const [keeper] = keepers;
  if (!keeper) throw wrongCode();
  try {
    return await enterAgain(ground, keepers, { keeperId: keeper.id, code, day });
  } catch (error) {
    throw error instanceof Refusal && error.status === 410 ? wrongCode() : error;
  }
}

const placeOf = (typed: string) => {
  const { channel, contact } = contactTyped(typed);
  return { channel, contact: readContact({ channel, contact }) };
};
