import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import { Refusal } from '../errors.ts';
import { giverAt } from '../giving/donor-link.ts';
import { takeErasure } from '../giving/erasure-requests.ts';
import type { Ground } from '../ground.ts';
import { languageOf } from '../i18n.ts';
import { say } from '../say.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'config'>;
const LONGEST = 400;

/**
 * Says no to whoever asked on their own page to be erased, and tells them why by mail; audited. They may ask
 * again.
 *
 * @param wish.answer why not, in one line, in the person's language
 * @throws Refusal (404) when no such wish waits
 */
export async function declineErasure(
  ground: Needs,
  { request, answer }: { request: string; answer: string },
  actor: string,
): Promise<void> {
  const why = answer.trim();
  if (!why || why.length > LONGEST || /\p{Cc}/u.test(why))
    throw new Refusal(
      say`Say in one line of at most ${LONGEST} letters why nothing is erased: they read it.`,
    );
  await transaction(ground.sql, async (connection) => {
    const now = ground.clock.now();
    const decision = { id: request, actor, now, outcome: 'declined', answer: why } as const;
    const email = await takeErasure(connection, decision);
    if (!email) throw new Refusal(say`No such wish to be erased waits.`, 404);
    const giver = await giverAt(connection, email);
    const language = languageOf(giver?.language ?? '');
    const values = { name: giver?.name ?? email, why };
    const letter = await writeNotice(ground, { name: 'erasure-declined', language, values });
    const notice = { kind: 'erasure-declined', address: email, language, ...letter };
    await queueNotice(connection, ground.config, notice);
    const subject = { subjectType: 'erasure-request', subjectId: request };
    await audit(connection, { actor, action: 'erasure.declined', ...subject });
  });
}
