import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import {
  type CodeToSend,
  contactTyped,
  drawCodeAgain,
  enterCode,
  type Keeper,
  keepersAt,
  readContact,
} from './keepers.ts';

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
 * @returns everybody who answers for a page under that contact, the newest page first
 * @throws Refusal for a code that is wrong, used or too old
 */
export async function enterLost(
  ground: Needs,
  { contact, code }: { contact: string; code: string },
): Promise<Keeper[]> {
  const place = placeOf(contact);
  const [keeper] = await keepersAt(ground, place);
  const wrong = new Refusal(
    say`That is not the code. Look at the newest message from us and type its six figures.`,
  );
  if (!keeper) throw wrong;
  try {
    await enterCode(ground, { keeperId: keeper.id, typed: code });
  } catch (error) {
    throw error instanceof Refusal ? wrong : error;
  }
  return keepersAt(ground, place);
}

const placeOf = (typed: string) => {
  const { channel, contact } = contactTyped(typed);
  return { channel, contact: readContact({ channel, contact }) };
};
