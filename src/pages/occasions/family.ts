import { audit } from '../../access/audit.ts';
import { type Connection, transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';
import { happen, type OccasionWhat } from './events.ts';
import { occasionFigures } from './gifts.ts';
import { type Keeper, keeperById } from './keepers.ts';
import { readFamilyToken } from './links.ts';
import { isStale } from './proof.ts';
import { lockOccasion, nextState, type OccasionStep } from './states.ts';

/** A link that was sent so long ago may lie in a telephone that went to somebody else: it asks for a code first. */
export const LINK_DAYS = 120;

/** What a family's link opens. */
export type FamilyDoor =
  | { opens: true; keeper: Keeper }
  /** `old`: what was sent to the verified contact opens it; `ended`: it was ended, or is none of ours. */
  | { opens: false; why: 'old'; keeper: Keeper }
  | { opens: false; why: 'ended'; keeper: null };

/**
 * Who may see a family's page by a link. Every message to a family carries a fresh one, so the age of the link says
 * little of who has the number: what counts besides is when that was proven.
 */
export async function openFamilyDoor(
  { sql, keys, clock }: Pick<Ground, 'sql' | 'clock'> & { keys: Keys },
  token: string,
): Promise<FamilyDoor> {
  const read = readFamilyToken(keys, token);
  const keeper = read && (await keeperById({ sql, keys }, read.keeperId));
  if (!read || !keeper?.verifiedAt || keeper.lostAt || (keeper.epoch & 0xffff) !== read.epoch)
    return { opens: false, why: 'ended', keeper: null };
  const now = clock.now();
  if (isStale(keeper, now) || now.getTime() - read.madeAt.getTime() > LINK_DAYS * 86_400_000)
    return { opens: false, why: 'old', keeper };
  return { opens: true, keeper };
}

/** What a family does with its page as a whole. */
export type FamilyStep = Extract<OccasionStep, 'close' | 'reopen' | 'remove'>;
const WHAT: Record<FamilyStep, OccasionWhat> = { close: 'closed', reopen: 'reopened', remove: 'gone' };

/**
 * Closes, reopens or removes a page. A closed one keeps the figures of that moment, with the family's last words.
 * What was given stays in the books whatever becomes of the page.
 */
export async function stepFamily(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { occasionId, step, words = '' }: { occasionId: string; step: FamilyStep; words?: string },
): Promise<void> {
  await transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, occasionId);
    const state = nextState(page.state, step);
    const at = clock.now();
    await connection.query(
      `UPDATE occasion SET state = $2, closed_at = CASE WHEN $2 = 'closed' THEN $3::timestamptz END,
              gone_at = CASE WHEN $2 = 'gone' THEN $3::timestamptz END, frozen = $4 WHERE id = $1`,
      [page.id, state, at, step === 'close' ? await freezing(connection, page.id, words) : null],
    );
    if (step === 'remove') await forgetPage(connection, page.id);
    await happen(connection, { occasionId: page.id, at, what: WHAT[step], actor: 'family' });
    await audit(connection, {
      ...{
        actor: 'the family',
        action: `occasion.${WHAT[step]}`,
        subjectType: 'occasion',
        subjectId: page.id,
      },
      origin: 'family page',
    });
  });
}

/** Whether the family is asked next year on which day it keeps this one. */
export const setRemind = ({ sql }: Pick<Ground, 'sql'>, occasionId: string, remind: boolean) =>
  sql.query('UPDATE occasion SET remind = $2 WHERE id::text = $1', [occasionId, remind]);

async function freezing(connection: Connection, occasionId: string, words: string): Promise<string> {
  const { raised, gifts } = await occasionFigures(connection, occasionId);
  return JSON.stringify({
    raised: String(raised),
    gifts,
    ...(words.trim() && { words: words.trim().slice(0, 600) }),
  });
}

/** Words and pictures go; kind, day and what it was for stay for the figures, and so do its gifts. */
async function forgetPage(connection: Connection, id: string): Promise<void> {
  await connection.query(
    `UPDATE occasion SET shown = NULL, shown_edition = NULL, asked_edition = NULL, guest_code = NULL, parent = NULL,
            content = content || '{"names": [], "from": "", "line": "", "story": "", "photos": []}'::jsonb WHERE id = $1`,
    [id],
  );
  for (const table of ['occasion_photo', 'occasion_paper', 'occasion_guest'])
    await connection.query(`DELETE FROM ${table} WHERE occasion_id = $1`, [id]);
  await connection.query('UPDATE occasion_event SET content = NULL WHERE occasion_id = $1', [id]);
}
