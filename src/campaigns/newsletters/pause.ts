import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { nextDue } from '../schedule.ts';
import { lockNewsletter } from './items.ts';
import { type Newsletter, subject } from './newsletters.ts';

interface Pausing {
  newsletter: Newsletter;
  user: User;
  paused: boolean;
}

const PAUSED = say`The newsletter is paused already.`;
const GOES_ON = say`The newsletter goes on already.`;

/**
 * Lets a newsletter rest, or go on. While it rests no edition is drafted and none leaves, also one that was
 * approved; what is being sent goes on. Afterwards the edition that is still to be written is the next
 * that the schedule wishes for; one that was drafted keeps its time, and its late policy decides.
 * @throws Refusal (409) when it rests, or goes, already
 */
export async function pauseNewsletter(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { newsletter, user, paused }: Pausing,
): Promise<void> {
  requireRole(user, ['author', 'administrator'], say`pause newsletters`);
  const now = clock.now();
  await transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const { rowCount } = await connection.query(
      'UPDATE newsletter SET paused_at = $2 WHERE id = $1 AND (paused_at IS NULL) = ($2::timestamptz IS NOT NULL)',
      [newsletter.id, paused ? now : null],
    );
    if (!rowCount) throw new Refusal(paused ? PAUSED : GOES_ON, 409);
    const due = paused || !newsletter.schedule ? null : nextDue(newsletter.schedule, now);
    if (due)
      await connection.query(
        `UPDATE edition SET due_at = $2 WHERE newsletter_id = $1 AND state = 'coming' AND due_at < $3`,
        [newsletter.id, due, now],
      );
    const action = paused ? 'newsletter.paused' : 'newsletter.resumed';
    await audit(connection, { actor: user.email, action, ...subject(newsletter.id) });
  });
}
