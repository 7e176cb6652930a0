import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { LOOKERS } from './decide.ts';
import { happen } from './events.ts';
import { contactTyped, type Keeper, keeperById, readContact } from './keepers.ts';
import { lockOccasion } from './states.ts';

/**
 * Says that a page which guests see is no child's after all. Its family cannot, because a surname could be shown
 * and the page found from then on: whoever looks asks the parent or guardian first, and writes down what they said.
 * @throws Refusal without words; (409) when it is no child's
 */
export async function declareGrown(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { id, words }: { id: string; words: string },
  user: User,
): Promise<void> {
  requireRole(user, [...LOOKERS], say`say that a page is no child’s`);
  const said = words.trim();
  if (!said) throw new Refusal(say`Write whom you asked, and what they said.`);
  await transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, id);
    const { rowCount } = await connection.query(
      'UPDATE occasion SET child = false, parent = NULL WHERE id = $1 AND child',
      [page.id],
    );
    if (!rowCount) throw new Refusal(say`That is no child’s page.`, 409);
    await happen(connection, {
      ...{ occasionId: page.id, at: clock.now(), what: 'grown', actor: user.email, words: said },
    });
    await audit(connection, {
      ...{ actor: user.email, action: 'occasion.grown', subjectType: 'occasion', subjectId: page.id },
      after: { reason: said },
    });
  });
}

interface NewContact {
  occasionId: string;
  keeperId: string;
  /** As it was typed. */
  contact: string;
}

/**
 * Gives one who answers for a page another telephone or mailbox, because theirs is lost. Links until now end; a new
 * one asks at the new place for a code and the day of the page, so a slip of the pen opens it to nobody.
 * @returns the keeper as they are now
 * @throws Refusal for what is no contact; (404) when nobody such answers for that page
 */
export async function changeContact(
  { sql, keys, clock }: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  { occasionId, keeperId, contact: typed }: NewContact,
  user: User,
): Promise<Keeper> {
  requireRole(user, [...LOOKERS], say`change how a family is reached`);
  const place = contactTyped(typed.trim());
  const contact = readContact(place);
  return transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE occasion_keeper SET channel = $3, contact = $4, contact_index = address_hash($3, $5), epoch = epoch + 1,
              proven_at = NULL, lost_at = NULL, day_tries = 0, day_tries_from = NULL, code_hash = NULL, code_ends = NULL
        WHERE id::text = $1 AND occasion_id::text = $2 AND ended_at IS NULL AND verified_at IS NOT NULL`,
      [keeperId, occasionId, place.channel, keys.seal('occasion-contact', contact), contact],
    );
    const keeper = rowCount ? await keeperById({ sql: connection, keys }, keeperId) : null;
    const changed = found(keeper, say`Nobody such answers for this page.`);
    await happen(connection, { occasionId, at: clock.now(), what: 'contact', actor: user.email });
    await audit(connection, {
      ...{ actor: user.email, action: 'occasion.contact', subjectType: 'occasion', subjectId: occasionId },
      after: { keeper: keeperId, channel: place.channel },
    });
    return changed;
  });
}
