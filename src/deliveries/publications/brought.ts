import { z } from 'zod';
import type { Connected } from '../../../channels/social.ts';
import { networkNames } from '../../../channels/social.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { CameBack } from './oauth.ts';

/** What somebody brought back from a network, until they have chosen one of its pages. */
export interface Brought extends CameBack {
  userId: string;
}

const MINUTES = 15;

const shape = z.object({
  ...{
    network: z.enum(networkNames),
    accountId: z.string().nullable(),
    userId: z.string(),
    until: z.iso.datetime(),
  },
  choices: z.array(z.custom<Connected>((value) => typeof value === 'object' && value !== null)),
});

/** Seals it, so that a form can carry it: nobody reads or changes it on the way. */
export function sealBrought({ keys, clock }: Pick<Ground, 'keys' | 'clock'>, brought: Brought): string {
  const until = new Date(clock.now().getTime() + MINUTES * 60_000).toISOString();
  return keys.seal('account-secret', JSON.stringify({ ...brought, until })).toString('base64url');
}

/** @throws Refusal for what is not ours, another person's, or too old */
export function openBrought(
  { keys, clock }: Pick<Ground, 'keys' | 'clock'>,
  sealed: string,
  userId: string,
): Brought {
  const read = shape.safeParse(opened(keys, sealed));
  const { data } = read;
  if (!data || data.userId !== userId || new Date(data.until) < clock.now())
    throw new Refusal(say`This way back is too old, or was begun by somebody else. Connect once more.`, 409);
  return data;
}

function opened(keys: Ground['keys'], sealed: string): unknown {
  try {
    return JSON.parse(keys.open('account-secret', Buffer.from(sealed, 'base64url')));
  } catch {
    return null; // a form that is not ours
  }
}
