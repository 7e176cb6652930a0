import { type Connection, transaction } from '../../db.ts';
import { indianDay } from '../../giving/calendar.ts';
import { keepersOf } from '../../pages/occasions/keepers.ts';
import { occasionKinds } from '../../pages/occasions/kinds.ts';
import { type LetterGround, tellKeeper } from './keeper-letters.ts';
import { pageFacts } from './page.ts';

/** So long after the day, or the last reminder: about six weeks are left until the next. */
const DAYS = 320;
const YEARLY = occasionKinds.filter(({ yearly }) => yearly).map(({ name }) => name);

/**
 * Asks families that wished so for next year's date; a star or another calendar moves it, so none is guessed. The
 * letter opens no door: a number may belong to somebody else by now.
 * @returns of how many pages
 */
export async function remindYearly(ground: LetterGround): Promise<number> {
  let asked = 0;
  while (await transaction(ground.sql, (connection) => remindNext(connection, ground))) asked++;
  return asked;
}

async function remindNext(connection: Connection, ground: LetterGround): Promise<boolean> {
  const now = ground.clock.now();
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE occasion SET reminded_at = $2 WHERE id = (
       SELECT id FROM occasion WHERE remind AND kind = ANY ($3) AND state IN ('live', 'closed')
          AND coalesce(reminded_at::date, day) + ${DAYS} <= $1::date
        ORDER BY day, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`,
    [indianDay(now), now, YEARLY],
  );
  const page = rows[0] && (await pageFacts(connection, rows[0].id));
  if (!page) return false;
  for (const keeper of await keepersOf({ sql: connection, keys: ground.keys }, page.id))
    if (keeper.verifiedAt) await tellKeeper(connection, ground, { page, keeper, what: 'yearly' });
  return true;
}
