import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { show } from './asking.ts';
import { happen } from './events.ts';
import { type LockedOccasion, lockOccasion, nextState } from './states.ts';

/** What somebody of staff decides about a page. */
export const decisions = ['approve', 'return', 'refuse', 'takeDown', 'restore', 'seen'] as const;
export type OccasionDecision = (typeof decisions)[number];

/** Who looks at pages of families. */
export const LOOKERS = ['author', 'approver', 'administrator'] as const;

interface Deciding {
  id: string;
  decision: OccasionDecision;
  /** To the family, in their language; a reason is needed for all but approval. */
  words?: string;
  /** The edition that was looked at: what changed meanwhile is looked at again. */
  edition: number;
}

/**
 * Decides about a page, and leaves word for the family.
 * @throws Refusal (409) when the page was changed since it was looked at; without a reason where one is needed
 */
export async function decideOccasion(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, decision, words = '', edition }: Deciding,
  user: User,
): Promise<void> {
  requireRole(user, [...LOOKERS], say`decide about pages of families`);
  const reason = words.trim();
  if (!reason && decision !== 'approve' && decision !== 'seen' && decision !== 'restore')
    throw new Refusal(say`Write the reason: the family reads it.`);
  await transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, id);
    if (page.edition !== edition)
      throw new Refusal(say`The family changed the page meanwhile. Look at it once more.`, 409);
    const at = clock.now();
    await connection.query('UPDATE occasion SET looked_at = $2 WHERE id = $1', [page.id, at]);
    await take(connection, { page, decision, reason, at, user });
    await audit(connection, {
      ...{ actor: user.email, action: `occasion.${decision}`, subjectType: 'occasion', subjectId: page.id },
      after: { edition, ...(reason && { reason }) },
    });
  });
}

interface Taken {
  page: LockedOccasion;
  decision: OccasionDecision;
  reason: string;
  at: Date;
  user: User;
}

const WHAT = { return: 'returned', refuse: 'refused', takeDown: 'down', restore: 'restored' } as const;

async function take(connection: Connection, { page, decision, reason, at, user }: Taken): Promise<void> {
  if (decision === 'seen') return;
  const state = nextState(page.state, decision);
  if (decision === 'approve') return show(connection, { page, state, at, actor: user.email, words: reason });
  await connection.query(
    'UPDATE occasion SET state = $2, asked_edition = CASE WHEN $3 THEN asked_edition END WHERE id = $1',
    [page.id, state, decision === 'restore'],
  );
  const common = { occasionId: page.id, at, actor: user.email };
  await happen(connection, { ...common, what: WHAT[decision], words: reason, edition: page.edition });
}
