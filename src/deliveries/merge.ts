import { audit } from '../access/audit.ts';
import { mergeRows, type Pair, type Reach } from '../contacts/merge.ts';
import { transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { skipPlanned } from './skip.ts';

/**
 * Makes two contacts one, with all that was sent to them; all or nothing, and audited. The id that goes
 * still leads to the one that stays. A merge cannot be taken back.
 * @returns the ids, and the consents that were not carried over because nobody could be reached by them before
 * @throws Refusal (404) for a contact there is not, (409) when the two are one already
 */
export async function mergeContacts(
  { sql }: Pick<Ground, 'sql'>,
  wish: Pair,
  actor: string,
): Promise<Pair & { notCarried: Reach[] }> {
  return transaction(sql, async (connection) => {
    const merged = await mergeRows(connection, wish);
    const { keep, drop, notCarried } = merged;
    await skipPlanned(connection, 'merged', { when: TWICE, values: [keep, drop] });
    await connection.query('UPDATE delivery SET contact_id = $1 WHERE contact_id = $2', [keep, drop]);
    await connection.query(
      `UPDATE run_left_out o SET contact_id = $1 WHERE contact_id = $2 AND NOT EXISTS (
         SELECT FROM run_left_out k WHERE k.run = o.run AND k.contact_id = $1)`,
      [keep, drop],
    );
    await connection.query('DELETE FROM run_left_out WHERE contact_id = $1', [drop]);
    const subject = { subjectType: 'contact', subjectId: keep };
    await audit(connection, {
      actor,
      action: 'contact.merged',
      ...subject,
      after: { dropped: drop, notCarried },
    });
    return merged;
  });
}

/** A run has the one that goes planned, and the one that stays too: one person gets it once. */
const TWICE = `d.contact_id = $3 AND EXISTS (
  SELECT FROM delivery k WHERE k.run = d.run AND k.contact_id = $2 AND k.state NOT IN ('skipped', 'cancelled', 'failed'))`;
