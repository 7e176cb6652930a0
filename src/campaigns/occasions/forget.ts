import type { Ground } from '../../ground.ts';

/** From how many networks pages were made is of use for so many days. */
const MADE_FROM_DAYS = 30;

/**
 * Forgets the address of each guest whose invitation has ended: what stays is a hash, which nobody is invited by
 * twice, and what became of the mail. Forgets from where pages were made, too.
 * @returns how many addresses
 */
export async function forgetGuests({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<number> {
  const { rowCount } = await sql.query(
    `WITH ended AS (
       SELECT n.id, n.state, n.ended_at FROM occasion_guest g JOIN notice n ON n.id = g.notice_id
        WHERE n.ended_at IS NOT NULL AND n.state NOT IN ('waiting', 'sending')
        LIMIT 5000 FOR UPDATE OF n SKIP LOCKED
     ), noted AS (
       UPDATE occasion_guest g SET outcome = e.state::text, ended_at = e.ended_at, notice_id = NULL
         FROM ended e WHERE g.notice_id = e.id
     )
     DELETE FROM notice n USING ended e WHERE n.id = e.id`,
  );
  await sql.query(
    'UPDATE occasion SET made_from = NULL WHERE made_from IS NOT NULL AND made_at < $1::timestamptz - make_interval(days => $2)',
    [clock.now(), MADE_FROM_DAYS],
  );
  return rowCount ?? 0;
}
