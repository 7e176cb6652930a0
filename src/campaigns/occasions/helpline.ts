import type { User } from '../../access/users.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { changeContact } from '../../pages/occasions/helpline.ts';
import { type Keeper, keepersOf } from '../../pages/occasions/keepers.ts';
import { say } from '../../say.ts';
import { mailFamilyLink } from './codes.ts';

interface Moving {
  occasionId: string;
  /** Whose: by the id, or whoever made the page, or the second who answers for it. */
  of: { keeperId: string } | { second: boolean };
  /** The new telephone or mailbox, as it was typed. */
  contact: string;
}

/**
 * What the helpline does for a family that lost its telephone or mailbox: gives the page another, and sends the
 * link there, which asks for a code and the day.
 * @throws Refusal as `changeContact`; (404) when nobody such answers for the page; (503) when no SMS can go
 */
export async function moveFamily(
  ground: Parameters<typeof mailFamilyLink>[0],
  { occasionId, of, contact }: Moving,
  user: User,
): Promise<Keeper> {
  const keeperId = 'keeperId' in of ? of.keeperId : await keeperOf(ground, { occasionId, ...of });
  const keeper = await changeContact(ground, { occasionId, keeperId, contact }, user);
  await mailFamilyLink(ground, keeper);
  return keeper;
}

async function keeperOf(
  ground: Pick<Ground, 'sql' | 'keys'>,
  { occasionId, second }: { occasionId: string; second: boolean },
): Promise<string> {
  const keeper = (await keepersOf(ground, occasionId)).find((one) => one.second === second && one.verifiedAt);
  if (!keeper) throw new Refusal(say`Nobody such answers for this page.`, 404);
  return keeper.id;
}
