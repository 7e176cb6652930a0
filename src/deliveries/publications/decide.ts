import { NetworkFailure } from '../../../channels/failure.ts';
import type { Receipt } from '../../../channels/social.ts';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { type AccountGround, openSession } from './connected.ts';
import { type PublicationState, publicationStatesBefore } from './states.ts';
import { wakePublications } from './wake.ts';

type DecideGround = Pick<Ground, 'sql' | 'queues'>;
interface Who {
  id: string;
  user: User;
}

const DECIDERS = ['author', 'approver', 'administrator'] as const;

/**
 * It is there: found by a person after an unknown, or published by hand.
 * @param url where people see it
 * @throws Refusal for what is no web address, and for one that is not open
 */
export async function notePublished(ground: DecideGround, who: Who, url: string): Promise<void> {
  const address = webAddress(url);
  const receipt: Receipt = { id: address, url: address };
  await move(ground, who, { to: 'published', receipt });
  await wakePublications(ground);
}

function webAddress(url: string): string {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : null;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.href;
  throw new Refusal(say`Paste the whole address at which people see it, beginning with https://.`);
}

/** Publish it (again): it is not there, or what was the matter is over. @throws Refusal for one that is not open */
export async function publishAgain(ground: DecideGround, who: Who): Promise<void> {
  await move(ground, who, { to: 'planned' });
  await ground.sql.query(
    `UPDATE run r SET state = 'running', ended_at = NULL FROM publication p
      WHERE p.id = $1 AND r.id = p.run AND r.state = 'finished'`,
    [who.id],
  );
  await wakePublications(ground);
}

/** It is not to be published any more. @throws Refusal for one that is not open */
export async function giveUp(ground: DecideGround, who: Who): Promise<void> {
  await move(ground, who, { to: 'cancelled' });
  // What was to follow it in its thread has nothing to stand under.
  await ground.sql.query(
    `UPDATE publication n SET state = 'cancelled', decided_by = $2 FROM publication p
      WHERE p.id = $1 AND n.run = p.run AND n.account_id = p.account_id AND n.language = p.language
        AND n.part > p.part AND n.state IN ('planned', 'waiting')`,
    [who.id, who.user.email],
  );
}

/**
 * Takes a published post away from its network.
 * @throws Refusal where the network does not allow it, cannot be asked, or it is not published
 */
export async function removePublication(ground: DecideGround & AccountGround, who: Who): Promise<void> {
  requireRole(who.user, [...DECIDERS], say`decide about posts`);
  const { rows } = await ground.sql.query<{ accountId: string; receipt: Receipt; state: string }>(
    'SELECT account_id AS "accountId", receipt, state::text FROM publication WHERE id::text = $1',
    [who.id],
  );
  const { accountId, receipt, state } = found(rows[0], say`There is no publication ${who.id}.`);
  if (state !== 'published')
    throw new Refusal(say`It is not published, so there is nothing to take away.`, 409);
  const session = await openSession(ground, accountId);
  if (!session.remove)
    throw new Refusal(say`This network lets nobody take posts away by program. Do it there.`, 409);
  try {
    await session.remove(receipt);
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    throw new Refusal(
      say`The network did not take it away (${error.message}). Try again, or do it there.`,
      409,
    );
  }
  await move(ground, who, { to: 'removed' });
}

interface Move {
  to: PublicationState;
  receipt?: Receipt;
}

async function move({ sql }: Pick<Ground, 'sql'>, { id, user }: Who, { to, receipt }: Move): Promise<void> {
  requireRole(user, [...DECIDERS], say`decide about posts`);
  await transaction(sql, async (connection) => {
    const from = await stateOf(connection, id);
    if (!publicationStatesBefore(to).includes(from))
      throw new Refusal(
        say`This post is not in a state from which that can be decided. Look at it anew.`,
        409,
      );
    await connection.query(
      `UPDATE publication SET state = $2::publication_state, decided_by = $3, next_at = NULL, queued_at = NULL,
              receipt = coalesce($4, receipt), published_at = CASE WHEN $2 = 'published' THEN coalesce(published_at, now()) ELSE published_at END,
              trouble = CASE WHEN $2 IN ('planned', 'published') THEN NULL ELSE trouble END,
              attempts = CASE WHEN $2 = 'planned' THEN attempts + 1 ELSE attempts END
        WHERE id = $1`,
      [id, to, user.email, receipt ? JSON.stringify(receipt) : null],
    );
    const entry = { actor: user.email, subjectType: 'publication', subjectId: id };
    await audit(connection, {
      ...entry,
      action: `publication.${to}`,
      before: { state: from },
      after: { state: to, url: receipt?.url },
    });
  });
}

async function stateOf(connection: Connection, id: string): Promise<PublicationState> {
  const { rows } = await connection.query<{ state: PublicationState }>(
    'SELECT state::text AS state FROM publication WHERE id::text = $1 FOR UPDATE',
    [id],
  );
  return found(rows[0], say`There is no publication ${id}.`).state;
}
